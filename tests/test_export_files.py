"""`wiredesk export`: whole files, by day, going on where the last one ended."""

import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from outputs import a_record, publish

from wiredesk import keys
from wiredesk.cli.export import command
from wiredesk.errors import UsageError
from wiredesk.export import run, source
from workers import entries


@pytest.fixture
def export(redis, redis_url, monkeypatch):
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)

    def go(*words):
        return CliRunner().invoke(command, list(map(str, words)), catch_exceptions=False)

    return go


def _ids(*paths):
    return [json.loads(line)["id"] for path in paths for line in path.read_text().splitlines()]


def _all(count):
    return [a_record(n).id for n in range(count)]


def test_streams_are_merged_in_the_order_of_publication(redis, export, tmp_path):
    """Articles and copies stand in one file, as they were published."""
    for n in range(6):
        redis.xadd([keys.ARTICLES, keys.COPIES][n % 2], entries.published(a_record(n)), id=f"{n + 1}-0")

    export("--to", tmp_path / "all.jsonl")

    assert _ids(tmp_path / "all.jsonl") == _all(6)


def test_a_folder_is_parted_by_day(redis, export, tmp_path):
    """One folder a day of publication, named as table tools expect it."""
    for n, day in enumerate((1_767_225_600, 1_767_225_601, 1_767_312_000)):
        redis.xadd(keys.ARTICLES, entries.published(a_record(n)), id=f"{day}000-0")

    export("--to", tmp_path / "out", "--type", "parquet")

    assert sorted(p.parent.name for p in tmp_path.rglob("*.parquet")) == ["day=2026-01-01", "day=2026-01-02"]
    assert pq.read_table(tmp_path / "out")["day"].to_pylist() == ["2026-01-01"] * 2 + ["2026-01-02"]


def test_an_export_goes_on_where_the_last_one_ended(redis, export, tmp_path):
    """Three exports into one folder hold each article once."""
    for n in range(9):
        publish(redis, [a_record(n)], [keys.ARTICLES, keys.COPIES][n % 2])
        if n % 3 == 2:
            redis.xtrim(keys.ARTICLES, maxlen=100)
            settle(redis)
            export("--to", tmp_path / "out", "--resume")

    assert sorted(_ids(*tmp_path.rglob("*.jsonl"))) == sorted(_all(9))
    assert len(list(tmp_path.rglob("*.jsonl"))) == 3


@pytest.mark.parametrize("again", [[], ["--since", "2026-01-01"], ["--resume", "--since", "2026-01-01"]])
@pytest.mark.parametrize("first", [[], ["--resume"]])
def test_no_second_export_into_a_folder_doubles_the_first(redis, export, tmp_path, first, again):
    """What would begin anew there is refused with the command that goes on, and that one adds what is new alone."""
    for n in range(2):
        publish(redis, [a_record(n)])
        settle(redis)
        if not n:
            export("--to", tmp_path / "out", *first)
    with pytest.raises(UsageError, match="--resume"):
        export("--to", tmp_path / "out", *again)
    export("--to", tmp_path / "out", "--resume")

    assert sorted(_ids(*tmp_path.rglob("*.jsonl"))) == sorted(_all(2))


def test_a_folder_that_began_later_stays_so(redis, export, tmp_path):
    """Copies from before --since are left out when the export goes on, though there was none after it at first."""
    redis.xadd(keys.COPIES, entries.published(a_record(0)), id="1767225600000-0")
    redis.xadd(keys.ARTICLES, entries.published(a_record(1)), id="1767312000000-0")
    export("--to", tmp_path / "out", "--since", "2026-01-02")
    redis.xadd(keys.COPIES, entries.published(a_record(2)), id="1767312000001-0")
    export("--to", tmp_path / "out", "--resume")

    assert sorted(_ids(*tmp_path.rglob("*.jsonl"))) == sorted(_all(3)[1:])


def settle(redis):
    """Entries of this very millisecond belong to the next reading."""
    newest = max(redis.xrevrange(s, count=1)[0][0] for s in (keys.ARTICLES, keys.COPIES) if redis.xlen(s))
    while source.instant(source.now(redis)) < source.instant(newest.decode()):
        pass


