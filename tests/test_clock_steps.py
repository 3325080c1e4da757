"""Redis's clock, which judges every lease, is set by an hour while work goes on."""

import os
import signal
import time
from dataclasses import replace

import pytest
from installed import needed
from runner_kit import Crew, published, until

from producers.desk import Desk as Producer
from producers.items import Item
from tests import chain
from tests.storm.clock import SteppingRedis
from tests.storm.preload import compiler
from wiredesk import keys
from wiredesk.connection import client
from wiredesk.settings import Settings

FILES, ARTICLES = 20, 10
HOUR = 3600


@pytest.fixture
def stepping(tmp_path):
    needed(compiler(), "C compiler", "gcc libc6-dev")
    with SteppingRedis(tmp_path) as redis:
        yield redis


@pytest.fixture
def crew(stepping):
    crew = Crew(replace(Settings(), redis_url=stepping.url, lease=2), chain.SLOW_STAGES)
    yield crew
    crew.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_a_step_of_the_servers_clock_loses_and_doubles_nothing(stepping, crew, seconds):
    """Forward all leases end at once, back those of the dead would last an hour longer: work goes on all the same."""
    redis = client(stepping.url)
    items = [Item(b"%d" % n, name=f"f{n}-{ARTICLES}.txt") for n in range(FILES)]
    files = [receipt.file for receipt in Producer(stepping.url, settings=crew.settings).submit_many(items)]
    pids = [crew.fork(stage.name) for stage in chain.SLOW_STAGES]
    until(lambda: redis.zcard("rq:wip:fingerprint"))
    stepping.step(seconds)
    os.kill(pids[1], signal.SIGKILL)
    crew.fork("fingerprint")
    until(lambda: not redis.zcard(keys.OPEN), 90)

    assert abs(redis.time()[0] - time.time() - seconds) < HOUR / 2
    assert published(redis) == sorted(f"{file}-{n}" for file in files for n in range(ARTICLES))
