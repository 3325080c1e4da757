"""Workers that are told to stop: they finish or give back, exit 0, and strand nothing."""

from __future__ import annotations

import os
import signal
import time

import pytest
from runner_kit import Crew, fetch, status, until

from producers.desk import Desk as Producer
from tests import chain
from wiredesk import ids, keys
from workers.stage import Stage


def _sleepy(desk, calls):
    """A stage whose every batch takes seconds."""
    time.sleep(chain.SLOW)
    return [chain.split(desk, *call.args) for call in calls]


SLEEPY = (Stage("split", _sleepy), *chain.STAGES[1:])


@pytest.fixture
def crew(settings, redis):
    made = Crew(settings, SLEEPY)
    yield made
    made.close()


@pytest.fixture
def running(crew, redis, redis_url, settings, monkeypatch):
    """A worker process in the middle of a batch: `running(seconds, grace)` gives its pid and the job's id."""

    def begin(seconds, grace):
        monkeypatch.setattr(chain, "SLOW", seconds)
        file = Producer(redis_url, settings=settings).submit(b"1", name="1.txt").file
        pid = crew.fork("split", grace=grace)
        until(lambda: redis.zcard("rq:wip:split"))
        return pid, ids.split_job(file, 0)

    return begin


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_stops_at_once(crew, redis, number):
    """A signal breaks off the wait for work; no row and no lease is left."""
    pid = crew.fork("split")
    until(lambda: redis.hget(next(iter(redis.smembers("rq:workers")), b"none"), "state") == b"idle")
    began = time.monotonic()
    os.kill(pid, number)

    assert crew.end(pid) == 0
    assert time.monotonic() - began < 2.0
    assert redis.scard("rq:workers") == redis.zcard(keys.LEASES) == 0


def test_a_worker_finishes_what_it_holds_within_its_grace(crew, running, redis):
    """SIGTERM in a batch that ends in time: the batch is finished, the exit status 0."""
    pid, job = running(0.7, grace=10)
    os.kill(pid, signal.SIGTERM)

    assert crew.end(pid) == 0
    assert status(redis, job) == "finished"


def test_a_worker_gives_back_what_it_cannot_finish(crew, running, redis):
    """SIGTERM in a batch that outlasts the grace: the job waits in its queue again and has paid nothing."""
    pid, job = running(30, grace=1)
    os.kill(pid, signal.SIGTERM)

    assert crew.end(pid) == 0
    assert (status(redis, job), fetch(redis, job).retries_left) == ("queued", 3)
    assert redis.llen("rq:queue:split") == 1


def test_a_second_signal_is_quick(crew, running, redis):
    """The second signal gives back at once, whatever the grace."""
    pid, job = running(30, grace=30)
    os.kill(pid, signal.SIGTERM)
    time.sleep(0.5)
    began = time.monotonic()
    os.kill(pid, signal.SIGTERM)

    assert crew.end(pid) == 0
    assert time.monotonic() - began < 2.0
    assert status(redis, job) == "queued"


def test_a_batch_that_takes_too_long_fails_and_says_so(redis, redis_url, settings, monkeypatch):
    """A lone job beyond its stage's timeout is failed as `timeout`, though its stage swallows every exception."""

    def stubborn(desk, calls):
        try:
            time.sleep(30)
        except Exception:  # noqa: BLE001  (what a stage must not do, and some will)
            time.sleep(30)
        return [chain.split(desk, *call.args) for call in calls]

    crew = Crew(settings, (Stage("split", stubborn, timeout=1), *chain.STAGES[1:]))
    file = Producer(redis_url, settings=settings).submit(b"1", name="1.txt").file
    redis.hset(f"rq:job:{ids.split_job(file, 0)}", "retries_left", 0)
    crew.fork("split")
    until(lambda: redis.xlen(keys.REJECTED))
    crew.close()

    assert redis.xrange(keys.REJECTED)[0][1][b"kind"] == b"timeout"
    assert "longer than 1 seconds" in fetch(redis, ids.split_job(file, 0)).latest_result().exc_string