def test_an_export_that_dies_leaves_whole_files_and_is_done_again(redis, export, tmp_path, monkeypatch):
    """A part that cannot be written ends it; the folder holds whole parts, and the next try repeats none."""
    monkeypatch.setattr(run, "PART_ARTICLES", 2)
    publish(redis, map(a_record, range(5)))
    settle(redis)
    last = redis.xrevrange(keys.ARTICLES, count=1)[0][0].decode()
    taken = tmp_path / "out" / f"day={source.day(last)}" / f"part-{last}.jsonl"
    taken.mkdir(parents=True)
    words = ("--to", tmp_path / "out", "--resume", "--format", "dolma")
    with pytest.raises(IsADirectoryError):
        export(*words)
    left = _ids(*(path for path in tmp_path.rglob("*.jsonl") if path.is_file()))
    taken.rmdir()
    export(*words)

    assert sorted(left) == sorted(_all(4))
    assert sorted(_ids(*tmp_path.rglob("*.jsonl"))) == sorted(_all(5))
    assert list(tmp_path.rglob("*.part")) == []


def test_since_a_time(redis, export, tmp_path):
    """Only what was published from then on."""
    for n, day in enumerate((1_767_225_600, 1_767_312_000)):
        redis.xadd(keys.ARTICLES, entries.published(a_record(n)), id=f"{day}000-0")

    export("--to", tmp_path / "late.jsonl", "--since", "2026-01-02")

    assert _ids(tmp_path / "late.jsonl") == [a_record(1).id]


def test_a_parquet_table_has_typed_columns(redis, export, tmp_path):
    """Text, whole numbers and lists of text are what they are; objects are JSON text."""
    publish(redis, [a_record()])
    settle(redis)

    export("--to", tmp_path / "all.parquet")

    (row,) = pq.read_table(tmp_path / "all.parquet").to_pylist()
    assert (row["id"], row["word_count"], row["bylines"]) == (a_record().id, 23, ["Mara Lindqvist"])
    assert json.loads(row["dateline"])["country"] == "GB"


@pytest.mark.parametrize("shape", ["ninjs", "newsarticle", "dolma", "passim"])
def test_every_shape_fits_both_kinds_of_file(redis, export, tmp_path, shape):
    """A shape's rows are the same in JSON Lines and in Parquet."""
    publish(redis, map(a_record, range(3)))
    settle(redis)
    export("--to", tmp_path / "a.jsonl", "--format", shape)
    export("--to", tmp_path / "a.parquet", "--format", shape)

    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    table = pq.read_table(tmp_path / "a.parquet").to_pylist()

    assert [set(line) | {"other"} for line in lines] == [set(row) for row in table]


def test_one_folder_holds_one_shape(redis, export, tmp_path):
    """Going on with another shape is refused."""
    publish(redis, [a_record()])
    settle(redis)
    export("--to", tmp_path / "out", "--resume")

    with pytest.raises(UsageError, match="another folder"):
        export("--to", tmp_path / "out", "--resume", "--format", "ninjs")


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "12:00"])
def test_a_since_that_is_no_time_is_refused(text):
    """The message names what is understood."""
    with pytest.raises(UsageError, match="must be a day"):
        source.since(text)


def test_an_exported_record_is_what_was_published(redis, export, tmp_path):
    """Byte for byte."""
    publish(redis, [a_record()])
    settle(redis)
    export("--to", tmp_path / "a.jsonl")

    assert (tmp_path / "a.jsonl").read_bytes() == redis.xrange(keys.ARTICLES)[0][1][b"body"] + b"\n"


@pytest.mark.parametrize("shape", ["record", "ninjs"])
def test_an_entry_of_another_program_is_passed_over(redis, export, tmp_path, shape):
    """It is told of, and the articles beside it are written."""
    redis.xadd(keys.ARTICLES, {"hello": "x"})
    publish(redis, [a_record(0)])
    done = export("--to", tmp_path / "x.jsonl", "--format", shape)

    assert done.exit_code == 0
    assert "passed over" in done.stderr
    assert len((tmp_path / "x.jsonl").read_text().splitlines()) == 1
