"""The chain as RQ's own workers run it: each task enqueues the next, with an id, a description and JSON."""

from __future__ import annotations

import os

from rq import Queue, get_current_job

from bench.queue.measure import STAGES
from wiredesk.connection import client
from wiredesk.serializer import JSONSerializer

DONE = "bench:done"
_connections: dict[int, object] = {}


def connection():
    """One connection a process: a forked job may not share its parent's."""
    pid = os.getpid()
    if pid not in _connections:
        _connections[pid] = client(os.environ["BENCH_URL"])
    return _connections[pid]


def enqueue(stage: str, article: str, redis) -> None:
    Queue(stage, connection=redis, serializer=JSONSerializer).enqueue_call(
        f"bench.queue.tasks.{stage}",
        args=(article,),
        job_id=f"{stage}-{article}",
        description=f"{stage} {article}",
        result_ttl=500,
    )


def _task(stage: str):
    place = STAGES.index(stage)

    def run(article: str) -> None:
        redis = get_current_job().connection
        if place + 1 < len(STAGES):
            enqueue(STAGES[place + 1], article, redis)
        else:
            redis.incr(DONE)

    return run


split, fingerprint, extract, publish = (_task(stage) for stage in STAGES)
