"""Waiting for what becomes of files: told by the `files` stream, made sure of by looks at the receipts."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from redis import Redis

from producers.several import batches
from producers.status import Status, parse
from wiredesk import keys
from wiredesk.streams import Tail, is_ours

#: Between two looks at files whose end the stream may have passed by (it was trimmed, Redis was away or restored).
LOOK_AGAIN = 15.0
#: Receipts read in one round trip.
STATUSES = 500


class Outcomes:
    """Files that are waited for. `expect` some, `look` again and again."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._tail = Tail(redis, [keys.FILES], "$")
        self._due = 0.0
        self._fresh: set[str] = set()
        self.waiting: set[str] = set()
        self.unknown: set[str] = set()

    def expect(self, file: str) -> None:
        """Wait for this file too; it may be done already."""
        self.waiting.add(file)
        self._fresh.add(file)

    def look(self, wait: float = 0.0) -> list[Status]:
        """Files that are done now; waits up to `wait` seconds for the first.

        A file that the desk no longer knows (Redis came back without it, its receipt expired) goes to `unknown`.
        """
        ask, self._fresh = self._fresh, set()
        if time.monotonic() >= self._due:
            ask, self._due = set(self.waiting), time.monotonic() + LOOK_AGAIN
        told = (entry for entry in self._tail.read(0.0 if ask else wait) if is_ours(entry.fields))
        ask |= {entry.fields[b"id"].decode(errors="replace") for entry in told} & self.waiting
        done = []
        for file, status in zip(ask, statuses(self._redis, ask), strict=True):
            if status is None:
                self.unknown.add(file)
            elif status.done:
                done.append(status)
            if status is None or status.done:
                self.waiting.discard(file)
        return done


def statuses(redis: Redis, files: Iterable[str]) -> Iterator[Status | None]:
    """The status of each file, in their order; None for one that the desk does not know (any more)."""
    for some in batches(files, STATUSES):
        with redis.pipeline(transaction=False) as pipe:
            for file in some:
                pipe.hgetall(keys.file(file))
            yield from map(parse, pipe.execute())
