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

from wiredesk import keys
from wiredesk.connection import client
from wiredesk.server import find

BIN = Path(sys.executable).parent
PAGE = Path(__file__).parent.parent / "examples" / "pages" / "coastal-times.txt"
#: Python starts seven times here, on what may be a busy machine.
SECONDS = 60


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


def _length(redis):
    """0 while it is not there yet."""
    try:
        return redis.xlen(keys.ARTICLES)
    except RedisError:
        return 0
