"""Readers: members of consumer groups that lose nothing."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time

import msgspec
import pytest
from conftest import ROOT
from outputs import a_record, publish

from wiredesk import keys
from wiredesk.readers import AsyncReader, Reader, lags
from wiredesk.records import Record


@pytest.fixture
def reader(redis):
    with Reader(redis, "g", name="one") as member:
        yield member


def test_a_message_carries_the_typed_record(redis, reader):
    """What is read is the record that was published, typed."""
    publish(redis, [a_record(1)])

    (message,) = reader.read()

    assert message.article == a_record(1)
    assert (message.id, message.version, message.deliveries) == (a_record(1).id, 1, 1)


def test_a_stream_of_other_records_has_no_article(redis):
    """Asking a file's event for its article is a mistake that is named."""
    redis.xadd(keys.REJECTED, {"id": "x", "body": b'{"id":"x","stage":"split","kind":"k","reason":"r","retry":"t"}'})
    (message,) = Reader(redis, "g", ["rejected"]).read()

    with pytest.raises(TypeError, match="Rejected"):
        _ = message.article


def test_unknown_streams_are_refused(redis):
    """A misspelt stream is an error, not an empty one."""
    with pytest.raises(ValueError, match="artcles is not an output stream"):
        Reader(redis, "g", ["artcles"])


def test_iteration_acknowledges_when_the_next_is_asked_for(redis):
    """The message in hand stays pending; those before it are done."""
    publish(redis, map(a_record, range(3)))
    loop = iter(Reader(redis, "g"))
    next(loop)
    next(loop)
    loop.close()

    assert redis.xpending(keys.ARTICLES, "g")["pending"] == 2


def test_a_member_that_restarts_gets_first_what_it_had_in_hand(redis):
    """The same name is handed its unfinished entries before new ones, with how often they were tried."""
    publish(redis, map(a_record, range(2)))
    Reader(redis, "g", name="one", batch=1).read()

    again = Reader(redis, "g", name="one", batch=1)

    assert [(m.id, m.deliveries) for m in (*again.read(), *again.read())] == [
        (a_record(0).id, 2),
        (a_record(1).id, 1),
    ]


def test_entries_of_a_dead_member_are_taken_over(redis):
    """After `idle` seconds of silence another member gets them."""
    publish(redis, map(a_record, range(250)))
    Reader(redis, "g", name="dead", batch=250).read()
    time.sleep(0.02)

    other = Reader(redis, "g", name="other", idle=0.01)
    taken = []
    while batch := other.read():
        taken += batch
        other.done(batch)

    assert {m.id for m in taken} == {a_record(n).id for n in range(250)}
    assert lags(redis)[0].pending == 0


def test_a_member_at_work_keeps_what_it_shows_to_be_alive(redis):
    """Renewed entries are not taken over."""
    publish(redis, [a_record()])
    busy, other = Reader(redis, "g", name="busy"), Reader(redis, "g", name="other", idle=0.05)
    held = busy.read()
    time.sleep(0.06)
    busy.renew(held)

    assert other.read() == []


def test_trimmed_entries_do_not_stay_pending(redis):
    """An entry whose text is gone is nobody's any more, and the reader goes on."""
    first, _ = publish(redis, map(a_record, range(2)))
    Reader(redis, "g", name="dead").read()
    redis.xdel(keys.ARTICLES, first)
    time.sleep(0.02)

    other = Reader(redis, "g", name="other", idle=0.01)
    taken = other.read()
    other.done(taken)

    assert [m.id for m in taken] == [a_record(1).id]
    assert redis.xpending(keys.ARTICLES, "g")["pending"] == 0


def test_a_reader_survives_the_loss_of_its_group(redis, reader):
    """When Redis lost the stream, the group begins anew with what is there."""
    publish(redis, [a_record(1)])
    reader.read()
    redis.flushall()
    publish(redis, [a_record(2)])

    assert [m.id for m in reader.read()] == [a_record(2).id]


def test_leaving_forgets_a_member_only_when_it_holds_nothing(redis):
    """Closing must not drop what is still pending."""
    publish(redis, [a_record()])
    holder, empty = Reader(redis, "g", name="holder"), Reader(redis, "g", name="empty")
    holder.read()
    empty.read()
    holder.close()
    empty.close()

    assert [c["name"] for c in redis.xinfo_consumers(keys.ARTICLES, "g")] == [b"holder"]


def test_lag_counts_what_is_unread_and_what_is_in_hand(redis):
    """A group's distance from the end, and the age of the oldest entry that is not done."""
    publish(redis, map(a_record, range(30)))
    reader = Reader(redis, "g", batch=10)
    reader.done(reader.read())
    reader.read()

    (lag,) = reader.lag()

    assert (lag.unread, lag.pending, lag.exact) == (10, 10, True)
    assert 0 <= lag.behind < 60


