"""Fifty clients hand in files and retry while producers, the gateway and Redis are killed: none lost, none doubled."""

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import httpx
import pytest
from redis.exceptions import RedisError
from running import WIREDESK, environment, until

from wiredesk import jobs, keys, server
from wiredesk.connection import client

#: Clients, of them processes that use the library; files each; kills of Redis and gateway. For a longer run set
#: KILL_FILES and KILL_ROUNDS.
CLIENTS, PROCESSES = 50, 4
FILES = int(os.environ.get("KILL_FILES", "8"))
ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
#: A client of the library, as its own process: hands in numbered files, is killed at any moment, starts again.
PRODUCER = """
import sys
from producers import Desk
desk = Desk(patience=None)
for n in range(int(sys.argv[2])):
    receipt = desk.submit(f"file {n} of {sys.argv[1]}", url=f"https://example.org/{sys.argv[1]}/{n}")
    print(receipt.file, flush=True)
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Kept:
    """A program that is started again whenever it was killed."""

    def __init__(self, *words, **variables):
        self._words, self._variables = words, variables
        self.start()

    def start(self):
        self._process = subprocess.Popen(self._words, env=environment(**self._variables), stdout=subprocess.DEVNULL)

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def revive(self):
        """As its supervisor does: a gateway that comes up while Redis is dead says so and ends."""
        if self._process.poll() is not None:
            self.start()

    def end(self):
        with suppress(ProcessLookupError):
            self.kill()


async def post_all(base, name, count, receipts):
    """One HTTP client: each file until it is answered 202."""
    async with httpx.AsyncClient(timeout=5) as http:
        for n in range(count):
            while True:
                try:
                    answer = await http.post(
                        f"{base}/v1/files",
                        content=f"file {n} of {name}",
                        params={"url": f"https://example.org/{name}/{n}"},
                    )
                    if answer.status_code == 202:
                        receipts.append(answer.json()["file"])
                        break
                except httpx.TransportError:
                    pass
                await asyncio.sleep(random.uniform(0.02, 0.2))


def post_from(base, count, clients, receipts):
    async def run():
        await asyncio.gather(*(post_all(base, f"http{c}", count, receipts) for c in range(clients)))

    asyncio.run(run())


def produce(url, name, count, receipts):
    """A producer process that is killed in the midst of its files and started again, until it gets through."""
    while True:
        words = [sys.executable, "-c", PRODUCER, name, str(count)]
        process = subprocess.Popen(words, env=environment(WIREDESK_REDIS_URL=url), stdout=subprocess.PIPE, text=True)
        last = random.choice([random.randrange(1, count), None])
        for n, line in enumerate(process.stdout, 1):
            receipts.append(line.strip())
            if n == last:
                time.sleep(random.uniform(0, 0.002))
                process.kill()
        process.stdout.close()
        if process.wait() == 0:
            return


def queued(url):
    redis = client(url)
    ids = redis.lrange(jobs.queue("split"), 0, -1)
    return [i.decode().split("-")[1] for i in ids], {f.decode() for f in redis.zrange(keys.OPEN, 0, -1)}


@pytest.mark.timeout(400)  # 175 s at load 10: each kill costs a start of Python
def test_kills_lose_and_double_nothing(tmp_path):
    """Every file that a client got a receipt for stands in the queue exactly once, and so does every file there was."""
    redis_port, http_port = free_port(), free_port()
    url, base = f"redis://127.0.0.1:{redis_port}/0", f"http://127.0.0.1:{http_port}"
    redis = Kept(
        server.find(), "--port", str(redis_port), "--dir", tmp_path, "--appendonly", "yes", "--save", "",
        "--logfile", "log",
    )  # fmt: skip
    until(lambda: _answers(url))
    gateway = Kept(WIREDESK, "gateway", "--port", str(http_port), WIREDESK_REDIS_URL=url)
    receipts = []
    producers = [threading.Thread(target=produce, args=(url, f"lib{c}", FILES, receipts)) for c in range(PROCESSES)]
    posting = threading.Thread(target=post_from, args=(base, FILES, CLIENTS - PROCESSES, receipts))
    try:
        for thread in (*producers, posting):
            thread.start()
        for n in range(ROUNDS):
            time.sleep(random.uniform(1, 3))
            victim = (redis, gateway)[n % 2]
            victim.kill()
            time.sleep(random.uniform(0, 0.5))
            victim.start()
        for thread in (*producers, posting):
            while thread.is_alive():
                gateway.revive()
                thread.join(1)
        until(lambda: _answers(url))
        jobs_queued, opened = queued(url)
    finally:
        gateway.end()
        redis.end()

    expected = FILES * CLIENTS
    print(json.dumps({"files": expected, "receipts": len(receipts), "kills of Redis and gateway": ROUNDS}))
    assert len(jobs_queued) == len(set(jobs_queued)) == expected
    assert set(receipts) == set(jobs_queued) == opened


def _answers(url):
    with suppress(RedisError, OSError):
        return client(url).ping()
