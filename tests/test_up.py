"""`wiredesk up`: a whole desk under one command."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis.exceptions import RedisError
from runner_kit import Crew, published
from running import environment, page

from producers import Desk as Producer
from producers import Item
from wiredesk import keys
from wiredesk.connection import client
from wiredesk.process import GOOD_LIFE, Restarts
from wiredesk.server import find
from workers.table import STAGES

BIN = Path(sys.executable).parent
PAGE = Path(__file__).parent.parent / "examples" / "pages" / "coastal-times.txt"
#: Python starts seven times here, on what may be a busy machine.
SECONDS = 60
#: Some batches of the first stage: one of them is in hand at any moment.
PAGES = 150


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(good):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if seen := good():
            return seen
        time.sleep(0.1)
    return None


@pytest.fixture
def up(tmp_path):
    """Start `wiredesk up` on an inbox, with a home and ports of its own; give (start, url)."""
    assert find()
    port = free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("WIREDESK_")}
    environment = clean | {
        "WIREDESK_HOME": str(tmp_path / "home"),
        "WIREDESK_REDIS_PORT": str(port),
        "WIREDESK_DESK_PORT": str(free_port()),
    }
    started = []

    def start():
        words = [BIN / "wiredesk", "up", "--inbox", tmp_path / "inbox", "--workers", "1"]
        words += ["--gateway-port", str(free_port())]
        started.append(subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL, start_new_session=True))
        return started[-1]

    yield start, f"redis://127.0.0.1:{port}/0"
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.timeout(240)
def test_a_desk_comes_up_works_and_goes_down_in_order(up, tmp_path):
    """A page put into the inbox is published; Ctrl-C ends everything with status 0; the next start has its memory."""
    start, url = up
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / PAGE.name).write_bytes(PAGE.read_bytes())
    desk = start()
    done = wait(lambda: list((tmp_path / "inbox" / "done").rglob(PAGE.name)))
    desk.send_signal(signal.SIGINT)
    status = desk.wait(SECONDS)
    again = start()
    redis = client(url)
    kept = wait(lambda: _length(redis))
    again.send_signal(signal.SIGTERM)

    assert done
    assert (status, again.wait(SECONDS), kept) == (0, 0, 1)


@pytest.mark.timeout(240)
def test_who_dies_is_replaced_and_a_batch_is_ended(redis, redis_url, desk, tmp_path):
    """A killed command comes back; a stop amid a batch leaves no lease, and no article is lost or doubled by it."""
    settings = {"WIREDESK_REDIS_URL": redis_url, "WIREDESK_DESK_PORT": str(free_port()), "WIREDESK_BATCH": "16"}
    words = [BIN / "wiredesk", "up", "--workers", "1", "--gateway-port", str(free_port())]
    with subprocess.Popen(words, env=environment(**settings), stderr=subprocess.DEVNULL) as up:
        first = wait(lambda: at_work(redis))
        os.kill(started(up.pid, "work"), signal.SIGKILL)
        others = wait(lambda: (now := at_work(redis)) and not now & first)
        items = [Item(page(f"subject {n}").encode(), name="page.txt") for n in range(PAGES)]
        files = [receipt.file for receipt in Producer(redis_url, settings=desk.settings).submit_many(items)]
        held = wait(lambda: redis.zcard("rq:wip:split"))
        up.terminate()
        status = up.wait(SECONDS)
    left = redis.zcard(keys.LEASES), redis.scard("rq:workers"), redis.keys("rq:wip:*")
    crew = Crew(desk.settings, STAGES)
    crew.drain(redis)
    crew.close()

    assert (bool(others), bool(held), status) == (True, True, 0)
    assert left == (0, 0, [])
    assert published(redis) == sorted(f"{file}-0" for file in files)


def at_work(redis):
    """The workers, once there is one of each stage."""
    found = redis.smembers("rq:workers")
    return found if len(found) == len(STAGES) else None


def started(pid, command):
    """The child of a process that runs a command of wiredesk's."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    (found,) = (c for c in children if command in Path(f"/proc/{c}/cmdline").read_text().split("\0"))
    return int(found)


def test_the_shorter_the_lives_the_longer_the_pauses():
    """Each death at once doubles the pause, up to ten seconds; a life of a minute makes it the first again."""
    restarts, pauses = Restarts(), []
    for lived in [0] * 7 + [GOOD_LIFE + 1]:
        restarts.born = time.monotonic() - lived
        restarts.ended()
        pauses.append(restarts._pause)

    assert pauses == [0.4, 0.8, 1.6, 3.2, 6.4, 10, 10, 0.2]


def _length(redis):
    """0 while it is not there yet."""
    try:
        return redis.xlen(keys.ARTICLES)
    except RedisError:
        return 0
