"""The same chain on other task queues, each with its Redis broker, one worker process and its defaults otherwise.

They need the group `bench`: ``uv sync --group bench``. Results are off where a library allows it, because nobody reads
them here; each task sends the next one, the last counts.
"""

from __future__ import annotations

import asyncio
import time

from redis import Redis

from bench.queue.measure import STAGES, Engine
from wiredesk.connection import client

DONE = "bench:done"


def is_done(redis: Redis, articles: int) -> bool:
    return int(redis.get(DONE) or 0) >= articles


def _names(articles: int) -> list[str]:
    return [f"abcdefghijklmnop-{n}" for n in range(articles)]


def _after(stage: str) -> str | None:
    place = STAGES.index(stage) + 1
    return STAGES[place] if place < len(STAGES) else None


def dramatiq_chain(url: str):
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker

    broker = RedisBroker(url=url)
    dramatiq.set_broker(broker)
    redis, actors = client(url), {}

    def declare(stage: str):
        def run(article):
            if (following := _after(stage)) is not None:
                actors[following].send(article)
            else:
                redis.incr(DONE)

        return dramatiq.actor(run, actor_name=stage, queue_name=stage, broker=broker)

    actors.update({stage: declare(stage) for stage in STAGES})
    return broker, actors


def _dramatiq_fill(url: str, articles: int) -> None:
    _, actors = dramatiq_chain(url)
    for name in _names(articles):
        actors[STAGES[0]].send(name)


def _dramatiq_live(url: str) -> None:
    import dramatiq

    broker, _ = dramatiq_chain(url)
    worker = dramatiq.Worker(broker, worker_threads=1)
    worker.start()
    time.sleep(1e6)


def celery_chain(url: str):
    from celery import Celery

    app = Celery("bench", broker=url.replace("unix://", "redis+socket://"))
    app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)
    redis, tasks = client(url), {}

    def declare(stage: str):
        def run(article):
            if (following := _after(stage)) is not None:
                tasks[following].delay(article)
            else:
                redis.incr(DONE)

        return app.task(run, name=stage)

    tasks.update({stage: declare(stage) for stage in STAGES})
    return app, tasks


def _celery_fill(url: str, articles: int) -> None:
    _, tasks = celery_chain(url)
    for name in _names(articles):
        tasks[STAGES[0]].delay(name)


def _celery_live(url: str) -> None:
    app, _ = celery_chain(url)
    app.worker_main(
        ["--quiet", "worker", "--pool", "solo", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    )


def huey_chain(url: str):
    from huey import RedisHuey

    huey = RedisHuey("bench", connection_pool=client(url).connection_pool, results=False)
    redis, tasks = client(url), {}

    def declare(stage: str):
        def run(article):
            if (following := _after(stage)) is not None:
                tasks[following](article)
            else:
                redis.incr(DONE)

        return huey.task(name=stage)(run)

    tasks.update({stage: declare(stage) for stage in STAGES})
    return huey, tasks


def _huey_fill(url: str, articles: int) -> None:
    _, tasks = huey_chain(url)
    for name in _names(articles):
        tasks[STAGES[0]](name)


def _huey_live(url: str) -> None:
    huey, _ = huey_chain(url)
    huey.create_consumer(workers=1, periodic=False).run()


def taskiq_chain(url: str):
    from redis.asyncio import Redis as AsyncRedis
    from taskiq_redis import ListQueueBroker

    broker = ListQueueBroker(url)
    redis, tasks = AsyncRedis.from_url(url), {}

    def declare(stage: str):
        async def run(article: str) -> None:
            if (following := _after(stage)) is not None:
                await tasks[following].kiq(article)
            else:
                await redis.incr(DONE)

        return broker.register_task(run, task_name=stage)

    tasks.update({stage: declare(stage) for stage in STAGES})
    return broker, tasks


def _taskiq_fill(url: str, articles: int) -> None:
    async def send() -> None:
        broker, tasks = taskiq_chain(url)
        await broker.startup()
        for name in _names(articles):
            await tasks[STAGES[0]].kiq(name)

    asyncio.run(send())


def _taskiq_live(url: str) -> None:
    from taskiq.api import run_receiver_task

    async def receive() -> None:
        broker, _ = taskiq_chain(url)
        await run_receiver_task(broker, run_startup=True, max_async_tasks=100)

    asyncio.run(receive())


def _arq_functions() -> list:
    from arq.worker import func

    def declare(stage: str):
        async def run(ctx, article: str) -> None:
            if (following := _after(stage)) is not None:
                await ctx["redis"].enqueue_job(following, article)
            else:
                await ctx["redis"].incr(DONE)

        return func(run, name=stage, keep_result=0)

    return [declare(stage) for stage in STAGES]


def _arq_settings(url: str):
    from arq.connections import RedisSettings

    return RedisSettings(unix_socket_path=url.removeprefix("unix://"))


def _arq_fill(url: str, articles: int) -> None:
    from arq import create_pool

    async def send() -> None:
        pool = await create_pool(_arq_settings(url))
        for name in _names(articles):
            await pool.enqueue_job(STAGES[0], name)

    asyncio.run(send())


def _arq_live(url: str) -> None:
    from arq.worker import Worker

    asyncio.set_event_loop(asyncio.new_event_loop())
    Worker(functions=_arq_functions(), redis_settings=_arq_settings(url), handle_signals=False, poll_delay=0.01).run()


PEERS = (
    Engine(
        "dramatiq",
        _dramatiq_fill,
        (_dramatiq_live,),
        is_done,
        share=0.2,
        modules=(
            "dramatiq",
            "dramatiq.brokers.redis",
        ),
    ),
    Engine(
        "celery",
        _celery_fill,
        (_celery_live,),
        is_done,
        share=0.1,
        modules=(
            "celery",
            "celery.bin.worker",
            "celery.worker.consumer",
            "kombu.transport.redis",
        ),
    ),
    Engine(
        "huey",
        _huey_fill,
        (_huey_live,),
        is_done,
        share=0.2,
        modules=(
            "huey",
            "huey.consumer",
        ),
    ),
    Engine(
        "taskiq",
        _taskiq_fill,
        (_taskiq_live,),
        is_done,
        share=0.2,
        modules=(
            "taskiq",
            "taskiq.api",
            "taskiq_redis",
        ),
    ),
    Engine(
        "arq",
        _arq_fill,
        (_arq_live,),
        is_done,
        share=0.1,
        modules=(
            "arq",
            "arq.worker",
        ),
    ),
)
