"""Workers that die, sleep or are slow: who gets their jobs, and when."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace

import pytest
from rq.registry import StartedJobRegistry
from runner_kit import Crew, end_leases, entries, published, status, until

from producers.desk import Desk as Producer
from tests import chain
from wiredesk import ids, keys
from wiredesk.serializer import JSONSerializer
from workers.stage import Stage


@pytest.fixture
def submit(redis_url, settings):
    producer = Producer(redis_url, settings=settings)
    return lambda name: producer.submit(name.encode(), name=name).file


@pytest.fixture
def crew(settings, redis):
    made = Crew(settings)
    yield made
    made.close()


@pytest.fixture
def brisk(settings, redis):
    """Workers with leases of a second."""
    made = Crew(replace(settings, lease=1))
    yield made
    made.close()


def test_a_dead_batch_comes_back_in_halves(submit, crew, redis):
    """The jobs of a worker that died with four are each bound to batches of two, and pay no retry."""
    jobs = [ids.split_job(submit(f"{n}-1.txt"), 0) for n in range(4)]
    crew.hand("split")._claimer.claim(4)
    end_leases(redis)
    other = crew.hand("split")
    other._tick()

    assert [j.decode() for j in redis.lrange("rq:queue:split", 0, -1)] == jobs
    assert redis.hmget(f"rq:job:{jobs[0]}", "batch_cap", "retries_left") == [b"2", b"3"]
    assert len(other._claimer.claim(4).jobs) == 2


def test_a_job_that_was_alone_when_its_worker_died_pays_a_retry(submit, crew, redis):
    """A lone death costs one of the job's retries."""
    job = ids.split_job(submit("1.txt"), 0)
    crew.hand("split")._claimer.claim(4)
    end_leases(redis)
    crew.hand("split")._tick()

    assert redis.hget(f"rq:job:{job}", "retries_left") == b"2"
    assert status(redis, job) == "queued"


def test_an_outage_is_nobodys_death(submit, crew, redis):
    """While Redis was away no lease could be renewed: who lived goes on with what it holds, and pays nothing."""
    job = ids.split_job(submit("1.txt"), 0)
    living, other = crew.hand("split"), crew.hand("split")
    living._claimer.claim(4)
    for _ in range(5):
        end_leases(redis)
        redis.hset(keys.COUNTS, "heard", int(1000 * (time.time() - 60)))
        other._tick()

    assert redis.hmget(f"rq:job:{job}", "retries_left", "deaths") == [b"3", None]
    assert [held.id for held in living._claimer.claim(4).jobs] == [job]
    end_leases(redis)
    other._tick()
    assert status(redis, job) == "queued"


def test_a_job_is_not_rejected_for_dying_with_everybody_else(submit, crew, redis):
    """Where workers die that never held a job, three lone deaths are bad luck; six are not."""
    job = ids.split_job(submit("1.txt"), 0)
    seen = []
    for _ in range(6):
        redis.set(keys.DEATHS, 40)
        crew.hand("split")._claimer.claim(4)
        end_leases(redis)
        crew.hand("split")._tick()
        seen.append(status(redis, job))

    assert seen == ["queued"] * 5 + ["failed"]


@pytest.mark.timeout(120)
def test_a_killer_is_found_and_the_innocent_are_published(submit, brisk, redis):
    """A job that kills its worker ends in `rejected` after three deaths alone; its batch is published once."""
    file = submit("kill-6.txt")
    for stage in ("split", "fingerprint", "publish"):
        brisk.fork(stage)
    deaths = 0
    while redis.zcard(keys.OPEN):
        pid = brisk.fork("extract")
        until(lambda pid=pid: not redis.zcard(keys.OPEN) or _ended(pid))
        deaths += redis.zcard(keys.OPEN) > 0

    assert published(redis) == [f"{file}-{n}" for n in (0, 2, 3, 4, 5)]
    assert [(e["id"], e["kind"]) for e in entries(redis, keys.REJECTED)] == [(f"{file}-1", "killer")]
    assert [e["outcome"] for e in entries(redis, keys.FILES)] == ["partly"]
    assert 3 <= deaths <= 6


