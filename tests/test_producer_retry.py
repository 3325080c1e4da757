"""Sending again: a reply that is lost, a Redis that restarts or is full, never makes a second file or drops one."""

import asyncio
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from producers import Busy, Desk, Item
from producers.aio import AsyncDesk
from wiredesk import jobs, keys, server
from wiredesk.connection import client
from wiredesk.errors import RedisUnreachable
from wiredesk.settings import Settings


class Lossy:
    """A network path to Redis that cuts the connection in place of passing on the first `losses` replies to EVALSHA."""

    def __init__(self, path: str, losses: int) -> None:
        self._path, self.losses = path, losses
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._pass, args=(near,), daemon=True).start()

    def _pass(self, near: socket.socket) -> None:
        far = socket.socket(socket.AF_UNIX)
        far.connect(self._path)
        with near, far, suppress(OSError):
            while asked := near.recv(1 << 20):
                far.sendall(asked)
                while b"EVALSHA" in asked and not asked.endswith(b"\r\n"):
                    asked = near.recv(1 << 20)
                    far.sendall(asked)
                reply = far.recv(1 << 20)
                if b"EVALSHA" in asked and self.losses:
                    self.losses -= 1
                    return
                near.sendall(reply)


@pytest.fixture
def lossy(redis_url, redis):
    Desk(redis_url, settings=Settings()).submit(b"so that the script is known", name="first")
    path = Lossy(redis_url.removeprefix("unix://"), losses=2)
    yield path
    path.close()


def test_a_lost_reply_is_answered_by_sending_again(lossy, redis):
    """The file whose acceptance went unheard is queued once, and its sender is told that it is new."""
    receipt = Desk(lossy.url, settings=Settings()).submit(b"page", name="page.txt")

    assert (lossy.losses, receipt.new) == (0, True)
    assert [f"split-{receipt.file}-0".encode()] == redis.lrange(jobs.queue("split"), 1, -1)


def test_the_async_client_sends_again(lossy, redis):
    """So it is with asyncio."""

    async def submit():
        async with AsyncDesk(lossy.url, settings=Settings()) as desk:
            return await desk.submit(b"page", name="page.txt")

    receipt = asyncio.run(submit())

    assert (lossy.losses, receipt.new) == (0, True)
    assert redis.llen(jobs.queue("split")) == 2


def test_patience_ends_with_a_clear_sentence():
    """A Redis that stays away is reported, with the promise that sending again is safe."""
    with pytest.raises(RedisUnreachable, match="without making a second file"):
        Desk("redis://127.0.0.1:1/0", settings=Settings(), patience=0.1).submit(b"page")


def test_a_wrong_password_is_not_tried_again(redis_url, redis):
    """What no repetition mends is raised at once."""
    began = time.monotonic()
    with pytest.raises(Exception, match=r"(?i)auth|password"):
        Desk("unix://someone:wrong@" + redis_url.removeprefix("unix://"), settings=Settings()).submit(b"page")
    assert time.monotonic() - began < 5


@contextmanager
def durable(folder: Path, port: int):
    """A Redis that keeps an append-only file, to be killed and started again in the same folder."""
    command = [
        server.find(), "--port", str(port), "--dir", folder, "--appendonly", "yes", "--save", "", "--logfile", "log",
    ]  # fmt: skip
    process = subprocess.Popen(command)
    try:
        redis = client(f"redis://127.0.0.1:{port}/0")
        for _ in range(200):
            with suppress(Exception):
                redis.ping()
                break
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def test_a_redis_that_is_killed_costs_nothing(tmp_path):
    """A batch that was under way when Redis was killed is complete, once, when Redis is back."""
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    items = [Item(b"page %d" % n * 400, name=f"{n}.txt") for n in range(3_000)]
    receipts = []
    with durable(tmp_path, port) as process:
        sender = threading.Thread(target=lambda: receipts.extend(Desk(url, settings=Settings()).submit_many(items)))
        sender.start()
        time.sleep(0.1)
        process.kill()
        process.wait()
    with durable(tmp_path, port):
        sender.join()
        redis = client(url)
        queued = redis.lrange(jobs.queue("split"), 0, -1)

        assert len(items) == len(queued) == len(set(queued)) == redis.zcard(keys.OPEN)
    assert [True] * len(items) == [r.new for r in receipts]


def test_a_full_redis_accepts_nothing_and_says_so(redis, settings):
    """Out of memory, Redis refuses the whole step: no file without bytes, none half accepted."""
    producer = Desk(settings=settings)
    producer.submit(b"first", name="first")
    redis.config_set("maxmemory", "1kb")
    try:
        with pytest.raises(Busy, match="no room"):
            producer.submit(b"page", name="second", wait=False)
    finally:
        redis.config_set("maxmemory", "0")
    assert (redis.zcard(keys.OPEN), len(redis.keys(f"{keys.BLOB}*"))) == (1, 1)


def test_a_sender_that_waits_goes_on_when_there_is_room(redis, settings):
    """Above the high-water mark `submit` blocks, and ends when workers have taken jobs."""
    producer = Desk(settings=replace(settings, high_water=2))
    threading.Timer(0.3, redis.ltrim, [jobs.queue("split"), 2, -1]).start()
    receipts = producer.submit_many([Item(b"%d" % n, name=str(n)) for n in range(4)])

    assert [r.new for r in receipts] == [True] * 4