def test_one_fetch_is_all_that_is_held(redis):
    """What is not read yet waits in Redis: a slow reader holds one batch."""
    publish(redis, map(a_record, range(30)))
    loop = iter(Reader(redis, "g", batch=10))
    for _ in range(5):
        next(loop)

    assert redis.xpending(keys.ARTICLES, "g")["pending"] == 10
    loop.close()


def test_async_readers_read_the_same(redis, redis_url):
    """`async for` hands out the same messages and acknowledges them."""
    publish(redis, map(a_record, range(30)))

    async def take(count):
        found = []
        async with AsyncReader(redis_url, "g", batch=7) as reader:
            async for message in reader:
                found.append(message.article)
                if len(found) == count:
                    break
        return found

    assert asyncio.run(take(30)) == [a_record(n) for n in range(30)]


def test_loops_pass_over_what_other_programs_wrote(redis, redis_url):
    """An entry without id or record is acknowledged unseen by a loop; `read` gives it as what it is."""
    for n in range(2):
        redis.xadd(keys.ARTICLES, {"hello": "x"})
        publish(redis, [a_record(n)])

    async def take(count):
        found = []
        async with AsyncReader(redis_url, "a") as reader:
            async for message in reader:
                found.append(message.id)
                if len(found) == count:
                    break
        return found

    with Reader(redis, "b") as reader:
        loop = iter(reader)
        own = [next(loop).id for _ in range(2)]
        loop.close()

    assert own == asyncio.run(take(2)) == [a_record(n).id for n in range(2)]
    assert redis.xpending(keys.ARTICLES, "b")["pending"] == 1
    assert [m.is_ours for m in Reader(redis, "c").read()] == [False, True, False, True]


def test_an_async_loop_that_is_left_says_what_it_handled(redis, redis_url):
    """`break` leaves the message in hand pending, and not those before it."""
    publish(redis, map(a_record, range(3)))

    async def leave():
        async with AsyncReader(redis_url, "g") as reader:
            async for message in reader:
                if message.id == a_record(1).id:
                    break

    asyncio.run(leave())

    assert redis.xpending(keys.ARTICLES, "g")["pending"] == 2


def test_a_record_that_was_let_go_is_read_again(redis, reader):
    """A loop keeps one decoded record at a time; a message that is kept still has its own."""
    publish(redis, [a_record(1)])
    (message,) = reader.read()
    first = message.article
    message.forget()

    assert message.article == first


def test_entries_read_as_redpanda_connect_reads_them(redis):
    """Its `redis_streams` input with defaults: group from the start, the field `body`, the rest as metadata."""
    publish(redis, [a_record(1)])
    redis.xgroup_create(keys.ARTICLES, "connect", id="0", mkstream=True)
    ((_, ((entry, fields),)),) = redis.xreadgroup("connect", "c", {keys.ARTICLES: ">"}, count=10, block=1000)

    body, metadata = fields.pop(b"body"), {k.decode(): v.decode() for k, v in fields.items()}
    redis.xack(keys.ARTICLES, "connect", entry)

    assert msgspec.json.decode(body, type=Record) == a_record(1)
    assert metadata["id"] == a_record(1).id
    assert metadata["ce-type"] == "wiredesk.article.published"


@pytest.fixture
def consume(redis_url, tmp_path):
    """Starts the consumer as it stands in the README."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    program = tmp_path / "consumer.py"
    program.write_text(next(block for block in blocks if "Reader(" in block))

    def start(out):
        environ = {**os.environ, "WIREDESK_REDIS_URL": redis_url}
        return subprocess.Popen([sys.executable, str(program), str(out)], env=environ)

    return start


def _lines(path):
    return path.read_text().splitlines() if path.exists() else []


def test_consumers_killed_in_mid_work_lose_nothing(redis, consume, tmp_path):
    """Members die by SIGKILL, others come: every article is handled, few twice."""
    wanted = {a_record(n).id for n in range(3000)}
    publish(redis, map(a_record, range(3000)))
    out = tmp_path / "handled.tsv"
    for goal in (200, 900, 1800):
        member = consume(out)
        until = time.monotonic() + 20
        while len(_lines(out)) < goal and time.monotonic() < until:
            time.sleep(0.005)
        member.send_signal(signal.SIGKILL)
        member.wait()
    survivor = Reader(redis, "example", ["articles", "copies"], idle=0.01)
    rest = []
    while batch := survivor.read():
        rest += [m.id for m in batch]
        survivor.done(batch)
    handled = [line.split("\t")[0] for line in _lines(out) if line.count("\t") == 2] + rest

    assert set(handled) == wanted
    assert len(handled) - len(wanted) <= 3 * 100
    assert lags(redis, [keys.ARTICLES])[0].unread == 0
