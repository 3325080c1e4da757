"""The runner's own chain: no-op stages that name the next job, one worker process a stage."""

from __future__ import annotations

from dataclasses import replace

from redis import Redis

from bench.queue.measure import STAGES, Engine
from wiredesk import jobs
from wiredesk.connection import client
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.effects import Effects, Next
from workers.runner import work
from workers.stage import Stage


def _stage(name: str) -> Stage:
    place = STAGES.index(name)
    following = STAGES[place + 1] if place + 1 < len(STAGES) else None

    def run(_desk, calls):
        return [_effects(following, call.args[0]) for call in calls]

    return Stage(name, run)


def _effects(stage: str | None, article: str) -> Effects:
    if stage is None:
        return Effects()
    return Effects(jobs=(Next(stage, f"{stage}-{article}", [article], f"{stage} {article}"),))


TABLE = tuple(_stage(name) for name in STAGES)


def fill(url: str, articles: int) -> None:
    redis = client(url)
    with redis.pipeline(transaction=False) as pipe:
        for n in range(articles):
            article = f"abcdefghijklmnop-{n}"
            fields = jobs.fields("split", [article], f"split {article}", retries=3, keep=500, at=jobs.instant())
            pipe.hset(jobs.key(f"split-{article}"), items=fields)
            pipe.rpush(jobs.queue("split"), f"split-{article}")
        pipe.execute()


def _life(stage: str):
    return lambda url: work(stage, Desk.open(replace(Settings(), redis_url=url)), TABLE)


def is_done(redis: Redis, articles: int) -> bool:
    return redis.zcard("rq:finished:publish") >= articles


ENGINE = Engine("wiredesk", fill, tuple(_life(stage) for stage in STAGES), is_done)
