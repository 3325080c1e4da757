"""What a desk looks like from outside: queues, workers, streams, and what is wrong with the command that mends it.

Read in one round trip of a fixed number of commands, however much waits; ages by the server's clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

import msgspec
from redis import Redis
from redis.exceptions import NoScriptError
from rq.defaults import RQ_KEY_PREFIX

from wiredesk import keys
from wiredesk.plain import many

#: A job that waits this long although its stage has workers is worth a line: a busy desk moves on in seconds.
OLD_SECONDS = 60.0
#: Of Redis's memory limit: from here on there is time to act before it refuses what is queued.
FULL = 0.85


class StageHealth(msgspec.Struct):
    """One stage: jobs by state, living workers and those at work, seconds since the oldest job came or started.

    `later` wait for the object store.
    """

    stage: str
    waiting: int
    running: int
    failed: int
    workers: int
    busy: int = 0
    later: int = 0
    oldest_waiting: float | None = None
    oldest_running: float | None = None


class Health(msgspec.Struct):
    """A desk at one instant. Ages in seconds, memory in bytes; `problems` are sentences with the way out."""

    stages: list[StageHealth]
    open_files: int
    oldest_open: float | None
    streams: dict[str, int]
    memory: int
    suspended: bool
    problems: list[str] = []
    at: float = 0.0
    memory_limit: int = 0
    counts: dict[str, int] = {}


def look(redis: Redis, stages: Sequence[str]) -> Health:
    """One round trip; one more the first time that this Redis sees the script."""
    try:
        return _look(redis, stages)
    except NoScriptError:
        redis.script_load(_script())
        return _look(redis, stages)


def _script() -> str:
    return files("wiredesk").joinpath("look.lua").read_text("utf-8")


def _look(redis: Redis, stages: Sequence[str]) -> Health:
    script = redis.register_script(_script())
    with redis.pipeline(transaction=False) as pipe:
        pipe.evalsha(script.sha, 1, keys.LEASES, RQ_KEY_PREFIX, *stages)
        for stream in keys.STREAMS:
            pipe.xlen(stream)
        pipe.zcard(keys.OPEN)
        pipe.zrange(keys.OPEN, 0, 0, withscores=True)
        pipe.info("memory")
        pipe.exists(f"{RQ_KEY_PREFIX}:suspended")
        pipe.hgetall(keys.COUNTS)
        reply: list[Any] = pipe.execute()
    (now, *rows), *rest = reply
    *lengths, open_files, oldest, memory, suspended, counts = rest
    at = float(now)
    health = Health(
        stages=[_stage(stage, row, at) for stage, row in zip(stages, rows, strict=True)],
        open_files=open_files,
        oldest_open=max(0.0, at - oldest[0][1]) if oldest else None,
        streams={s.removeprefix(keys.PREFIX): n for s, n in zip(keys.STREAMS, lengths, strict=True)},
        memory=memory["used_memory"],
        suspended=bool(suspended),
        at=at,
        memory_limit=memory.get("maxmemory", 0),
        counts={name.decode(): int(n) for name, n in counts.items()},
    )
    health.problems = list(problems(health))
    return health


def _stage(stage: str, row: Sequence[Any], now: float) -> StageHealth:
    *numbers, waiting, running = row
    counts: tuple[int, int, int, int, int, int] = tuple(numbers)
    return StageHealth(stage, *counts, _age(waiting, now), _age(running, now))


def _age(instant: bytes, now: float) -> float | None:
    """Seconds since an instant as RQ writes it; None for none, and for what a stranger wrote there."""
    try:
        return max(0.0, now - datetime.fromisoformat(instant.decode()).timestamp()) if instant else None
    except (ValueError, OverflowError):
        return None


def problems(health: Health) -> Iterator[str]:
    """What is wrong, most urgent first: `what is seen -> the command that mends it`."""
    if health.suspended:
        yield "The workers are suspended -> rq resume"
    if health.memory_limit and health.memory > FULL * health.memory_limit:
        share = health.memory / health.memory_limit
        yield f"Redis is {share:.0%} full -> redis-cli config set maxmemory {2 * health.memory_limit}"
    for row in health.stages:
        yield from _stage_problems(row)
    if health.open_files and not any(row.workers for row in health.stages):
        yield f"{many(health.open_files, 'file')} without outcome yet and no worker runs -> wiredesk work"


def _stage_problems(row: StageHealth) -> Iterator[str]:
    if row.waiting and not row.workers:
        yield f"{row.stage}: {row.waiting:,} waiting, no worker -> wiredesk work {row.stage}"
    elif row.waiting and row.oldest_waiting is not None and row.oldest_waiting > OLD_SECONDS:
        more = 2 * row.workers
        yield (
            f"{row.stage}: {row.waiting:,} waiting, the oldest for {said_age(row.oldest_waiting)} "
            f"-> wiredesk work {row.stage} --count {more}"
        )
    if row.later:
        yield f"{row.stage}: {row.later:,} waiting for the object store -> wiredesk doctor"
    if row.failed:
        yield f"{row.stage}: {row.failed:,} failed -> wiredesk rejected list"


def said_age(seconds: float | None) -> str:
    """``340 ms``, ``12 s``, ``7 min``, ``3.2 h``, ``2.1 d``: an age as a person reads it; a dash for none."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    for size, unit, digits in ((120, "s", 0), (7200, "min", 0), (172800, "h", 1)):
        if seconds < size:
            value = seconds / {"s": 1, "min": 60, "h": 3600}[unit]
            return f"{value:.{digits}f} {unit}"
    return f"{seconds / 86400:.1f} d"
