"""The drainer: claims items in batches, submits each as a file, deletes the batch once the desk has all of it.

Killed in between, it (or another) is handed the same batch again, and the desk knows what it had: none lost, none
doubled. Any number of drainers may work on the same lists.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files as resources
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from producers import rows
from producers.delivery import LATER
from producers.desk import Desk
from producers.items import Receipt
from wiredesk import log

#: Items in one claim: one round trip's worth of files.
BATCH = 64
#: Seconds for which a claim is its drainer's; submitting a batch takes milliseconds, a full desk some seconds.
LEASE = 60
#: Seconds between two looks for new lists, and at empty ones.
LOOK, IDLE = 5.0, 0.25
#: Seconds between two tries while the desk is full, or either Redis away.
PAUSE = 0.5
PREFIX = "wiredesk:drain:"


class Drainer:
    """`patterns` name lists of `source`, a Redis that may be another than the desk's (`*` stands for anything)."""

    def __init__(self, source: Redis, desk: Desk, patterns: Sequence[str]) -> None:
        self._source, self._desk, self._patterns = source, desk, patterns
        self._claim = source.register_script(resources("producers.drain").joinpath("claim.lua").read_text("utf-8"))
        self._lists: list[str] = []
        self._look_at = 0.0
        self._log = log.get()
        self._held: dict[bytes, str] = {}  # batches that were claimed here and are not done
        self.drained = 0

    def run(self, stop: threading.Event, *, once: bool = False) -> int:
        """Until `stop`; with `once`, until the lists are empty. How many items were drained."""
        while not stop.is_set():
            try:
                moved = self.round()
            except LATER as error:
                self._log.warning("cannot go on", reason=str(error))
                stop.wait(PAUSE)
                continue
            if not moved:
                if once and not self._waits():
                    break
                stop.wait(IDLE)
        return self.drained

    def _waits(self) -> bool:
        """Whether a batch that the desk did not take is still to be claimed again, by whomever."""
        return any(self._source.zscore(batches, batch) is not None for batch, batches in self._held.items())

    def round(self) -> int:
        """One batch of each list; how many items."""
        return sum(self._drain(name) for name in self._found())

    def _found(self) -> list[str]:
        if time.monotonic() >= self._look_at:
            names = {
                name.decode("utf-8", "surrogateescape")
                for pattern in self._patterns
                for name in self._source.scan_iter(match=pattern, count=1000, _type="list")
            }
            claimed = (n.decode("utf-8", "surrogateescape") for n in self._source.scan_iter(f"{PREFIX}*", _type="zset"))
            names |= {name.removeprefix(PREFIX) for name in claimed}
            self._lists = sorted(n for n in names if not n.startswith("wiredesk:"))
            self._look_at = time.monotonic() + LOOK
        return self._lists

    def _drain(self, name: str) -> int:
        batches = f"{PREFIX}{name}"
        new = f"{batches}:{secrets.token_hex(8)}"
        reply: Any = self._claim(keys=[name, batches, new], args=[BATCH, LEASE])
        batch, items = reply
        if not items:
            return 0
        self._held[batch] = batches
        try:
            refused = self._refused(items, name)
        except LATER:
            with suppress(RedisError):  # then its time must be waited for
                self._source.zadd(batches, {batch: 0}, xx=True)
            raise
        with self._source.pipeline() as pipe:
            if refused:
                self._log.warning("items refused", list=name, count=len(refused), kept=f"{name}:refused")
                pipe.rpush(f"{name}:refused", *refused)
            pipe.delete(batch)
            pipe.zrem(batches, batch)
            pipe.execute()
        del self._held[batch]
        self.drained += len(items)
        return len(items)

    def _refused(self, items: Sequence[bytes], name: str) -> list[bytes]:
        """Submit them; those that the desk will never take."""
        return [
            item.data
            for item, answer in self._desk.submit_each((rows.from_stored(i, name) for i in items), wait=False)
            if not isinstance(answer, Receipt) and isinstance(item.data, bytes)
        ]
