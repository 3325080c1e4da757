"""`wiredesk replay`: stored files through today's rules."""

import json

import msgspec
import pytest
from click.testing import CliRunner
from outputs import drain, submitted

from newstext.article import Article
from wiredesk import ids, keys
from wiredesk.cli.replay import command
from wiredesk.records import Record
from workers import pairing, reindex, replay
from workers import take as takes

DREDGE = "The harbour board voted on Tuesday to dredge the eastern channel after years of delay, members said."
FERRY = "Heavy rain kept the island ferry in port for a second day, its operator said on Monday afternoon."
SCHOOL = "The primary school will open a week late because its new roof leaks, the council said in a letter."
ROWS = [
    {
        "title": "Board votes to dredge",
        "text": "The harbour board voted on Tuesday to dredge the eastern channel, members said.",
    },
    {
        "title": "Rain delays ferry",
        "text": "Heavy rain kept the island ferry in port for a second day, its operator said on Monday.",
    },
]
PAGE = "\n".join(map(json.dumps, ROWS)).encode()


@pytest.fixture(params=[False, True], ids=["", "among strangers"])
def company(request, redis):
    """Without and with entries of other programs in the streams."""
    for stream in keys.STREAMS if request.param else ():
        redis.xadd(stream, {"hello": "x"})
        redis.xadd(stream, {"id": "x", "body": "no record"})


@pytest.fixture
def file(redis, settings):
    """A file of two articles, published by the real stages."""
    file = submitted(settings, "rows.jsonl", PAGE)
    drain(settings)
    return file


def _as_older_rules_read_it(desk, article, **fields):
    """What was published as if by rules that read `fields` differently."""
    take = takes.load(desk, [article])[0]
    take.article = msgspec.structs.replace(take.article, **fields)
    write = takes.write(take, 60)
    desk.texts.set(write.key, write.value, ex=write.ttl)


def _entries(redis, stream=keys.COPIES):
    return [(fields, msgspec.json.decode(fields[b"body"], type=Record)) for _, fields in redis.xrange(stream)]


def _look(desk, file):
    (difference,) = replay.look(desk, [file])
    return difference


def test_the_same_rules_change_nothing(desk, file):
    """What was published by today's rules is the same by today's rules."""
    difference = _look(desk, file)

    assert [change.kind for change in difference.changes] == ["same", "same"]
    assert replay.commit(desk, difference) == 0


def test_the_difference_names_the_fields(desk, file):
    """Before and after, field by field; nothing is published by looking."""
    _as_older_rules_read_it(desk, ids.article_id(file, 0), headline="Board votes", bylines=["Staff"])

    (changed,) = _look(desk, file).of("changed")

    assert changed.fields == {"headline": ("Board votes", "Board votes to dredge"), "bylines": (["Staff"], [])}
    assert desk.queues.xlen(keys.COPIES) == 0


def test_a_changed_article_is_published_as_its_next_version(desk, redis, file):
    """The id and the story stay, the version counts up, `articles` gets no double; a second commit does nothing."""
    article = ids.article_id(file, 0)
    _as_older_rules_read_it(desk, article, headline="Board votes")
    difference = _look(desk, file)
    counts = [replay.commit(desk, difference), replay.commit(desk, difference), replay.commit(desk, _look(desk, file))]

    ((fields, record),) = _entries(redis)
    assert counts == [1, 0, 0]
    assert (record.id, record.story, record.version, record.headline) == (article, article, 2, "Board votes to dredge")
    assert (fields[b"version"], fields[b"ce-id"]) == (b"2", f"{article}.2".encode())
    assert fields[b"ce-type"] == b"wiredesk.article.revised"
    assert redis.xlen(keys.ARTICLES) == 2


def test_versions_go_on_counting(desk, redis, file):
    """Each change that is committed is the next version of the one before."""
    article = ids.article_id(file, 0)
    for headline in ("One", "Two"):
        _as_older_rules_read_it(desk, article, headline=headline)
        replay.commit(desk, _look(desk, file))

    assert [record.version for _, record in _entries(redis)] == [2, 3]


