"""Behind a backlog of files the later stages let a batch come together."""

import threading
import time

import pytest
from runner_kit import Crew

from producers import Desk as Producer
from producers import Item
from workers.runner.pace import TARGET
from workers.runner.worker import BACKLOG


@pytest.fixture
def crew(settings):
    crew = Crew(settings)
    yield crew
    crew.close()


@pytest.fixture
def second(crew, redis, redis_url, settings):
    """A worker of the second stage that has just run a small batch, and the first stage's, with files before it."""

    def made(files):
        items = [Item(b"%d" % n, name="1.txt") for n in range(files + 2)]
        Producer(redis_url, settings=settings).submit_many(items)
        first, second = crew.hand("split"), crew.hand("fingerprint")
        first._pace.limit = 1
        first._turn()
        second._turn()
        return first, second

    return made


def seconds_until_taken(worker, redis):
    """How long the articles that wait for a worker do so."""
    began = time.monotonic()
    while redis.llen("rq:queue:fingerprint"):
        worker._turn()
    return time.monotonic() - began


def test_articles_come_together_behind_a_backlog(second, redis):
    """A stage that has just taken less than it could waits until a full batch's time has gone by."""
    first, second = second(BACKLOG + 10)
    first._turn()
    later = threading.Timer(TARGET / 4, first._turn)
    later.start()
    waited = seconds_until_taken(second, redis)
    later.join()

    assert waited > TARGET / 2


def test_nobody_waits_for_company_without_a_backlog(second, redis):
    """With few files before the first stage an article goes on at once."""
    waits = []
    first, second = second(3)
    for _ in range(3):
        first._turn()
        waits.append(seconds_until_taken(second, redis))

    assert min(waits) < TARGET / 2
