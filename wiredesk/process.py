"""Child processes: what the kernel can be asked to do for one, and when a dead one is started again."""

from __future__ import annotations

import ctypes
import signal
import sys
import time
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1

#: Seconds before a dead process is replaced: doubled with each death, back to the first after a life of a minute.
PAUSE_FIRST, PAUSE_MOST, GOOD_LIFE = 0.2, 10.0, 60.0


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """In a child: have the kernel send `number` when the parent dies, even by SIGKILL. Only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)


@dataclass
class Restarts:
    """When the next life of a process may begin: the shorter the last ones were, the later."""

    born: float = 0.0
    due: float = 0.0
    _pause: float = PAUSE_FIRST

    @property
    def now(self) -> bool:
        return time.monotonic() >= self.due

    def began(self) -> None:
        self.born = time.monotonic()

    def ended(self) -> float:
        """Note a death; the seconds that the process lived."""
        lived = time.monotonic() - self.born
        self._pause = PAUSE_FIRST if lived > GOOD_LIFE else min(PAUSE_MOST, self._pause * 2)
        self.due = time.monotonic() + self._pause
        return lived
