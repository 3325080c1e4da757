"""The sweep: what a person or an accident did to the queues, files still come to their outcome."""

from __future__ import annotations

import pytest
from runner_kit import Crew, entries, published

from producers.desk import Desk as Producer
from tests import chain
from wiredesk import ids, keys
from workers.effects import Effects
from workers.runner import sweep
from workers.stage import Stage


@pytest.fixture
def crew(settings, redis):
    made = Crew(settings)
    yield made
    made.close()


@pytest.fixture
def submit(redis_url, settings):
    producer = Producer(redis_url, settings=settings)
    return lambda name: producer.submit(name.encode(), name=name).file


def grow_old(redis):
    """Time passes for the files that are open."""
    for file in redis.zrange(keys.OPEN, 0, -1):
        redis.zadd(keys.OPEN, {file: 1})
        redis.hset(keys.file(file.decode()), "swept_at", 1)


def sweep_now(worker):
    """A tick at which this worker's sweep is due; how many files it started over."""
    worker._sweep._due = 0.0
    worker.connection.delete(keys.SWEEP)
    ticked = worker._ticker.tick(worker._sweep.lock, sweep.YOUNG)
    return worker._sweep.sweep(ticked.old or [])


def forget_all(redis, _stage):
    for key in redis.keys("rq:*"):
        redis.delete(key)


DEEDS = {
    "the queue deleted": lambda redis, stage: redis.delete(f"rq:queue:{stage}"),
    "the records deleted": lambda redis, stage: [redis.delete(k) for k in redis.keys(f"rq:job:{stage}-*")],
    "all of RQ's keys deleted": forget_all,
}


@pytest.mark.parametrize("stage", [s.name for s in chain.STAGES])
@pytest.mark.parametrize("deed", DEEDS)
def test_a_file_whose_jobs_vanished_starts_over(crew, submit, redis, deed, stage):
    """Whatever vanished and wherever the file stood: each article is published once, the file closed once."""
    file = submit("5.txt")
    for earlier in chain.STAGES[: [s.name for s in chain.STAGES].index(stage)]:
        worker = crew.hand(earlier.name)
        while redis.llen(f"rq:queue:{earlier.name}"):
            worker._claim_and_run()
    DEEDS[deed](redis, stage)
    for _ in range(2):  # the first look may still find ids of records that are gone
        grow_old(redis)
        sweep_now(crew.hand("split"))
        crew.drain(redis)

    assert published(redis) == [f"{file}-{n}" for n in range(5)]
    assert [e["outcome"] for e in entries(redis, keys.FILES)] == ["published"]


def test_a_file_with_a_live_job_is_left_alone(crew, submit, redis):
    """A job that waits or is in hands keeps its file from being started over, however old it is."""
    submit("1.txt")
    submit("2.txt")
    worker = crew.hand("split")
    worker._claimer.claim(1)
    grow_old(redis)

    assert sweep_now(worker) == 0


def test_a_young_file_is_left_alone(crew, submit, redis):
    """A file that was accepted a moment ago is not suspected of anything."""
    submit("1.txt")
    redis.delete("rq:queue:split")

    assert sweep_now(crew.hand("split")) == 0


def test_a_file_that_never_ends_is_closed_as_it_stands(submit, settings, redis):
    """A file that comes to no end after several starts is rejected with the reason, once."""
    crew = Crew(settings, (Stage("split", lambda _desk, calls: [Effects() for _ in calls]), *chain.STAGES[1:]))
    file = submit("1.txt")
    worker = crew.hand("split")
    for _ in range(sweep.AGAIN_MOST + 2):
        worker._claim_and_run()
        grow_old(redis)
        sweep_now(worker)
    crew.close()

    assert [(e["id"], e["kind"]) for e in entries(redis, keys.REJECTED)] == [(file, "stuck")]
    assert [e["outcome"] for e in entries(redis, keys.FILES)] == ["rejected"]
    assert redis.zcard(keys.OPEN) == 0


def test_only_one_worker_sweeps_at_a_time(crew, submit, redis):
    """The first tick whose sweep is due takes the lock; the next worker is shown no files."""
    file = submit("1.txt")
    grow_old(redis)
    one, other = crew.hand("split"), crew.hand("publish")

    assert one._ticker.tick(5.0, sweep.YOUNG).old == [file]
    assert other._ticker.tick(5.0, sweep.YOUNG).old is None


def test_the_file_of_a_job_is_read_from_its_id():
    """`{stage}-{file}-{number}`, as `wiredesk.ids` makes them; anything else names no file that is open."""
    names = [ids.split_job("abc", 3), ids.article_job("publish", ids.article_id("abc", 4)), "x", ""]

    assert [sweep._file_of(name.encode()) for name in names] == ["abc", "abc", "", ""]
