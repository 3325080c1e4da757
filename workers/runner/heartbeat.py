"""The heartbeat: a thread on a connection of its own that says "alive" while a batch runs.

A batch may take minutes; its lease takes seconds, so that a dead worker's jobs come back fast. What runs too long
altogether, in code that no signal can break off, is ended here with the process: its batch then comes back in halves.
"""

from __future__ import annotations

import math
import os
import signal
import threading
import time

import msgspec
from redis.exceptions import RedisError

from wiredesk import log
from workers.runner.scripts import Scripts

#: Renewals within one lease: three may be lost or late before a living worker loses its batch.
BEATS = 4
#: Seconds between renewals of what only RQ's tools look at.
FULL_EVERY = 15.0


class Call(msgspec.Struct, frozen=True):
    worker: str
    full: bool


class Heartbeat(threading.Thread):
    """`hold` and `release` are called by the worker around each batch; they cost nothing."""

    def __init__(self, scripts: Scripts, worker: str, keys: tuple[str, str, str], lease: float) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._scripts = scripts
        self._worker = worker
        self._keys = keys
        self._every = lease / BEATS
        self._ended = threading.Event()
        self._held_since: float | None = None
        self._longest = 0.0

    def hold(self, longest: float = math.inf) -> None:
        """A batch is held from now on; the process is ended when it is held for longer than `longest` seconds."""
        self._longest = longest
        self._held_since = time.monotonic()

    def wait(self) -> None:
        """Redis is away: what is held may be held for as long as that takes."""
        self._longest = math.inf

    def release(self) -> None:
        self._held_since = None

    def end(self) -> None:
        self._ended.set()

    def run(self) -> None:
        full_at = 0.0
        while not self._ended.wait(self._every):
            since = self._held_since
            if since is None:
                continue
            held = time.monotonic() - since
            if held > self._longest:
                self._end_process(held)
            full = held > FULL_EVERY and time.monotonic() >= full_at
            if full:
                full_at = time.monotonic() + FULL_EVERY
            self._beat(full=full)

    def _beat(self, *, full: bool) -> None:
        try:
            if not self._scripts.call("renew", Call(self._worker, full), keys=self._keys) and self._held_since:
                log.get().warning("lease ended while a batch was running", worker=self._worker)
        except (RedisError, OSError) as error:
            log.get().debug("heartbeat not heard", error=str(error))

    def _end_process(self, held: float) -> None:
        log.get().error("batch cannot be broken off, ending the process", seconds=round(held))
        os.kill(os.getpid(), signal.SIGKILL)
