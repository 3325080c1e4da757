"""Submitting from code that has one file at a time: a thread of its own sends what has gathered in one round trip.

    with desk.buffer() as buffer:
        for page in pages:
            buffer.add(Item(page.body, url=page.url))

Leaving the block waits until Redis has everything, and raises what went wrong.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from producers.delivery import BATCH
from producers.items import Item, Receipt

if TYPE_CHECKING:
    from producers.desk import Answer

#: Files that wait in memory before `add` blocks: some batches, so that the sender never idles.
AHEAD = 4 * BATCH

_Waiting = tuple[Item, "Future[Receipt]"]


class Buffer:
    """`add` returns at once with a future receipt, and blocks only while `AHEAD` files wait for the desk."""

    def __init__(self, send: Callable[[Iterable[Item]], Iterator[Answer]]) -> None:
        self._send = send
        self._waiting: queue.Queue[_Waiting | None] = queue.Queue(AHEAD)
        self._failed: list[Exception] = []
        self._emptied = False
        self._thread = threading.Thread(target=self._run, name="wiredesk-buffer", daemon=True)
        self._thread.start()

    def add(self, item: Item) -> Future[Receipt]:
        """The receipt comes when Redis has the file."""
        if not self._thread.is_alive():
            raise RuntimeError("The buffer is closed.")
        receipt: Future[Receipt] = Future()
        self._waiting.put((item, receipt))
        return receipt

    def close(self) -> None:
        """Wait until all is sent; raise the first error there was, so that none goes unseen."""
        self._end()
        self._thread.join()
        if self._failed:
            raise self._failed[0]
        if not self._emptied:
            raise RuntimeError("The sender broke off: files without a receipt must be submitted again.")

    def _end(self) -> None:
        """Tell the sender that nothing more comes; one that broke off empties no full queue."""
        while self._thread.is_alive():
            with suppress(queue.Full):
                self._waiting.put(None, timeout=1.0)
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while batch := self._gather():
            try:
                answers: list[Receipt | Exception] = [answer for _, answer in self._send([item for item, _ in batch])]
            except Exception as error:  # noqa: BLE001  (it is handed to those who wait)
                answers = [error] * len(batch)
            for (_, receipt), answer in zip(batch, answers, strict=True):
                self._settle(receipt, answer)
        self._emptied = True

    def _gather(self) -> list[_Waiting]:
        """The first file that comes, and what else is there already; empty at the end."""
        batch: list[_Waiting] = []
        while len(batch) < BATCH:
            try:
                waiting = self._waiting.get(block=not batch)
            except queue.Empty:
                break
            if waiting is None:
                if batch:
                    self._waiting.put(None)
                break
            batch.append(waiting)
        return batch

    def _settle(self, receipt: Future[Receipt], answer: Receipt | Exception) -> None:
        awaited = receipt.set_running_or_notify_cancel()
        if isinstance(answer, Exception):
            self._failed.append(answer)
            if awaited:
                receipt.set_exception(answer)
        elif awaited:
            receipt.set_result(answer)
