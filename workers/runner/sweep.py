"""The sweep: the last line of defence, whatever RQ, Redis or a person's `DEL` did.

Compares what was accepted with what has an outcome. A file that is open, and of which no job waits or runs, starts
over from its first part; its bitmaps keep anything from being counted or published twice, so a wrong suspicion costs
work and nothing else. Any worker does this, one at a time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import msgspec
from rq import Queue
from rq.worker_registration import clean_worker_registry

from wiredesk import ids, log, retention, trace
from wiredesk.serializer import JSONSerializer
from workers.runner.relog import renew_log
from workers.runner.scripts import Scripts
from workers.runner.wire import Arena, NewJob, call_data
from workers.stage import Stage

if TYPE_CHECKING:
    from workers.desk import Desk

#: Seconds between sweeps of the whole fleet; a sweep that takes long (a long queue) is followed by a longer pause, so
#: that sweeping takes at most a fiftieth of anyone's time.
EVERY, SHARE = 5.0, 50
#: Registries keep ids a minute longer than their records: nobody is misled by a minute.
TIDY_EVERY = 60.0
#: A file this young has its job in a queue: its acceptance put it there.
YOUNG = 5.0
#: First wait before a file is started a second time (doubled each time), and how often it is.
AGAIN_PAUSE, AGAIN_MOST = 5.0, 6
#: Ids read from a list in one command: 10,000 take Redis a millisecond.
CHUNK = 10_000


class AgainCall(msgspec.Struct, frozen=True):
    file: str
    job: NewJob
    pause: float = AGAIN_PAUSE
    most: int = AGAIN_MOST


class Sweep:
    """Decides when this worker would sweep, and does it for the files that a tick found old."""

    def __init__(self, desk: Desk, scripts: Scripts, stages: Sequence[Stage]) -> None:
        self._redis = desk.queues
        self._settings = desk.settings
        self._scripts = scripts
        self._queues = [Queue(s.name, connection=desk.queues, serializer=JSONSerializer) for s in stages]
        self._due = time.monotonic() + EVERY
        self._tidy_at = time.monotonic() + TIDY_EVERY * random.random()

    @property
    def lock(self) -> float:
        """Seconds to ask the sweep's lock for with the next tick: a little less than until the next sweep, or 0."""
        return 0.9 * EVERY if time.monotonic() >= self._due else 0.0

    def sweep(self, old: Sequence[str]) -> int:
        """Start those of the `old` files over that nobody works on; how many."""
        began = time.monotonic()
        renew_log(self._redis)
        if began >= self._tidy_at:
            self._tidy_at = began + TIDY_EVERY
            self._tidy()
        started = 0
        if old:
            worked_on = set(self._worked_on())
            started = sum(self._again(file) for file in old if file not in worked_on)
        self._due = began + max(EVERY, SHARE * (time.monotonic() - began))
        return started

    def _worked_on(self) -> Iterator[str]:
        """Files that have a job in a list, in hands, or waiting for the object store. Jobs move on from stage to stage,
        and so does this look.
        """
        for queue in self._queues:
            for job in self._waiting(queue.key):
                yield _file_of(job)
            for job in cast("list[bytes]", self._redis.zrange(queue.scheduled_job_registry.key, 0, -1)):
                yield _file_of(job)
            for lease in cast("list[bytes]", self._redis.zrange(queue.started_job_registry.key, 0, -1)):
                yield _file_of(lease.partition(b":")[0])

    def _waiting(self, key: str) -> Iterator[bytes]:
        start = 0
        while chunk := cast("list[bytes]", self._redis.lrange(key, start, start + CHUNK - 1)):
            yield from chunk
            start += CHUNK

    def _again(self, file: str) -> bool:
        first = self._queues[0].name
        arena = Arena()
        place = arena.put(call_data(first, [file, 0, None], trace.brought(self._redis, file)), f"{first} {file} again")
        job = NewJob(first, ids.split_job(file, 0), place)
        answer = self._scripts.call("again", AgainCall(file, job), raw=arena.raw)
        if answer:
            log.get().warning("file had no live job", file=file, done={1: "started over", 2: "closed"}[answer])
        return bool(answer == 1)

    def _tidy(self) -> None:
        """What RQ's own maintenance does: registries forget ids whose records have gone. And trim the streams."""
        retention.trim(self._redis, self._settings)
        with self._redis.pipeline(transaction=False) as pipe:
            now = time.time()
            for queue in self._queues:
                pipe.zremrangebyscore(queue.finished_job_registry.key, "-inf", now)
                pipe.zremrangebyscore(queue.failed_job_registry.key, "-inf", now)
            pipe.execute()
        for queue in self._queues:
            clean_worker_registry(queue)


def _file_of(job: bytes) -> str:
    """The file in `{stage}-{file}-{number}`."""
    return job.decode("ascii", "replace").rpartition("-")[0].rpartition("-")[2]
