"""What a worker may find when it starts: queues in every state that a point of death is tried in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis

from producers.desk import Desk as Producer
from tests import chain
from wiredesk import keys
from workers import table
from workers.stage import Stage

#: Three pages of a press site each with two stories and furniture, one an exact copy, one without any article.
_PAGE = "Home > World > {n}\n\n{head}\n\nCAIRO, March {n} (Reuters) - {text}\n\n{text2}\n\nShare this\nPrint\n"


@dataclass(frozen=True)
class Scenario:
    """`submit` puts files in; `disturb` is called with Redis when the queue of the stage to be tried is filled."""

    name: str
    stages: tuple[Stage, ...]
    submit: Callable[[Producer], None]
    disturb: Callable[[Redis, str], None] = lambda _redis, _stage: None


def _chain(*names: str) -> Callable[[Producer], None]:
    def submit(producer: Producer) -> None:
        for name in names:
            producer.submit(name.encode(), name=name)

    return submit


def _dead_worker(redis: Redis, stage: str) -> None:
    """A worker claimed what waited and is dead: the one that is tried buries it."""
    worker, wip, key = f"{stage}@gone.1", f"rq:wip:{stage}", f"rq:queue:{stage}"
    jobs = [job.decode() for job in redis.lrange(key, 0, -1)]
    redis.delete(key)
    for n, job in enumerate(jobs):
        redis.zadd(wip, {f"{job}:x-{n}": 9e12})
        redis.sadd(f"rq:worker:{worker}:executions", f"{job}:x-{n}")
        redis.hset(f"rq:job:{job}", mapping={"status": "started", "worker_name": worker})
    redis.zadd(keys.LEASES, {worker: 1})


def _emptied(redis: Redis, stage: str) -> None:
    """A person deleted the queue: the sweep starts its files over."""
    redis.delete(f"rq:queue:{stage}")
    for file in redis.zrange(keys.OPEN, 0, -1):
        redis.zadd(keys.OPEN, {file: 1})


#: Ids that `_strange` queues, as `rejected` shows them: told as often as it takes.
STRANGE = ("string", "pickle", "missing", "bad?id")


def _strange(redis: Redis, stage: str) -> None:
    """Records that are no jobs of ours stand in front."""
    redis.set("rq:job:string", "x")
    redis.hset("rq:job:pickle", mapping={"status": "queued", "data": b"\x80\x05cos\nsystem\n"})
    redis.lpush(f"rq:queue:{stage}", "string", "pickle", "missing", "bad id")


def _pages(producer: Producer) -> None:
    for n in (1, 2):
        words = " ".join(f"word{n}x{i}" for i in range(60))
        more = " ".join(f"more{n}x{i}" for i in range(60))
        page = _PAGE.format(n=n, head=f"Minister number {n} speaks of rivers", text=words, text2=more)
        producer.submit(page.encode(), name=f"page{n}.txt")
    producer.submit(b"", name="empty.txt")


SCENARIOS = (
    Scenario("plain", chain.STAGES, _chain("7.txt", "a-1.txt", "b-4.txt")),
    Scenario("failing", chain.STAGES, _chain("fail-3.txt", "hopeless-4.txt", "2.txt")),
    Scenario("dead worker", chain.STAGES, _chain("7.txt", "a-1.txt"), _dead_worker),
    Scenario("queue deleted", chain.STAGES, _chain("5.txt", "a-1.txt"), _emptied),
    Scenario("strange records", chain.STAGES, _chain("5.txt"), _strange),
    Scenario("real stages", table.STAGES, _pages),
)
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
