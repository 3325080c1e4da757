"""Retention: limits of count and age, exact about what groups have not read."""

import time
from dataclasses import replace

import pytest
from outputs import a_record, publish

from sinks.worker import bury
from wiredesk import keys, retention
from wiredesk.readers import Reader
from wiredesk.settings import Settings


def _settings(**changes):
    return replace(Settings(), **({"keep_stream_entries": 10, "hold_trim": "none"} | changes))


def _left(redis):
    return redis.xlen(keys.ARTICLES)


def _losses(redis):
    return {name.decode().split(" ")[1]: int(n) for name, n in redis.hgetall(keys.TRIMMED).items()}


def test_the_newest_entries_are_kept(redis):
    """Exactly so many as the setting says, in as many steps as it takes."""
    entries = publish(redis, map(a_record, range(1700)))

    assert retention.trim(redis, _settings()) == 1690
    assert redis.xrange(keys.ARTICLES)[0][0].decode() == entries[-10]
    assert retention.trim(redis, _settings()) == 0


def test_old_entries_go_whatever_their_number(redis):
    """Age counts by the server's clock."""
    now = int(time.time() * 1000)
    for n, age in enumerate((100_000, 50_000, 1_000)):
        redis.xadd(keys.ARTICLES, {"id": str(n)}, id=f"{now - age}-0")

    assert retention.trim(redis, _settings(keep_stream_age=60)) == 1


@pytest.mark.parametrize(
    ("hold", "group", "left"),
    [("all", "any", 25), ("sinks", "sink:x", 25), ("sinks", "any", 10), ("none", "sink:x", 10)],
)
def test_a_held_group_keeps_what_it_has_not_done(redis, hold, group, left):
    """Entries that it has in hand or has not read stay; so does all after them."""
    publish(redis, map(a_record, range(30)))
    reader = Reader(redis, group, batch=5)
    reader.done(reader.read())
    reader.read()
    retention.trim(redis, _settings(hold_trim=hold))

    assert _left(redis) == left


def test_what_a_group_loses_is_counted_exactly(redis):
    """Unread entries and those in hand; what it had done is no loss."""
    publish(redis, map(a_record, range(30)))
    for name, done in (("slow", 3), ("fast", 30)):
        reader = Reader(redis, name, batch=done)
        reader.done(reader.read())
    Reader(redis, "slow", batch=4).read()
    retention.trim(redis, _settings())

    assert _losses(redis) == {"slow": 17}


def test_losses_add_up_over_the_steps(redis):
    """A group that stands still loses every entry that goes, once."""
    Reader(redis, "still").read()
    publish(redis, map(a_record, range(1200)))
    retention.trim(redis, _settings())
    publish(redis, map(a_record, range(5)))
    retention.trim(redis, _settings())

    assert _losses(redis) == {"still": 1195}


def _said(redis, **changes):
    return " ".join(retention.warnings(redis, _settings(**changes)))


def test_a_slow_group_is_warned_of_before_it_loses_anything(redis):
    """From four fifths of a limit on; not before."""
    Reader(redis, "slow").read()
    publish(redis, map(a_record, range(7)))
    early = _said(redis)
    publish(redis, map(a_record, range(1)))

    assert early == ""
    assert "group slow has 8 entries not done, 80% of the way to being trimmed" in _said(redis)


def test_a_group_that_stands_at_one_entry_is_warned_of_too(redis):
    """One message in hand for long counts from its place, however far the group has read."""
    publish(redis, map(a_record, range(9)))
    reader = Reader(redis, "stuck", batch=9)
    reader.done(reader.read()[1:])

    assert "90% of the way" in _said(redis)


def test_a_group_that_holds_the_trim_is_named(redis):
    """Redis fills up meanwhile: whoever holds it is told, with the way out."""
    Reader(redis, "sink:down").read()
    publish(redis, map(a_record, range(12)))

    assert "sink:down has 12 entries not done and holds the trim" in _said(redis, hold_trim="sinks")


def test_losses_are_told(redis):
    """After the fact too: with their number."""
    Reader(redis, "slow").read()
    publish(redis, map(a_record, range(12)))
    retention.trim(redis, _settings())

    assert "group slow lost 2 entries" in _said(redis)


def test_what_a_sinks_target_refused_is_told(redis):
    """With the command that carries it once more, when the cause is mended."""
    publish(redis, map(a_record, range(2)))
    refused, *_ = Reader(redis, keys.sink("search")).read()
    bury(redis, "search", refused, "malformed")

    assert "sink search: its target refused 1 entries" in _said(redis)
    assert "--name search --dead" in _said(redis)
