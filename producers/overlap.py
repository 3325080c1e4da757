"""One batch on its way to Redis while the next is made ready.

Hashing and packing a batch takes about as long as Redis takes to accept one: waiting for each reply in turn would leave
one of the two idle at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Overlap(Generic[T]):
    """Work that is done in order, one piece at a time, by a thread of its own; the thread starts with the first."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._flying: Future[list[T]] | None = None

    def start(self, work: Callable[[], list[T]]) -> None:
        """Call `landed` before the next one."""
        self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="wiredesk-batch")
        self._flying = self._thread.submit(work)

    def landed(self) -> list[T]:
        """What came of the work that is on its way, nothing where there is none. Raises what it raised."""
        flying, self._flying = self._flying, None
        return flying.result() if flying else []

    def close(self) -> None:
        """Waits for what is on its way."""
        if self._thread:
            self._thread.shutdown()
