"""A sink at work: read, carry, acknowledge.

Order: the target has kept a batch before it is acknowledged. A kill in between means that the batch is carried again,
which every sink takes without a double. While the target is down the batch is shown to be alive, so that no other
member takes it over, and nothing else is fetched: what waits, waits in Redis.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

from redis import Redis
from redis.exceptions import ConnectionError, TimeoutError  # noqa: A004

from sinks.base import Down, Refused, Sink
from wiredesk import keys, log
from wiredesk.readers import Message, Reader
from wiredesk.readers.message import UNREADABLE

#: One look for new entries; how soon a stop is heeded.
LOOK_SECONDS = 1.0
#: Pauses while the target (or Redis) is down: doubled up to the last. A target that is back is noticed within it.
FIRST_PAUSE, LAST_PAUSE = 0.2, 30.0


class Carrier:
    """One sink, one reader, until `stop` is set."""

    def __init__(self, name: str, reader: Reader, sink: Sink, stop: threading.Event) -> None:
        self._name, self._reader, self._sink, self._stop = name, reader, sink, stop
        self._log = log.get(sink=name)
        self.carried = 0

    def run(self, *, once: bool = False) -> None:
        """Carry until stopped; with `once` until nothing waits."""
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                batch = self._reader.read(0.0 if once else LOOK_SECONDS)
                if batch:
                    self._carry(batch)
                elif once:
                    return
                pause = FIRST_PAUSE
            except (ConnectionError, TimeoutError) as error:
                self._log.warning("redis away", error=str(error), pause=pause)
                self._stop.wait(pause)
                pause = min(2 * pause, LAST_PAUSE)

    def _carry(self, batch: Sequence[Message]) -> None:
        if self._kept(batch):
            self._done(batch)
            self.carried += len(batch)
            return
        for message in batch:
            if self._stop.is_set() or not self._carry_one(message):
                return

    def _carry_one(self, message: Message) -> bool:
        """Alone after its batch was refused. False when stopped before the target had an answer."""
        try:
            if not self._patiently([message]):
                return False
            self.carried += 1
        except Refused as error:
            bury(self._reader.redis, self._name, message, str(error))
            self._log.error("refused", entry=message.entry, error=str(error))
        self._done([message])
        return True

    def _done(self, batch: Sequence[Message]) -> None:
        """Acknowledge, whatever Redis does meanwhile: nothing more is read before that."""
        pause = FIRST_PAUSE
        while True:
            try:
                return self._reader.done(batch)
            except (ConnectionError, TimeoutError):
                if self._stop.wait(pause):
                    raise
                pause = min(2 * pause, LAST_PAUSE)

    def _kept(self, batch: Sequence[Message]) -> bool:
        """Whether the target took the whole batch; false when it refused a part of it, or when stopped."""
        try:
            return self._patiently(batch)
        except Refused:
            return False

    def _patiently(self, batch: Sequence[Message]) -> bool:
        """Try until the target has an answer. False when stopped before that."""
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                self._sink.write(batch)
            except Down as down:
                self._log.warning("target down", error=str(down), pause=down.wait or pause)
                self._stop.wait(down.wait or pause)
                pause = min(2 * pause, LAST_PAUSE)
                with suppress(ConnectionError, TimeoutError):
                    self._reader.renew(batch)
            except UNREADABLE as error:
                raise Refused(f"the entry is not of a form that this version knows: {error!r}") from error
            else:
                return True
        return False


def bury(redis: Redis, name: str, message: Message, why: str) -> None:
    """Put a refused entry aside with all its fields, where from, and why."""
    aside = {b"entry": message.entry.encode(), b"stream": message.stream.encode(), b"error": why.encode()[:2000]}
    redis.xadd(keys.dead(name), cast("dict[Any, Any]", message.fields | aside))


def exhume(redis: Redis, name: str, sink: Sink) -> int:
    """Carry what was put aside once more, after its cause was mended; how many the target took.

    Raises `Down`. What is refused again stays.
    """
    taken = 0
    for entry, fields in cast("list[tuple[bytes, dict[bytes, bytes]]]", redis.xrange(keys.dead(name))):
        message = Message(fields[b"stream"].decode(), fields[b"entry"].decode(), fields)
        try:
            sink.write([message])
        except (Refused, *UNREADABLE):
            continue
        redis.xdel(keys.dead(name), entry)
        taken += 1
    return taken
