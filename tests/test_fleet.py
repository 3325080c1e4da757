"""Worker processes on one machine: at work, replaced when they die, gone with whoever started them."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from running import page

from producers import Desk
from wiredesk import keys
from workers.fleet import Fleet
from workers.table import NAMES

WIREDESK = Path(sys.executable).with_name("wiredesk")
#: Time for a process to start on a busy machine: a fork takes 50 ms on a quiet one.
SECONDS = 30


def wait(look, good):
    until = time.monotonic() + SECONDS
    while not good(seen := look()) and time.monotonic() < until:
        time.sleep(0.05)
    return seen


def names(redis, stage):
    return [n.decode().removeprefix("rq:worker:") for n in redis.smembers(f"rq:workers:{stage}")]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_that_dies_is_replaced(redis, settings):
    """After a SIGKILL another worker stands in the same place; the death is counted."""
    with Fleet(settings, {"publish": 1}) as fleet:
        (first,) = wait(lambda: names(redis, "publish"), len)
        os.kill(int(first.rpartition(".")[2]), signal.SIGKILL)

        def second():
            fleet.tend()
            return [n for n in names(redis, "publish") if n != first]

        assert wait(second, len)
        assert fleet.deaths == 1


def test_a_worker_that_holds_too_much_makes_room_for_a_new_one(redis, settings, redis_url, monkeypatch):
    """It ends after its batch and another stands in its place: no death, and every file has its outcome."""
    monkeypatch.setattr("workers.runner.worker.LIFE", 0.0)
    desk, small = Desk(redis_url), replace(settings, worker_memory=1 << 20)
    with Fleet(small, dict.fromkeys(NAMES, 1)) as fleet:
        first = {post.process.pid for post in fleet.posts}

        def done():
            fleet.tend()
            return redis.xlen(keys.FILES)

        for number in range(3):
            desk.submit(page(f"subject {number}").encode())
            wait(done, lambda count, least=number + 1: count >= least)
        wait(lambda: (fleet.tend(), {post.process.pid for post in fleet.posts if post.process})[1], first.isdisjoint)

        assert (redis.xlen(keys.FILES), fleet.deaths) == (3, 0)
        assert first.isdisjoint(post.process.pid for post in fleet.posts if post.process)


def test_a_stopped_fleet_leaves_no_worker(redis, settings):
    """Stopping takes every worker off RQ's list, and their processes with them."""
    with Fleet(settings, {"split": 1, "publish": 1}) as fleet:
        wait(lambda: redis.smembers("rq:workers"), lambda found: len(found) == 2)
        pids = [post.process.pid for post in fleet.posts]

    assert redis.smembers("rq:workers") == set()
    assert not any(alive(pid) for pid in pids)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_workers_end_with_their_killed_parent(redis, redis_url):
    """When `wiredesk work` itself is killed its workers stop by themselves, as if asked to."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("WIREDESK_")} | {"WIREDESK_REDIS_URL": redis_url}
    parent = subprocess.Popen([WIREDESK, "work", "publish"], env=clean, stderr=subprocess.DEVNULL)
    (name,) = wait(lambda: names(redis, "publish"), len)
    parent.kill()
    parent.wait()

    assert wait(lambda: alive(int(name.rpartition(".")[2])), lambda lives: not lives) is False
    assert names(redis, "publish") == []
