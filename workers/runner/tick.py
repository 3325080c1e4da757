"""Ticks: now and then a worker says that it lives, and buries those that do not."""

from __future__ import annotations

import random
import time

import msgspec
from rq.suspension import WORKERS_SUSPENDED

from wiredesk import log
from workers.runner import ends
from workers.runner.scripts import Scripts

#: Seconds between ticks of a lone worker, per idle worker, and at most: a fleet of any size ticks about three times
#: a second altogether, and a small one looks when a lease ends.
FIRST, EACH, MOST = 1.0, 0.3, 6.0
#: A lease that ends before the next tick is looked at when it ends, within so many seconds: a dead worker's jobs go on
#: then, in place of half a tick later. A fleet whose ticks come at `MOST` does so without that.
SOON = 0.1


class TickCall(msgspec.Struct, frozen=True):
    worker: str
    queue: str
    sweep: int = 0
    young: float = 0.0
    trace: str = ends.pack_text("The worker died while it ran this job: its lease ended.")


class Ticked(msgspec.Struct, frozen=True):
    """`old` files are this worker's to look after (sweep.py); None when the sweep is not its turn."""

    registered: bool
    suspended: bool
    old: list[str] | None


class Ticker:
    """Ticks for one worker. `row` is its key in RQ's list of workers."""

    def __init__(self, scripts: Scripts, worker: str, queue: str, row: str) -> None:
        self._scripts = scripts
        self._call = TickCall(worker, queue)
        self._keys = (row, WORKERS_SUSPENDED)
        self._next = 0.0
        #: Jobs that its ticks rejected, as their workers died of them, until somebody has looked after them.
        self.given_up: list[str] = []

    @property
    def left(self) -> float:
        """Seconds until the next tick is due."""
        return self._next - time.monotonic()

    def tick(self, sweep: float = 0.0, young: float = 0.0) -> Ticked:
        """`sweep`: seconds for which this worker would be the one that sweeps files older than `young`; 0: not now."""
        call = msgspec.structs.replace(self._call, sweep=int(1000 * sweep), young=young)
        registered, suspended, idle, dead, old, lapse, given_up = self._scripts.call("tick", call, keys=self._keys)
        for name, jobs, back, rejected in dead:
            log.get().warning("buried", dead=name.decode(), jobs=jobs, back=back, rejected=rejected)
        self.given_up += [job.decode("ascii", "replace") for job in given_up]
        self._next = time.monotonic() + _pause(idle, lapse / 1000)
        files = None if old is None else [file.decode("ascii", "replace") for file in old]
        return Ticked(bool(registered), bool(suspended), files)


def _pause(idle: int, lapse: float) -> float:
    """Seconds until the next tick; `lapse`: until the next lease ends."""
    every = max(FIRST, EACH * idle)
    if every >= MOST:
        return MOST * random.uniform(0.8, 1.0)
    return min(every * random.uniform(0.8, 1.0), lapse + SOON * random.random())
