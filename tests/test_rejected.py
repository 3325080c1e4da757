"""`wiredesk rejected`: the quarantine, grouped, tried again, let go."""

import json

import pytest
from click import UsageError
from click.testing import CliRunner
from outputs import drain, submitted

from wiredesk import keys, rejections
from wiredesk.cli.rejected import command
from wiredesk.rejections import Wanted

NOISE = bytes(range(256)) * 8
ROWS = b'{"title":"One","text":"The harbour board voted to dredge the channel on Tuesday."}\n{"title":"broken"\n'


@pytest.fixture
def rejected(redis, redis_url, monkeypatch):
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)

    def go(*words):
        return CliRunner().invoke(command, list(words), catch_exceptions=False, standalone_mode=False)

    return go


@pytest.fixture
def noise(redis, settings):
    """A desk with two files that gave nothing; their ids."""
    files = [submitted(settings, name, NOISE + name.encode()) for name in ("a.bin", "b.bin")]
    drain(settings)
    return files


def _open(redis):
    return list(rejections.cases(redis, Wanted()))


@pytest.mark.parametrize("fields", [{"hello": "x"}, {"id": "x", "body": b"\xff"}])
def test_entries_of_other_programs_hide_no_case(redis, noise, rejected, fields):
    """What another program put into the stream is passed over."""
    redis.xadd(keys.REJECTED, fields)

    assert not rejected().exception
    assert len(_open(redis)) == 2


def test_cases_are_grouped_by_reason(redis, noise):
    """Two files that failed alike are one line that counts two."""
    (group,) = rejections.groups(_open(redis))

    assert (group.stage, group.count, group.files) == ("split", 2, 2)


def test_filters_are_conditions_that_all_hold(redis, noise):
    """By id, by file name, by kind, by words of the reason."""
    kind = _open(redis)[0].rejected.kind

    assert [c.file for c in rejections.cases(redis, Wanted(ids=[noise[1]]))] == [noise[1]]
    assert [c.file for c in rejections.cases(redis, Wanted(ids=["a.bin"], kind=kind))] == [noise[0]]
    assert list(rejections.cases(redis, Wanted(kind=kind, reason="no such words"))) == []


def test_listing_as_json_gives_every_case(redis, noise, rejected):
    """One JSON line a case."""
    rows = [json.loads(line) for line in rejected("list", "--json").stdout.splitlines()]

    assert [row["rejected"]["id"] for row in rows] == noise


def test_a_retry_without_commit_changes_nothing(redis, noise, rejected):
    """The first run is dry."""
    before = redis.dbsize(), redis.hgetall(keys.file(noise[0]))
    result = rejected("retry", noise[0])

    assert "started over" in result.stdout
    assert (redis.dbsize(), redis.hgetall(keys.file(noise[0]))) == before


def test_a_retry_starts_the_file_over(redis, noise, rejected, settings):
    """It runs again from its bytes; what is rejected again is a new case, the old one is settled."""
    old = _open(redis)
    rejected("retry", noise[0], "--commit")
    assert redis.zscore(keys.OPEN, noise[0]) is not None
    drain(settings)

    assert redis.hget(keys.file(noise[0]), "state") == b"done"
    assert [c.file for c in _open(redis)] == [noise[1], noise[0]]
    assert {c.entry for c in _open(redis)} & {old[0].entry} == set()


def test_a_retry_publishes_nothing_twice(redis, settings, rejected):
    """A file that gave an article and a bad row: the article stays published once, the row is tried again."""
    submitted(settings, "rows.jsonl", ROWS)
    drain(settings)
    rejected("retry", "--all", "--commit")
    drain(settings)

    assert redis.xlen(keys.ARTICLES) == 1
    assert [json.loads(f[b"body"])["articles"] for _, f in redis.xrange(keys.FILES)] == [1, 1]
    assert len(_open(redis)) == 1


def test_a_retry_says_when_the_bytes_are_gone(redis, noise, rejected):
    """What cannot be retried is told with the way out, and the exit status says so."""
    for key in redis.keys(keys.BLOB + "*"):
        redis.delete(key)
    result = rejected("retry", "--all", "--commit")

    assert result.return_value == 1
    assert result.stdout.count("submit it again") == 2
    assert len(_open(redis)) == 2


def test_a_file_whose_bytes_were_gone_is_submitted_and_started_over(redis, rejected, settings):
    """What the rejection says to do is what mends it, step by step."""
    file = submitted(settings, "rows.jsonl", ROWS)
    redis.delete(*redis.keys("wiredesk:blob:*"))
    drain(settings)
    (case,) = _open(redis)
    assert ("Submit it again" in case.rejected.reason, case.rejected.retry) == (
        True,
        f"wiredesk rejected retry {file} --commit",
    )
    submitted(settings, "rows.jsonl", ROWS)
    drain(settings)
    assert redis.xlen(keys.ARTICLES) == 0
    rejected(*case.rejected.retry.split()[2:])
    drain(settings)

    assert redis.xlen(keys.ARTICLES) == 1


def test_dropped_cases_are_listed_no_more(redis, noise, rejected):
    """The entry stays in the stream for its readers."""
    rejected("drop", noise[0], "--commit")

    assert [c.file for c in _open(redis)] == [noise[1]]
    assert redis.xlen(keys.REJECTED) == 2


def test_marks_go_with_their_entries(redis, noise, rejected):
    """What was said of entries that were trimmed is forgotten."""
    rejected("drop", noise[0], "--commit")
    redis.xtrim(keys.REJECTED, maxlen=1, approximate=False)
    rejected("drop", noise[1], "--commit")

    assert len(redis.hkeys(keys.SETTLED)) == 1


def test_retry_wants_to_know_what(redis, rejected):
    """Nobody starts everything over by leaving something out."""
    with pytest.raises(UsageError, match="Name ids"):
        rejected("retry")


def test_showing_a_case_tells_what_a_retry_would_do(redis, noise, rejected):
    """The record with its file, and the outlook."""
    facts = json.loads(rejected("show", noise[0], "--json").stdout)

    assert facts["rejected"]["file"]["name"] == "a.bin"
    assert facts["retry"] == "started over"


@pytest.mark.parametrize("what", ["retry", "drop"])
def test_what_is_only_looked_at_is_not_said_to_be_done(noise, rejected, what):
    """Without --commit each answer is what would be; the bare command lists as JSON too."""
    said = [json.loads(line)["answer"] for line in rejected(what, "--all", "--json").stdout.splitlines()]

    assert [answer.startswith("would be ") for answer in said] == [True, True]
    assert rejected("--json").stdout == rejected("list", "--json").stdout != ""


def test_an_id_is_never_cut(noise, rejected, monkeypatch):
    """What a person copies into the next command stands whole in the list, however narrow the terminal is."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = rejected().stdout.split()

    assert set(noise) & set(shown)
