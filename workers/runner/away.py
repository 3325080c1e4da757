"""When Redis is away: told apart from errors of a job, waited out, and said.

A restart, a refused connection, a failover, a lost reply and a full memory are nobody's fault in the batch: nothing is
failed for them. The worker keeps what it holds, its heartbeat keeps trying, and each attempt waits longer. Of an object
store that is away only those hear who need it (workers/absence.py).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis.exceptions import (
    BusyLoadingError,
    ConnectionError,  # noqa: A004
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TimeoutError,  # noqa: A004
)

from wiredesk import log

#: The first wait is shorter than a restart of Redis (0.1 s for a small data set); the longest keeps "Redis is back"
#: to "work goes on" below five seconds.
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 3.0

_FULL = "Redis is out of memory: raise maxmemory or let readers and TTLs free some"
_REPLICA = "Redis is a replica now: a failover is under way"
_ORPHAN = "Redis has lost its primary"

#: What will pass, as redis-py knows it by an error's code ...
_CLASSES: tuple[tuple[type[RedisError], str], ...] = (
    (OutOfMemoryError, _FULL),
    (ReadOnlyError, _REPLICA),
    (MasterDownError, _ORPHAN),
    (BusyLoadingError, "Redis is loading its data"),
    (TimeoutError, "Redis did not reply in time"),
)
#: ... and as Redis words it where redis-py knows no class, or where 6.2 wraps an error inside a script.
_WORDS = {
    "OOM command not allowed": _FULL,
    "READONLY You can't write": _REPLICA,
    "MASTERDOWN": _ORPHAN,
    "MISCONF": "Redis cannot write to its disk: look at its log",
    "BUSY Redis is busy": "Redis is busy with a script",
    "NOREPLICAS": "Redis has too few replicas to accept writes",
    "LOADING": "Redis is loading its data",
}


def reason(error: BaseException) -> str | None:
    """One sentence on why Redis is away; None for an error of the job or the program."""
    for kind, sentence in _CLASSES:
        if isinstance(error, kind):
            return sentence
    if isinstance(error, ConnectionError):
        return f"Redis cannot be reached: {error}"
    if isinstance(error, RedisError):
        return next((sentence for words, sentence in _WORDS.items() if words in str(error)), None)
    return None


@dataclass
class Patience:
    """Waits longer with each failure, a little at random so that a fleet does not come back as one."""

    sleep: Callable[[float], object] = time.sleep
    pause: float = FIRST_PAUSE
    since: float | None = None

    def wait(self, error: BaseException) -> None:
        if self.since is None:
            self.since = time.monotonic()
        why = reason(error) or f"{type(error).__name__}: {error}"
        log.get().warning("redis is away", reason=why, pause=round(self.pause, 2))
        self.sleep(self.pause * random.uniform(0.5, 1.0))
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def over(self) -> None:
        if self.since is not None:
            log.get().info("redis is back", seconds=round(time.monotonic() - self.since, 1))
            self.since, self.pause = None, FIRST_PAUSE
