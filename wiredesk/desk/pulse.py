"""The desk's pulse: one look at Redis a second while someone watches, shared by all who do, with rates since the last.

Nobody watching: nothing is asked.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence

import msgspec
from redis import Redis
from redis.exceptions import RedisError

from wiredesk import keys
from wiredesk.health import Health, look, said_age

#: Seconds between two looks, and looks that are remembered: two minutes for the small curves.
EVERY, REMEMBERED = 1.0, 120
#: A rate is taken over so many seconds: one second of a batch worker jumps between 0 and a batch.
RATE_SECONDS = 5.0


class Flow(msgspec.Struct):
    """A stage as the picture shows it: rates per second of jobs that came and were done, the last minutes' curve."""

    stage: str
    waiting: int
    running: int
    failed: int
    workers: int
    busy: int
    done: int
    came: float
    went: float
    oldest: str
    late: bool
    curve: list[float]


class Beat(msgspec.Struct):
    """What a browser is told each second."""

    number: int
    at: float
    flow: list[Flow]
    open_files: int
    oldest_open: str
    streams: dict[str, int]
    outcomes: dict[str, int]
    memory: int
    memory_limit: int
    problems: list[str]
    away: str = ""


#: A queue whose oldest job waits longer is drawn as late.
LATE_SECONDS = 30.0


class Pulse:
    """Thread-safe. `beat` is at most a second old while somebody watches."""

    def __init__(self, redis: Redis, stages: Sequence[str]) -> None:
        self._redis, self._stages = redis, stages
        self._lock = threading.Lock()
        self._looks: deque[Health] = deque(maxlen=REMEMBERED)
        self._curves = {stage: deque[float](maxlen=60) for stage in stages}
        self._beat: Beat | None = None
        self._taken = 0.0
        self._number = 0

    def beat(self) -> Beat:
        """The latest beat, taken anew when it is older than a second."""
        with self._lock:
            if self._beat is None or time.monotonic() - self._taken >= EVERY * 0.95:
                self._beat = self._take()
                self._taken = time.monotonic()
            return self._beat

    def _take(self) -> Beat:
        self._number += 1
        try:
            health = look(self._redis, self._stages)
        except (RedisError, OSError) as error:
            return self._away(error)
        self._looks.append(health)
        flow = list(self._flows(health))
        return Beat(
            number=self._number,
            at=health.at,
            flow=flow,
            open_files=health.open_files,
            oldest_open=said_age(health.oldest_open),
            streams=health.streams,
            outcomes={name: n for name, n in health.counts.items() if name.startswith(("articles:", "files:"))},
            memory=health.memory,
            memory_limit=health.memory_limit,
            problems=health.problems,
        )

    def _away(self, error: BaseException) -> Beat:
        streams = dict.fromkeys((s.removeprefix(keys.PREFIX) for s in keys.STREAMS), 0)
        last = self._beat or Beat(0, time.time(), [], 0, "–", streams, {}, 0, 0, [])
        said = "Redis does not answer -> wiredesk doctor"
        return msgspec.structs.replace(last, number=self._number, problems=[said], away=type(error).__name__)

    def _flows(self, now: Health) -> Iterator[Flow]:
        then = next((h for h in self._looks if now.at - h.at <= RATE_SECONDS), now)
        seconds = now.at - then.at
        for row, before in zip(now.stages, then.stages, strict=True):
            done, done_before = _done(now, row.stage), _done(then, row.stage)
            went = max(0, done - done_before) / seconds if seconds else 0.0
            held = row.waiting + row.running - before.waiting - before.running
            came = max(0, done - done_before + held) / seconds if seconds else 0.0
            self._curves[row.stage].append(round(went, 2))
            yield Flow(
                row.stage, row.waiting, row.running, row.failed, row.workers, row.busy, done, round(came, 1),
                round(went, 1), said_age(row.oldest_waiting), (row.oldest_waiting or 0) > LATE_SECONDS,
                list(self._curves[row.stage]),
            )  # fmt: skip


def _done(health: Health, stage: str) -> int:
    return sum(health.counts.get(f"jobs:{stage}:{end}", 0) for end in ("done", "failed"))