def test_a_version_is_found_as_long_as_its_entry(desk, redis, file):
    """Where the entries of a file stand is kept for the whole time anew, and never without an end."""
    article = ids.article_id(file, 0)
    for life in (60, None):
        redis.expire(keys.entries(file), life) if life else redis.delete(keys.entries(file))
        _as_older_rules_read_it(desk, article, headline=f"Headline {life}")
        replay.commit(desk, _look(desk, file))

        assert redis.ttl(keys.entries(file)) > 86_400


def test_expired_texts_are_found_in_the_streams(desk, redis, company, file):
    """The published entry stands in for a text that is no longer kept."""
    redis.delete(keys.take(ids.article_id(file, 0)))

    assert [change.kind for change in _look(desk, file).changes] == ["same", "same"]


def test_an_article_that_is_found_now_goes_through_the_stages(desk, redis, file, settings):
    """A new one gets a number of its own and its story from the index; the published ones keep theirs."""
    redis.setbit(keys.published(file), 1, 0)
    redis.delete(keys.take(ids.article_id(file, 1)))
    redis.xtrim(keys.ARTICLES, maxlen=1, approximate=False)
    redis.xadd(keys.ARTICLES, {"id": "filler", "body": "{}"})
    difference = _look(desk, file)
    assert [change.kind for change in difference.changes] == ["same", "new"]
    replay.commit(desk, difference)
    drain(settings)

    assert redis.getbit(keys.published(file), 1) == 1
    assert redis.hget(keys.file(file), "state") == b"done"


def test_what_is_no_longer_found_stays_published(desk, redis, file):
    """It is told as gone; nothing is taken back."""
    redis.setbit(keys.published(file), 7, 1)
    take = takes.load(desk, [ids.article_id(file, 0)])[0]
    take.id = ids.article_id(file, 7)
    take.article = msgspec.structs.replace(take.article, position=7, body="Words that stand nowhere in this file.")
    redis.set(keys.take(take.id), takes.dump(take))

    assert [change.before.position for change in _look(desk, file).of("gone")] == [7]
    assert replay.commit(desk, _look(desk, file)) == 0


def test_bytes_that_are_gone_are_a_problem_with_a_way_out(desk, redis, file):
    """Nothing to replay from."""
    redis.delete(*redis.keys(keys.BLOB + "*"))

    assert "submit it again" in _look(desk, file).problem


def test_a_file_is_replayed_by_its_name(redis, redis_url, company, file, monkeypatch):
    """The command shows the difference as JSON, and says what it did not do."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    result = CliRunner().invoke(command, ["rows.jsonl", "--json"], catch_exceptions=False)

    assert json.loads(result.stdout) == {"file": file, "name": "rows.jsonl", "problem": None, "same": 2, "changes": []}
    assert "nothing was changed" in result.stderr


def test_the_index_is_filled_again_from_the_streams(desk, company, file):
    """All originals are looked at."""
    assert reindex.from_streams(desk) == 2


BODIES = {"dredge": DREDGE, "ferry": FERRY, "school": SCHOOL}


def _article(position, body, span=None):
    empty = dict.fromkeys(Article.__struct_fields__)
    return Article(
        **(empty | {"position": position, "body": body, "span": span or (position * 100, position * 100 + 90)})
    )


@pytest.mark.parametrize(
    ("after", "pairs"),
    [
        (["dredge", "ferry"], {0: 0, 1: 1}),
        (["school", "dredge", "ferry"], {0: 1, 1: 2}),
        (["ferry", "dredge"], {0: 1, 1: 0}),
        (["ferry"], {1: 0}),
        (["school"], {}),
    ],
)
def test_articles_are_known_by_their_text_not_their_number(after, pairs):
    """One more at the top, another order, one fewer: each is paired with itself."""
    before = [_article(n, BODIES[name]) for n, name in enumerate(["dredge", "ferry"])]
    # Spans differ, so that the place alone pairs nothing.
    now = [_article(n, BODIES[name] + " Read more.", (n, 5000)) for n, name in enumerate(after)]

    assert pairing.pair(before, now) == pairs


def test_the_same_place_pairs_texts_that_have_little_in_common():
    """A row whose text is read from another column is still the row."""
    assert pairing.pair([_article(3, BODIES["dredge"])], [_article(3, BODIES["ferry"])]) == {0: 0}