def _ended(pid):
    """Whether the process is a zombie by now; it stays one until the crew closes."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123
        return stat.read().rpartition(") ")[2].startswith("Z")


def test_a_slow_batch_that_is_alive_is_not_taken_away(submit, brisk, redis, monkeypatch):
    """A batch that takes three times its lease keeps it: the heartbeat renews it."""
    monkeypatch.setattr(chain, "SLOW", 3.0)
    file = submit("slow-2.txt")
    for stage in ("split", "fingerprint"):
        hand = brisk.hand(stage)
        while redis.llen(f"rq:queue:{stage}"):
            hand._claim_and_run()
    brisk.fork("extract")
    other = brisk.hand("extract")
    until(lambda: redis.zcard("rq:wip:extract"))
    until(lambda: other._tick() or status(redis, f"extract-{file}-1") == "finished")

    assert redis.hget(f"rq:job:extract-{file}-1", "retries_left") == b"3"
    assert redis.hget(f"rq:job:extract-{file}-1", "batch_cap") is None


def test_a_worker_that_slept_through_its_lease_writes_nothing(submit, brisk, redis, monkeypatch):
    """Frozen in its batch, it loses it to another; when it wakes, its finish is fenced."""
    monkeypatch.setattr(chain, "SLOW", 0.5)
    file = submit("slow-2.txt")
    for stage in ("split", "fingerprint"):
        hand = brisk.hand(stage)
        while redis.llen(f"rq:queue:{stage}"):
            hand._claim_and_run()
    sleeper = brisk.fork("extract")
    until(lambda: redis.zcard("rq:wip:extract"))
    os.kill(sleeper, signal.SIGSTOP)
    other = brisk.hand("extract")
    until(lambda: other._tick() or redis.llen("rq:queue:extract"))
    os.kill(sleeper, signal.SIGCONT)
    while redis.llen("rq:queue:extract"):
        other._claim_and_run()
    # Awake, it may have claimed one of the two itself.
    until(lambda: brisk.drain(redis) or entries(redis, keys.FILES))

    assert published(redis) == [f"{file}-0", f"{file}-1"]
    assert len(entries(redis, keys.FILES)) == 1


def test_a_killed_workers_job_runs_again_within_seconds(submit, settings, redis):
    """With the default settings, SIGKILL to running again takes at most the lease and a tick."""

    def stuck_once(desk, calls):
        if desk.queues.incr("test:runs") == 1:
            time.sleep(60)
        return [chain.split(desk, *call.args) for call in calls]

    crew = Crew(settings, (Stage("split", stuck_once), *chain.STAGES[1:]))
    victim = crew.fork("split")
    submit("1.txt")
    until(lambda: redis.get("test:runs"))
    crew.fork("split")
    until(lambda: redis.zcard(keys.LEASES) == 2)  # where nobody at all is heard, Redis may have been away
    os.kill(victim, signal.SIGKILL)
    seconds = until(lambda: redis.get("test:runs") == b"2")
    crew.close()

    assert seconds < 10.0  # bench/recovery.py measures how much less


@pytest.mark.parametrize("skew", [-600, 600])
def test_no_clock_but_the_servers_ends_a_lease(submit, crew, redis, skew, monkeypatch):
    """RQ's own clean-up on a machine whose clock is ten minutes off leaves a running job alone; so do our workers."""
    job = ids.split_job(submit("1.txt"), 0)
    crew.hand("split")._claimer.claim(4)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + skew)
    crew.hand("split")._tick()
    StartedJobRegistry("split", connection=redis, serializer=JSONSerializer).cleanup(timestamp=real() + skew)

    assert status(redis, job) == "started"
    assert redis.zcard("rq:wip:split") == 1
