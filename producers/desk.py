"""The client that a scraper imports: push a file the moment it appears, get a receipt.

    from producers import Desk

    desk = Desk("redis://127.0.0.1:6379/0")
    receipt = desk.submit(page_bytes, name="story.html", url="https://example.org/story")

Bytes are stored first, then the file is accepted in one atomic step. A receipt means: Redis has it. When a reply is
lost the client sends again: the same content under the same address is one file, however often it is sent. So may
you, after any error.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Self

from producers.buffer import Buffer
from producers.channel import Channel
from producers.delivery import BATCH, BATCH_BYTES, Delivery
from producers.errors import Refused
from producers.items import Item, Receipt, content, instant
from producers.outcomes import Outcomes, statuses
from producers.overlap import Overlap
from producers.parcels import Parcel, Wrapper
from producers.status import Status
from wiredesk.errors import SettingError
from wiredesk.settings import Settings

#: Seconds that the client goes on trying while Redis is away: a restart or a failover takes less.
PATIENCE = 60.0
Answer = tuple[Item, Receipt | Refused | OSError]
Wrapped = list[tuple[Item, Parcel | Refused | OSError]]


class Desk:
    """A connection to a desk. Safe to share among threads.

    `patience`: seconds to go on while Redis is away (None: for ever), then `RedisUnreachable`.
    """

    def __init__(
        self, url: str | None = None, *, settings: Settings | None = None, patience: float | None = PATIENCE
    ) -> None:
        self.settings = settings or Settings.read()
        self._channel = Channel(queues_url(url, self.settings), self.settings, patience)

    def submit(  # noqa: PLR0913  (the facts of a file, all by name)
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
        """Push one file: bytes, text, a path or a seekable stream.

        With `wait`, blocks while the desk is above its high-water mark; without, raises `Busy`. Raises `TooLarge`,
        `NotAFile`, `BadItem`, `Changed`, OSError, and `RedisUnreachable` or `StoreAway` once its patience is over.
        """
        item = Item(content(data), name, url, source, instant(fetched_at), callback, traceparent)
        return self.submit_many([item], wait=wait)[0]

    def submit_many(self, items: Iterable[Item], *, wait: bool = True) -> list[Receipt]:
        """Push files in batches of one round trip each; receipts in the order of the items. Raises as `submit` does.

        An item that cannot be taken ends it; some of the others may have been accepted. `submit_each` goes on.
        """
        receipts = []
        for _, answer in self.submit_each(items, wait=wait):
            if not isinstance(answer, Receipt):
                raise answer
            receipts.append(answer)
        return receipts

    def submit_each(self, items: Iterable[Item], *, wait: bool = True) -> Iterator[Answer]:
        """Push any number of files in constant memory: each item with its receipt, or why it cannot be taken.

        A batch is on its way while the next is made ready, so an answer may come as late as the end of that. A large
        stream of the caller's is read to its end before the next item is asked for, so that he may close it then.
        Raises `Busy` (without `wait`), `RedisUnreachable`, `StoreAway`, `StoreFault`: the desk's, not an item's.
        """
        wrapper = Wrapper(self.settings.max_file_bytes)
        overlap: Overlap[Answer] = Overlap()
        batch: Wrapped = []
        held = 0
        try:
            for item in items:
                wrapped = _wrap(wrapper, item)
                batch.append((item, wrapped))
                size, borrowed = (wrapped.info.bytes, wrapped.borrowed) if isinstance(wrapped, Parcel) else (0, False)
                held += size
                if borrowed or len(batch) >= BATCH or held >= BATCH_BYTES:
                    landed = overlap.landed()
                    overlap.start(partial(self._deliver, batch, wait=wait))
                    batch, held = [], 0
                    yield from landed
                    if borrowed:
                        yield from overlap.landed()
            yield from overlap.landed()
            yield from self._deliver(batch, wait=wait)
        finally:
            overlap.close()
            _close(batch)

    def buffer(self) -> Buffer:
        """For code that has one file at a time: ``with desk.buffer() as buffer: buffer.add(Item(...))``."""
        return Buffer(self.submit_each)

    def status(self, file: str) -> Status | None:
        """What became of a file; None when the desk does not know it (any more)."""
        return next(self.statuses([file]))

    def statuses(self, files: Iterable[str]) -> Iterator[Status | None]:
        """`status` of many, in their order."""
        return statuses(self._channel.queues, files)

    def outcomes(self, files: Iterable[str], *, timeout: float | None = None) -> Iterator[Status]:
        """Each file's status once it is done, in the order in which they end; stops after `timeout` seconds."""
        watched = self.watch_outcomes()
        for file in files:
            watched.expect(file)
        until = None if timeout is None else time.monotonic() + timeout
        while watched.waiting and (until is None or time.monotonic() < until):
            yield from watched.look(1.0 if until is None else max(0.001, min(1.0, until - time.monotonic())))

    def watch_outcomes(self) -> Outcomes:
        """For a producer that goes on: files may be added while others are waited for."""
        return Outcomes(self._channel.queues)

    def close(self) -> None:
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _deliver(self, batch: Wrapped, *, wait: bool) -> list[Answer]:
        try:
            stored = [(item, self._store(parcel, wait=wait)) for item, parcel in batch]
            delivery = Delivery(
                [p for _, p in stored if isinstance(p, Parcel)], self.settings, one_server=self._channel.one_server
            )
            self._channel.deliver(delivery, wait=wait)
        finally:
            _close(batch)
        receipts = iter(delivery.receipts)
        return [(item, next(receipts) if isinstance(parcel, Parcel) else parcel) for item, parcel in stored]

    def _store(self, parcel: Parcel | Refused | OSError, *, wait: bool) -> Parcel | Refused | OSError:
        """Large files go chunk by chunk ahead of the batch; the others with it."""
        if isinstance(parcel, Parcel) and parcel.stream:
            try:
                self._channel.store(parcel, wait=wait)
            except (Refused, OSError) as error:
                return error
        return parcel


def _close(batch: Wrapped) -> None:
    for _, parcel in batch:
        if isinstance(parcel, Parcel):
            parcel.close()


def _wrap(wrapper: Wrapper, item: Item) -> Parcel | Refused | OSError:
    try:
        return wrapper.wrap(item)
    except (Refused, OSError) as error:
        return error


def queues_url(url: str | None, settings: Settings) -> str:
    """Where the queues are. Raises `SettingError` where nobody says."""
    found = url or settings.redis_url
    if not found:
        raise SettingError("No Redis is named: give Desk(url) one, or set WIREDESK_REDIS_URL=redis://host:6379/0")
    return found
