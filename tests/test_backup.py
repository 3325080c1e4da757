"""Backup and restore: the desk remembers what it knew."""

import pytest
from outputs import a_record, drain, publish, submitted

from wiredesk import backup, keys
from wiredesk.backup import Places
from wiredesk.errors import UsageError
from wiredesk.readers import Reader

PAGE = (
    b'{"title":"One","text":"The harbour board voted to dredge the eastern channel on Tuesday after a long debate."}\n'
)


@pytest.fixture
def places(desk):
    return Places(desk.queues, desk.texts, desk.index)


@pytest.fixture
def saved(redis, settings, places, tmp_path):
    """A backup of a desk that published one story."""
    submitted(settings, "one.jsonl", PAGE)
    drain(settings)
    backup.save(places, tmp_path / "desk.backup")
    return tmp_path / "desk.backup"


def _state(redis):
    """Every key of the state with its value, whatever its type."""
    patterns = ("file:*", "index:*", "take:*")
    found = sorted(k for p in patterns for k in redis.keys(keys.PREFIX + p))
    return {key: _value(redis, key) for key in found}


def _value(redis, key):
    return redis.hgetall(key) if redis.type(key) == b"hash" else redis.dump(key)


def test_what_was_saved_is_restored_byte_by_byte(redis, saved, places):
    """Receipts, index and texts of an empty Redis are those of the saved one; what expires still does."""
    before = _state(redis)
    redis.flushall()
    backup.load(places, saved)
    take = next(key for key in before if b":take:" in key)

    assert len(before) >= 4
    assert _state(redis) == before
    assert 0 < redis.pttl(take) <= 96 * 3600 * 1000


def test_a_restored_desk_knows_what_it_has_seen(redis, saved, places, settings):
    """The same file is known, its text under another name is a copy of the story."""
    redis.flushall()
    backup.load(places, saved)
    submitted(settings, "one.jsonl", PAGE)
    submitted(settings, "two.jsonl", PAGE)
    drain(settings)

    assert (redis.xlen(keys.ARTICLES), redis.xlen(keys.COPIES)) == (0, 1)


def test_streams_and_groups_go_on_where_they_were(redis, places, tmp_path):
    """With --streams: done entries stay done; what a member had in hand comes again."""
    publish(redis, map(a_record, range(1200)))
    reader = Reader(redis, "g", batch=500)
    reader.done(reader.read())
    reader.read()
    entries = redis.xrange(keys.ARTICLES)
    backup.save(places, tmp_path / "b", streams=True)
    redis.flushall()
    backup.load(places, tmp_path / "b")

    assert redis.xrange(keys.ARTICLES) == entries
    assert [m.id for m in Reader(redis, "g", batch=1).read()] == [a_record(500).id]


def test_long_strings_travel_in_pieces(redis, places, tmp_path, monkeypatch):
    """A string of any length comes back whole, an empty one too."""
    monkeypatch.setattr(backup, "PIECE", 1000)
    redis.set(keys.INDEX + "ring", bytes(range(256)) * 40)
    redis.set(keys.INDEX + "none", b"")
    backup.save(places, tmp_path / "b")
    redis.flushall()
    backup.load(places, tmp_path / "b")

    assert redis.get(keys.INDEX + "ring") == bytes(range(256)) * 40
    assert redis.get(keys.INDEX + "none") == b""


def test_a_desk_with_state_is_not_overwritten_by_mistake(redis, saved, places):
    """Only with force."""
    with pytest.raises(UsageError, match="--force"):
        backup.load(places, saved)

    assert backup.load(places, saved, force=True) > 0


@pytest.mark.parametrize("kept", [0.5, 0.0, 0.99])
def test_half_a_backup_restores_nothing(redis, saved, places, kept):
    """A file that is damaged is refused before anything is written."""
    whole = saved.read_bytes()
    saved.write_bytes(whole[: int(kept * len(whole))])
    redis.flushall()

    with pytest.raises(UsageError):
        backup.load(places, saved)
    assert redis.dbsize() == 0


def test_a_backup_that_dies_leaves_the_old_one(redis, saved, places, monkeypatch):
    """The file is replaced once the new one is whole."""
    old = saved.read_bytes()
    monkeypatch.setattr(backup, "_put", None)
    with pytest.raises(TypeError):
        backup.save(places, saved)

    assert saved.read_bytes() == old


def test_another_file_is_no_backup(redis, places, tmp_path):
    """It is refused with its name."""
    (tmp_path / "x").write_bytes(b"no backup")

    with pytest.raises(UsageError, match="no backup"):
        backup.load(places, tmp_path / "x")
