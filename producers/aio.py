"""The client for asyncio: files that coroutines submit at the same time share round trips.

from producers.aio import AsyncDesk

async with AsyncDesk() as desk:
receipt = await desk.submit(page_bytes, url="https://example.org/story")
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Self, cast

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from producers import patience
from producers.channel import REPLY_SECONDS, goes_to_store, place_in_store
from producers.delivery import (
    AT_ONCE,
    BATCH,
    BATCH_BYTES,
    FIRST_STAGE,
    KEYS,
    Delivery,
    Script,
    away,
    busy,
    full,
    given_up,
)  # fmt: skip
from producers.desk import PATIENCE, queues_url
from producers.errors import Busy
from producers.items import Item, Receipt, content, instant
from producers.line import Line
from producers.outcomes import STATUSES
from producers.parcels import Parcel, Wrapper
from producers.several import batches
from producers.status import Status, parse
from wiredesk import jobs, keys
from wiredesk.connection import async_client
from wiredesk.errors import StoreAway
from wiredesk.settings import Settings

#: Bytes that are hashed and packed in the event loop; more would hold the others up, so a thread does it.
INLINE = 1 << 16
#: Batches under way at a time, each on a connection of its own: with one, a server's requests would fall into step, all
#: waiting for the same reply while nothing is hashed. The second leaves once so many files wait: a batch of one costs
#: as much as five files of a large one.
FLYING, WORTH = 2, 16
#: Rounds of the loop before a batch leaves, for those whose requests have just come in: under load a server's batches
#: grow from 9-16 files to 21, an idle loop goes round in some microseconds.
ROUNDS = 2
#: Between two looks of `outcome`.
LOOK = 0.25

_Waiting = tuple[Parcel, bool, "asyncio.Future[Receipt]"]


class AsyncDesk:
    """A connection to a desk, for one event loop. `patience` as in `Desk`."""

    def __init__(
        self, url: str | None = None, *, settings: Settings | None = None, patience: float | None = PATIENCE
    ) -> None:
        self.settings = settings or Settings.read()
        self._url, self._seconds = queues_url(url, self.settings), patience
        self._script = Script()
        self.queues: Redis = async_client(self._url, socket_timeout=REPLY_SECONDS)
        texts = self.settings.texts_url
        self._texts: Redis = async_client(texts, socket_timeout=REPLY_SECONDS) if texts else self.queues
        self._wrapper = Wrapper(self.settings.max_file_bytes)
        self._waiting: deque[_Waiting] = deque()
        self._senders: set[asyncio.Task[None]] = set()
        self._sending = 0

    async def submit(  # noqa: PLR0913  (the facts of a file, all by name)
        self,
        data: bytes | str | Path | BinaryIO,
        *,
        name: str = "",
        url: str | None = None,
        source: str | None = None,
        fetched_at: str | datetime | None = None,
        callback: str | None = None,
        traceparent: str | None = None,
        wait: bool = True,
    ) -> Receipt:
        """Push one file; as `Desk.submit`, without blocking the loop."""
        item = Item(content(data), name, url, source, instant(fetched_at), callback, traceparent)
        return await self.submit_item(item, wait=wait)

    async def submit_many(self, items: Iterable[Item], *, wait: bool = True) -> list[Receipt]:
        """Push files in shared round trips; receipts in the order of the items. Raises the first error.

        The next batch is made ready while the last is on its way.
        """
        receipts: list[Receipt] = []
        flying: deque[asyncio.Future[list[Receipt]]] = deque()
        try:
            for some in batches(items, BATCH):
                flying.append(asyncio.gather(*(self.submit_item(item, wait=wait) for item in some)))
                if len(flying) == FLYING:
                    receipts += await flying.popleft()
            while flying:
                receipts += await flying.popleft()
        finally:
            await asyncio.gather(*flying, return_exceptions=True)
        return receipts

    async def submit_item(self, item: Item, *, wait: bool = True) -> Receipt:
        if isinstance(item.data, bytes) and len(item.data) <= INLINE:
            parcel = self._wrapper.wrap(item)
        else:
            parcel = await asyncio.to_thread(Wrapper(self.settings.max_file_bytes).wrap, item)
        try:
            if parcel.stream:
                await self._store(parcel, wait=wait)
            return await self._hand_over(parcel, wait=wait)
        finally:
            parcel.close()

    async def status(self, file: str) -> Status | None:
        """What became of a file; None when the desk does not know it (any more)."""
        return parse(await cast("Awaitable[dict[bytes, bytes]]", self.queues.hgetall(keys.file(file))))

    async def outcomes(self, files: Iterable[str]) -> AsyncIterator[Status]:
        """Each file's status once it is done. Wrap it in `asyncio.timeout` to give up."""
        waiting = set(files)
        while waiting:
            for some in batches(list(waiting), STATUSES):
                async with self.queues.pipeline(transaction=False) as pipe:
                    for file in some:
                        pipe.hgetall(keys.file(file))
                    found = [parse(fields) for fields in await pipe.execute()]
                for status in found:
                    if status and status.done:
                        waiting.discard(status.id)
                        yield status
            if waiting:
                await asyncio.sleep(LOOK)

    async def waiting(self) -> int:
        """Files that wait to be split: what the high-water mark is compared with."""
        return await self.queues.llen(jobs.queue(FIRST_STAGE))

    async def close(self) -> None:
        while self._senders:
            await asyncio.wait(self._senders)
        await self.queues.aclose()
        await self._texts.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _hand_over(self, parcel: Parcel, *, wait: bool) -> Receipt:
        """Join the next batch. `FLYING` are under way at a time; those who come meanwhile make up the next."""
        receipt: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, wait, receipt))
        if not self._sending or (self._sending < FLYING and len(self._waiting) >= WORTH):
            self._sending += 1
            sender = asyncio.create_task(self._run())
            self._senders.add(sender)
            sender.add_done_callback(self._senders.discard)
        return await receipt

    async def _run(self) -> None:
        async with Line(self.queues) as line:
            try:
                await self._send_waiting(line)
            finally:
                # In the same step as the look that found nobody waiting: who comes next starts a sender of his own.
                self._sending -= 1

    async def _send_waiting(self, line: Line) -> None:
        while await self._somebody_waits():
            batch = self._gather()
            try:
                receipts: Sequence[Receipt | Exception] = await self._deliver(line, batch)
            except Exception as error:  # noqa: BLE001  (it is handed to those who wait)
                receipts = [error] * len(batch)
            for (_, _, future), receipt in zip(batch, receipts, strict=True):
                if future.done():
                    continue
                if isinstance(receipt, Exception):
                    future.set_exception(receipt)
                else:
                    future.set_result(receipt)

    async def _somebody_waits(self) -> bool:
        """Nothing happens between the look that finds nobody and its answer."""
        for _ in range(ROUNDS if self._waiting else 0):
            await asyncio.sleep(0)
        return bool(self._waiting)

    def _gather(self) -> list[_Waiting]:
        """Files that go together: those that wait for room apart from those that do not."""
        batch, held = [self._waiting.popleft()], 0
        while self._waiting and len(batch) < BATCH and held < BATCH_BYTES and self._waiting[0][1] == batch[0][1]:
            batch.append(self._waiting.popleft())
            held += batch[-1][0].info.bytes
        return batch

    async def _deliver(self, line: Line, batch: list[_Waiting]) -> Sequence[Receipt | Exception]:
        wait = batch[0][1]
        delivery = Delivery([parcel for parcel, _, _ in batch], self.settings, one_server=self._texts is self.queues)
        while delivery.unsettled:
            await self._patiently(lambda: self._attempt(line, delivery), wait=wait)
            if delivery.busy and not wait:
                return [receipt or Busy(busy(self.settings)) for receipt in delivery.answers]
            if delivery.busy:
                await asyncio.sleep(patience.BUSY)
        return delivery.receipts

    async def _attempt(self, line: Line, delivery: Delivery) -> None:
        if self._texts is not self.queues:
            await self._put(delivery.puts())
        arguments = delivery.call()
        try:
            reply = await line.call("EVALSHA", self._script.sha, len(KEYS), *KEYS, *arguments)
        except NoScriptError:
            reply = await line.call("EVAL", self._script.text, len(KEYS), *KEYS, *arguments)
        delivery.settle(reply)

    async def _store(self, parcel: Parcel, *, wait: bool) -> None:
        """As `Channel.store`; the file is read in a thread."""

        async def upload() -> None:
            async with self._texts.pipeline(transaction=False) as pipe:
                for name in parcel.names():
                    pipe.expire(name, self.settings.keep_files)
                present = await pipe.execute()
            pieces = batches(parcel.pieces(), AT_ONCE)
            while not all(present) and (some := await asyncio.to_thread(next, pieces, None)):
                await self._put(some)

        if await self.waiting() >= self.settings.high_water and not wait:
            raise Busy(busy(self.settings))
        if goes_to_store(parcel, self.settings):
            marker = await asyncio.to_thread(place_in_store, parcel, self.settings)
            await self._patiently(lambda: self._put(marker), wait=wait)
        else:
            await self._patiently(upload, wait=wait)

    async def _put(self, chunks: Iterable[tuple[str, bytes]]) -> None:
        async with self._texts.pipeline(transaction=False) as pipe:
            for name, chunk in chunks:
                pipe.set(name, chunk, ex=self.settings.keep_files)
            await pipe.execute()

    async def _patiently(self, action: Callable[[], Awaitable[None]], *, wait: bool) -> None:
        """As `Channel._patiently`."""
        tries = patience.pauses(self._seconds)
        while True:
            try:
                return await action()
            except (RedisError, StoreAway) as error:
                if full(error):
                    if not wait:
                        raise Busy(busy(self.settings)) from error
                    await asyncio.sleep(patience.BUSY)
                    continue
                pause = next(tries, None) if away(error) else None
                if pause is None:
                    raise given_up(self._url, error) from error
                await asyncio.sleep(pause)
