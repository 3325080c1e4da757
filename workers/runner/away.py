"""When Redis is away: told apart from errors of a job, waited out, and said.

A restart, a refused connection, a failover, a lost reply and a full memory are nobody's fault in the batch: nothing is
failed for them. The worker keeps what it holds, its heartbeat keeps trying, and each attempt waits longer.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis.exceptions import ConnectionError, RedisError, TimeoutError  # noqa: A004

from wiredesk import log

#: The first wait is shorter than a restart of Redis (0.1 s for a small data set); the longest keeps "Redis is back"
#: to "work goes on" below five seconds.
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 3.0

#: How Redis words what will pass. Redis 6.2 wraps an error inside a script, so the code may stand anywhere.
_PASSING = {
    "OOM command not allowed": "Redis is out of memory: raise maxmemory or let readers and TTLs free some",
    "LOADING": "Redis is loading its data",
    "READONLY": "Redis is a replica now: a failover is under way",
    "MASTERDOWN": "Redis has lost its primary",
    "MISCONF": "Redis cannot write to its disk: look at its log",
    "BUSY ": "Redis is busy with a script",
    "NOREPLICAS": "Redis has too few replicas to accept writes",
}


def reason(error: BaseException) -> str | None:
    """One sentence on why Redis is away, or None when the error says something of the job or the program."""
    if isinstance(error, RedisError):
        for words, sentence in _PASSING.items():
            if words in str(error):
                return sentence
    if isinstance(error, TimeoutError):
        return "Redis did not reply in time"
    if isinstance(error, ConnectionError):
        return f"Redis cannot be reached: {error}"
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
