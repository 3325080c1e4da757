"""What a desk looks like from outside: queues, workers, streams, and what is wrong with the command that mends it.

Read in one round trip of a fixed number of commands, however much waits.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from redis import Redis
from rq.defaults import RQ_KEY_PREFIX

from wiredesk import jobs, keys

#: A queue whose open files are older than this while no worker listens is worth a line.
OLD_SECONDS = 60.0


class StageHealth(msgspec.Struct):
    """One stage's queue: jobs by state, and workers that are registered for it."""

    stage: str
    waiting: int
    running: int
    failed: int
    workers: int


class Health(msgspec.Struct):
    """A desk at one instant. `oldest_open` in seconds; `problems` are sentences with the way out."""

    stages: list[StageHealth]
    open_files: int
    oldest_open: float | None
    streams: dict[str, int]
    memory: int
    suspended: bool
    problems: list[str] = []


def look(redis: Redis, stages: Sequence[str]) -> Health:
    with redis.pipeline(transaction=False) as pipe:
        for stage in stages:
            pipe.llen(jobs.queue(stage))
            pipe.zcard(f"{RQ_KEY_PREFIX}:wip:{stage}")
            pipe.zcard(f"{RQ_KEY_PREFIX}:failed:{stage}")
            pipe.scard(f"{RQ_KEY_PREFIX}:workers:{stage}")
        for stream in keys.STREAMS:
            pipe.xlen(stream)
        pipe.zcard(keys.OPEN)
        pipe.zrange(keys.OPEN, 0, 0, withscores=True)
        pipe.info("memory")
        pipe.exists(f"{RQ_KEY_PREFIX}:suspended")
        reply: list[Any] = pipe.execute()
    rows = [StageHealth(stage, *reply[4 * n : 4 * n + 4]) for n, stage in enumerate(stages)]
    *lengths, open_files, oldest, memory, suspended = reply[4 * len(stages) :]
    health = Health(
        stages=rows,
        open_files=open_files,
        oldest_open=max(0.0, time.time() - oldest[0][1]) if oldest else None,
        streams={s.removeprefix(keys.PREFIX): n for s, n in zip(keys.STREAMS, lengths, strict=True)},
        memory=memory["used_memory"],
        suspended=bool(suspended),
    )
    health.problems = list(_problems(health))
    return health


def _problems(health: Health) -> list[str]:
    found = []
    if health.suspended:
        found.append("The workers are suspended -> rq resume")
    for row in health.stages:
        if row.waiting and not row.workers:
            found.append(f"{row.stage}: {row.waiting:,} waiting, no worker -> wiredesk work {row.stage}")
        if row.failed:
            found.append(
                f"{row.stage}: {row.failed:,} failed -> rq requeue --all --queue {row.stage}, after mending the cause"
            )
    if health.open_files and not any(row.workers for row in health.stages):
        found.append(f"{health.open_files:,} files have no outcome yet and no worker runs -> wiredesk work")
    return found
