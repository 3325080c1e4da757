"""Redis restarts, forgets, is full or not there: workers wait, say so, and go on."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace

import pytest
from redis.exceptions import ConnectionError, OutOfMemoryError, ResponseError, TimeoutError  # noqa: A004
from runner_kit import Crew, published, status, until

from producers.desk import Desk as Producer
from tests import chain
from tests.chaos.mortal import MortalRedis
from wiredesk import ids
from wiredesk.connection import client
from wiredesk.errors import StoreAway
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner import away
from workers.runner.fence import AnotherRun


@pytest.fixture
def mortal(tmp_path):
    with MortalRedis(tmp_path) as redis:
        yield redis


@pytest.fixture
def forgetful(tmp_path):
    """A Redis that comes back empty."""
    with MortalRedis(tmp_path, "--appendonly", "no") as redis:
        yield redis


def _submit(url, name):
    return Producer(url, settings=Settings()).submit(name.encode(), name=name).file


def test_what_was_held_before_a_restart_is_not_finished_after_it(forgetful):
    """The fence: a finish that meets another life of Redis writes nothing there."""
    crew = Crew(replace(Settings(), redis_url=forgetful.url))
    _submit(forgetful.url, "1.txt")
    worker = crew.hand("split")
    job = worker._claimer.claim(8).jobs[0]
    forgetful.kill()
    with pytest.raises((AnotherRun, ConnectionError)):
        worker._settle([(job, chain.split(worker._desk, *job.call.args))], 0.1)

    assert client(forgetful.url).llen("rq:queue:fingerprint") == 0
    worker._drop()
    crew.close()


def test_a_workers_own_connection_tells_another_life_of_redis(mortal):
    """It was there before the fence, and asks like those that came later: no other connection need tell."""
    crew = Crew(replace(Settings(), redis_url=mortal.url))
    worker = crew.hand("split")
    worker.unsubscribe()
    mortal.kill()

    with pytest.raises(ConnectionError):  # the socket that broke
        worker._turn()
    with pytest.raises(AnotherRun):
        worker._turn()
    worker._drop()
    crew.close()


def test_a_restart_in_the_middle_of_a_batch_loses_nothing(mortal):
    """Redis dies and comes back with its data: the batch is claimed anew, and each article is published once."""
    crew = Crew(replace(Settings(), redis_url=mortal.url), chain.SLOW_STAGES)
    files = [_submit(mortal.url, f"{n}-4.txt") for n in range(8)]
    for stage in chain.STAGES:
        crew.fork(stage.name)
    redis = client(mortal.url)
    until(lambda: published(redis))
    for _ in range(3):
        mortal.kill()
    redis = client(mortal.url)
    until(lambda: redis.xlen("wiredesk:files") == len(files), patience=40)
    crew.close()

    assert published(redis) == sorted(f"{file}-{n}" for file in files for n in range(4))


def test_a_worker_that_starts_before_redis_waits_for_it(mortal):
    """No Redis at the start is waited out like any other absence."""
    crew = Crew(replace(Settings(), redis_url=mortal.url))
    file = _submit(mortal.url, "1.txt")
    desk = Desk.open(crew.settings)
    mortal.end()
    pid = crew.fork("split", desk)
    time.sleep(0.3)
    mortal.start()
    redis = client(mortal.url)
    until(lambda: status(redis, ids.split_job(file, 0)) == "finished")
    os.kill(pid, signal.SIGTERM)

    assert crew.end(pid) == 0


def test_a_full_redis_is_waited_out(mortal):
    """Under `noeviction` nothing is failed for a lack of memory; when there is some again, work goes on."""
    crew = Crew(replace(Settings(), redis_url=mortal.url, lease=1))
    file = _submit(mortal.url, "3.txt")
    redis = client(mortal.url)
    redis.config_set("maxmemory-policy", "noeviction")
    redis.config_set("maxmemory", 1)
    for stage in chain.STAGES:
        crew.fork(stage.name)
    until(lambda: redis.info("clients")["connected_clients"] > len(chain.STAGES))
    with pytest.raises(OutOfMemoryError):
        redis.set("x", "y")
    redis.config_set("maxmemory", 0)
    until(lambda: len(published(redis)) == 3)
    crew.close()

    assert redis.xlen("wiredesk:rejected") == 0
    assert redis.hget(f"rq:job:{ids.split_job(file, 0)}", "retries_left") == b"3"


def test_a_batch_that_met_a_full_redis_is_kept_and_written_later(mortal):
    """The finish is refused before its first write; the worker holds and beats until it is accepted."""
    crew = Crew(replace(Settings(), redis_url=mortal.url))
    job_id = ids.split_job(_submit(mortal.url, "3.txt"), 0)
    worker, redis = crew.hand("split"), client(mortal.url)
    job = worker._claimer.claim(8).jobs[0]
    redis.config_set("maxmemory", 1)
    effects = chain.split(worker._desk, *job.call.args)
    with pytest.raises(ResponseError) as refused:
        worker._finisher.finish([(job, effects)], 0.1)
    redis.config_set("maxmemory", 0)
    worker._finisher.finish([(job, effects)], 0.1)
    crew.close()

    assert "out of memory" in away.reason(refused.value)
    assert status(redis, job_id) == "finished"


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (ConnectionError("refused"), True),
        (TimeoutError("slow"), True),
        (ResponseError("Error running script: -LOADING Redis is loading"), True),
        (ResponseError("READONLY You can't write against a read only replica."), True),
        (ResponseError("WRONGTYPE Operation against a key"), False),
        (StoreAway("the object store does not answer"), False),
        (ValueError("no business of redis"), False),
    ],
)
def test_what_passes_is_told_from_what_is_wrong(error, is_away):
    """Errors that waiting mends have a sentence; errors of a job or of the program have none."""
    assert (away.reason(error) is not None) == is_away


def test_patience_grows_and_ends():
    """Each wait is longer than the last, up to a few seconds; the first success starts anew."""
    waits = []
    patience = away.Patience(sleep=waits.append)
    for _ in range(10):
        patience.wait(ConnectionError("refused"))
    patience.over()

    assert max(waits) <= away.LONGEST_PAUSE
    assert patience.pause == away.FIRST_PAUSE
