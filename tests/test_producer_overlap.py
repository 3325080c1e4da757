"""A batch is made ready while one is on its way: order, answers and open files stay as if one followed another."""

import asyncio
import io
import threading

import pytest

from producers import Desk, Item
from producers.aio import FLYING, WORTH, AsyncDesk
from producers.delivery import BATCH
from producers.errors import NotAFile
from producers.overlap import Overlap
from wiredesk import jobs, keys


def items(count):
    return (Item(f"page {n}".encode(), url=f"https://example.org/{n}") for n in range(count))


@pytest.mark.parametrize("count", [BATCH - 1, BATCH, 3 * BATCH, 3 * BATCH + 5])
def test_receipts_and_queue_keep_the_order(redis_url, redis, count):
    """However many batches there are, receipts come in the order of the items and jobs stand in it."""
    with Desk(redis_url) as desk:
        receipts = desk.submit_many(items(count))

    assert [r.bytes for r in receipts] == [len(f"page {n}") for n in range(count)]
    queued = redis.lrange(jobs.queue("split"), 0, -1)
    assert [job.decode().split("-")[1] for job in queued] == [r.file for r in receipts]


def test_a_bad_item_ends_it_and_leaves_nothing_open(redis_url, redis, tmp_path):
    """What was handed over as a path is closed again, in the batch that fails and in the one behind it."""
    (tmp_path / "large").write_bytes(b"x" * 5_000_000)
    good = [Item(tmp_path / "large", f"{n}") for n in range(2)]
    with Desk(redis_url) as desk, pytest.raises(NotAFile):
        desk.submit_many([*items(BATCH - 1), Item(tmp_path), *items(BATCH), *good])

    assert not [t for t in threading.enumerate() if t.name.startswith("wiredesk-batch")]


def test_who_stops_asking_gets_no_more_sent(redis_url, redis):
    """A caller that leaves off after the first answer has at most the batches on their way accepted."""
    with Desk(redis_url) as desk:
        answers = desk.submit_each(items(20 * BATCH))
        next(answers)
        answers.close()

    assert redis.llen(jobs.queue("split")) <= 2 * BATCH


def test_what_is_raised_on_the_way_is_raised_at_the_landing():
    """An error of the work reaches who asks for its answers, once."""
    overlap = Overlap()
    overlap.start(lambda: io.BytesIO(b"").fileno())

    with pytest.raises(io.UnsupportedOperation):
        overlap.landed()
    assert overlap.landed() == []
    overlap.close()


@pytest.mark.parametrize("count", [1, WORTH, 5 * BATCH + 5])
def test_the_asynchronous_desk_keeps_the_order_of_receipts(redis_url, redis, count):
    """Whichever batch lands first, receipts come in the order of the items, and each file is queued once."""

    async def submit():
        async with AsyncDesk(redis_url) as desk:
            return await desk.submit_many(items(count))

    receipts = asyncio.run(submit())

    assert [r.bytes for r in receipts] == [len(f"page {n}") for n in range(count)]
    assert redis.llen(jobs.queue("split")) == redis.zcard(keys.OPEN) == count


def test_files_that_come_while_a_batch_is_away_leave_before_it_lands(redis_url, redis):
    """With a batch under way and enough files behind it, a second one goes by a connection of its own."""

    def under_way():
        return sum("b" in client["flags"] for client in redis.client_list())

    async def submit():
        async with AsyncDesk(redis_url) as desk:
            await desk.submit(b"first")
            redis.client_pause(60_000, all=False)
            carried = []
            for some, batches in ((1, 1), (WORTH, FLYING)):
                carried += [asyncio.create_task(desk.submit(f"{some} {n}".encode())) for n in range(some)]
                await until(under_way, batches)
            redis.client_unpause()
            return {receipt.file for receipt in await asyncio.gather(*carried)}

    assert len(asyncio.run(submit())) == 1 + WORTH


async def until(seen, wanted):
    async with asyncio.timeout(30):
        while seen() != wanted:  # noqa: ASYNC110  (what is looked at is in Redis)
            await asyncio.sleep(0.01)


def test_a_bad_item_of_an_asynchronous_batch_is_raised(redis_url, redis, tmp_path):
    """The error of one item is raised once all batches on their way have landed."""

    async def submit():
        async with AsyncDesk(redis_url) as desk:
            await desk.submit_many([*items(BATCH), Item(tmp_path), *items(BATCH)])

    with pytest.raises(NotAFile):
        asyncio.run(submit())
    assert redis.llen(jobs.queue("split")) == redis.zcard(keys.OPEN) >= BATCH
