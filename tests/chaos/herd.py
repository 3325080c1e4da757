"""Worker processes that are killed, stopped, frozen and replaced."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests import chain
from tests.chaos.harm import Mortals
from wiredesk import log
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner import start


@dataclass
class Herd(Mortals):
    """`each` workers for every stage of the chain."""

    settings: Settings
    each: int
    exits: Counter[int] = field(default_factory=Counter)

    @property
    def deaths(self) -> int:
        return self.done["SIGKILL"] + self.done["SIGTERM"]

    def fill(self) -> None:
        """Replace who has ended."""
        while self.alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid in self.alive:
                self.exits[os.waitstatus_to_exitcode(status)] += 1
                self.alive.pop(pid)
                self.frozen.pop(pid, None)
        for stage in chain.STAGES:
            for _ in range(self.each - Counter(self.alive.values())[stage.name]):
                self.alive[_forked(lambda name=stage.name: self._live(name))] = stage.name

    def dismiss(self) -> None:
        """SIGTERM to all, and wait."""
        self.ask_to_end()
        for pid in list(self.alive):
            self.exits[os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])] += 1
            del self.alive[pid]

    def _live(self, stage: str) -> None:
        log.configure("json", os.environ.get("CHAOS_LOG", "critical"))
        random.seed()
        while True:
            try:
                desk = Desk.open(self.settings)
                break
            except Exception:  # noqa: BLE001  (Redis is being killed all the time)
                time.sleep(0.1)
        start.work(stage, desk, chain.SLOW_STAGES)


def _forked(life: Callable[[], None]) -> int:
    before = signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # a newborn that is told to go, goes
    pid = os.fork()
    if pid:
        signal.signal(signal.SIGTERM, before)
        return pid
    status = 1
    try:
        life()
        status = 0
    except BaseException:  # noqa: BLE001  (whatever ended it is told before the process goes)
        traceback.print_exc()
    finally:
        os._exit(status)
