"""Rolling upgrade: another release's messages through today's workers, and messages that nobody here knows."""

import base64
import gzip
import json
from collections import Counter

import pytest
from conftest import ROOT
from runner_kit import Crew
from running import page

from producers import Desk as Producer
from producers import Item
from wiredesk import keys
from workers import reindex, take
from workers.runner import worker
from workers.table import STAGES

#: What `tests/upgrade/midway.py` left, run by the code of the commit that stands in the name.
MIDWAY = sorted((ROOT / "tests" / "data").glob("midway-*.json.gz"))


@pytest.fixture
def crew(settings, redis):
    working = Crew(settings, STAGES)
    yield working
    working.close()


def restore(redis, path):
    for command in json.loads(gzip.decompress(path.read_bytes())):
        redis.execute_command(*map(base64.b64decode, command))


def outcomes(redis):
    """Of each file (found, published, rejected), as its account and as the streams have it."""
    streams = (keys.ARTICLES, keys.COPIES, keys.REJECTED)
    told = Counter(fields[b"id"].split(b"-")[0] for stream in streams for _, fields in redis.xrange(stream))
    accounts = {}
    for key in redis.keys(f"{keys.PREFIX}file:*"):
        if key.count(b":") == 2:
            found, *ended = redis.hmget(key, "found", "articles", "copies", "rejected")
            accounts[key.split(b":")[2]] = int(found), sum(int(n or 0) for n in ended)
    return accounts, told


@pytest.mark.parametrize("midway", MIDWAY, ids=lambda path: path.name.split(".")[0])
def test_what_another_release_left_is_finished(redis, crew, desk, midway):
    """Jobs of every stage, a long file halfway, a dead worker's batch: each article comes out once, no file stays."""
    restore(redis, midway)
    waiting = {stage.name for stage in STAGES if redis.llen(f"rq:queue:{stage.name}")}
    reindex.from_streams(desk)
    for stage in STAGES:
        crew.hand(stage.name)._tick()
    crew.drain(redis)

    accounts, told = outcomes(redis)
    assert waiting == {stage.name for stage in STAGES}
    assert accounts == {file: (n, n) for file, n in told.items()}
    assert max(told.values()) == 300
    assert (redis.zcard(keys.OPEN), redis.keys(f"{keys.QUARANTINE}*"), redis.xlen(keys.REJECTED)) == (0, [], 0)


@pytest.mark.parametrize("stage", STAGES[1:], ids=lambda stage: stage.name)
def test_what_only_a_newer_release_can_read_is_held(redis, crew, desk, monkeypatch, stage):
    """Jobs whose articles a newer release prepared go back unharmed, time and again, until its workers come."""
    monkeypatch.setattr(worker, "ASIDE_SECONDS", 0.0)
    Producer(desk.settings.redis_url).submit_many([Item(page("Cairo").encode(), name="page.txt")])
    for before in STAGES[: STAGES.index(stage)]:
        crew.hand(before.name)._claim_and_run()
    (job,) = redis.lrange(f"rq:queue:{stage.name}", 0, -1)
    prepare_anew(desk, job.decode().removeprefix(f"{stage.name}-"), monkeypatch)
    old = crew.hand(stage.name)
    for _ in range(5):
        old._claim_and_run()

    assert redis.lrange(f"rq:queue:{stage.name}", 0, -1) == [job]
    monkeypatch.setattr(take, "MAKE", take.MAKE + 1)
    crew.drain(redis)
    assert (redis.xlen(keys.ARTICLES), redis.xlen(keys.REJECTED)) == (1, 0)


def prepare_anew(desk, article, monkeypatch):
    """The article as the workers of a release after this one write it."""
    (stored,) = take.load(desk, [article])
    with monkeypatch.context() as later:
        later.setattr(take, "MAKE", take.MAKE + 1)
        desk.texts.set(keys.take(article), take.dump(stored))
