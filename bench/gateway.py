"""What the gateway costs beside the same application that answers 202 without Redis, each on one core.

    python bench/gateway.py [seconds] [rounds]

A client in C is not at hand everywhere, so the load comes from this process, on uvloop as the server is: connections
that send a prepared request again as soon as an answer is there, counted by their status line. The server has the first
core, the load and Redis share the last. Rates are files a second by the clock, and a second of the server's processor
time: what a core that it has to itself allows, whatever else the machine does. `busy` says how much of its core the
server had: below some 95 % the load or Redis held it up, or other programs did, and the clock measures those.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple, cast

import uvloop

from wiredesk import server

SECONDS, ROUNDS, CONNECTIONS = 4.0, 3, 64
SIZE = 4096
TICKS = os.sysconf("SC_CLK_TCK")

#: The application with a desk that accepts everything and keeps nothing.
BARE = """
import sys
from starlette.applications import Starlette
from producers.gateway.app import Gateway, handlers, routes
from producers.gateway.serve import server
from producers.items import Receipt
from wiredesk.settings import Settings
from wiredesk.web import listen

class Nowhere:
    settings = Settings()
    async def submit_item(self, item, *, wait):
        return Receipt("a" * 16, item.name, True, len(item.data))

class Open:
    async def check(self, request):
        pass

gateway = Gateway(Nowhere(), Open(), 1 << 30)
server(Starlette(routes=routes(gateway, 1 << 30), exception_handlers=handlers())).run(
    sockets=[listen("127.0.0.1", int(sys.argv[1]))]
)
"""


class Rate(NamedTuple):
    """Files accepted a second, by the clock and by the server's processor time."""

    clock: float
    processor: float

    @property
    def busy(self) -> float:
        """The share of its core that the server had."""
        return self.clock / self.processor


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def start(words: list[str | Path], port: int, **variables: str) -> subprocess.Popen[bytes]:
    """On the first core; ready when it accepts connections."""
    process = subprocess.Popen(words, env=os.environ | variables, stderr=subprocess.DEVNULL)
    os.sched_setaffinity(process.pid, {0})
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return process


class Connection(asyncio.Protocol):
    """Sends the next file when the last one was answered."""

    def __init__(self, name: int) -> None:
        self.answered = self.accepted = 0
        self._name = name
        self._body = os.urandom(SIZE // 2).hex().encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self.answered += 1
        self.accepted += data.startswith(b"HTTP/1.1 202")
        self._send()

    def _send(self) -> None:
        path = b"/v1/files?url=https://example.org/%d/%d" % (self._name, self.answered)
        head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (path, SIZE)
        self._transport.write(head + self._body)


async def load(port: int, server: int, seconds: float) -> Rate:
    """What the process `server` takes."""
    loop = asyncio.get_running_loop()
    before, began = spent(server), time.perf_counter()
    made = [
        await loop.create_connection(lambda n=n: Connection(n), "127.0.0.1", port)  # type: ignore[misc]
        for n in range(CONNECTIONS)
    ]
    await asyncio.sleep(seconds)
    accepted = sum(connection.accepted for _, connection in made)
    rate = Rate(accepted / (time.perf_counter() - began), accepted / (spent(server) - before))
    for transport, _ in made:
        transport.abort()
    return rate


def spent(process: int) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(words: list[str | Path], port: int, seconds: float, **variables: str) -> Rate:
    process = start(words, port, **variables)
    try:
        uvloop.run(load(port, process.pid, 0.5))
        return uvloop.run(load(port, process.pid, seconds))
    finally:
        process.terminate()
        process.wait()


def main(seconds: float = SECONDS, rounds: int = ROUNDS) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    shares: list[Rate] = []
    wiredesk = Path(sys.executable).with_name("wiredesk")
    for _ in range(rounds):
        with server.private() as url:
            port = free_port()
            bare = measure([sys.executable, "-c", BARE, str(port)], port, seconds)
            port = free_port()
            variables = {"WIREDESK_REDIS_URL": url, "WIREDESK_HIGH_WATER": "10_000_000", "WIREDESK_LOG_LEVEL": "error"}
            real = measure([wiredesk, "gateway", "--port", str(port)], port, seconds, **variables)
        shares.append(Rate(real.clock / bare.clock, real.processor / bare.processor))
        for name, at, than, share in zip(Rate._fields, real, bare, shares[-1], strict=True):
            print(f"{name:10} without Redis {than:8,.0f}/s   gateway {at:8,.0f}/s   {share:.0%}")
        print(f"busy       without Redis {bare.busy:8.0%}     gateway {real.busy:8.0%}")
    clock, processor = (statistics.median(share) for share in zip(*shares, strict=True))
    print(f"median of the same application without Redis: {clock:.0%} by the clock, {processor:.0%} by the processor")


if __name__ == "__main__":
    main(*(float(a) if n == 0 else int(a) for n, a in enumerate(sys.argv[1:])))
