"""What a run must not leave in Redis: ghosts in RQ's registries, rows of the dead, files without outcome."""

from __future__ import annotations

from collections.abc import Iterator

from redis import Redis

from wiredesk import keys


def left_behind(redis: Redis, stages: list[str]) -> Iterator[str]:
    """Ghosts in RQ's registries: leases, executions and rows of workers that are gone."""
    for stage in stages:
        if n := redis.zcard(f"rq:wip:{stage}"):
            yield f"{n} leases of {stage}"
        if n := redis.llen(f"rq:queue:{stage}"):
            yield f"{n} jobs waiting for {stage}"
    for pattern in ("rq:execution:*", "rq:executions:*", "rq:worker:*:executions"):
        if found := redis.keys(pattern):
            yield f"{len(found)} of {pattern}"
    if n := redis.scard("rq:workers"):
        yield f"{n} rows of workers"
    if n := redis.zcard(keys.LEASES):
        yield f"{n} leases of workers"
    if n := redis.zcard(keys.OPEN):
        yield f"{n} files open"
