"""RQ's own workers, one process on all four queues: `SimpleWorker`, and `Worker`, which forks for each job."""

from __future__ import annotations

import os

from redis import Redis
from rq import SimpleWorker, Worker

from bench.queue import tasks
from bench.queue.measure import STAGES, Engine
from wiredesk.connection import client
from wiredesk.serializer import JSONSerializer


def fill(url: str, articles: int) -> None:
    redis = client(url)
    for n in range(articles):
        tasks.enqueue("split", f"abcdefghijklmnop-{n}", redis)


def _life(kind: type[SimpleWorker | Worker]):
    def live(url: str) -> None:
        os.environ["BENCH_URL"] = url
        kind(list(STAGES), connection=client(url), serializer=JSONSerializer).work(logging_level="ERROR")

    return live


def is_done(redis: Redis, articles: int) -> bool:
    return int(redis.get(tasks.DONE) or 0) >= articles


SIMPLE = Engine("rq SimpleWorker", fill, (_life(SimpleWorker),), is_done, share=0.1)
FORKING = Engine("rq Worker (forks)", fill, (_life(Worker),), is_done, share=0.02)
