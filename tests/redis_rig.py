"""A Redis started as deploy/redis/start.sh starts it: the shipped settings, the shipped roles, secrets as files."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from installed import needed
from redis import Redis
from redis.exceptions import RedisError
from running import WIREDESK, environment

from wiredesk import server
from wiredesk.connection import client

DEPLOY = Path(__file__).parent.parent / "deploy"
ROLES = ("producer", "watch", "gateway", "worker", "reader", "dashboard", "admin", "replica", "sentinel")
#: Longer than a start takes on a machine that is busy with other things.
SECONDS = 30


def free_port():
    """A port below those that the kernel gives to connections by itself: nobody takes it in the meantime."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@dataclass
class Guarded:
    """A running server: `url("worker")` is the address as that role."""

    port: int
    secrets: Path
    process: subprocess.Popen
    tls: str = ""
    denied: frozenset = frozenset()

    def url(self, role):
        scheme, options = ("rediss", self.tls) if self.tls else ("redis", "")
        return f"{scheme}://{role}:{password(role)}@127.0.0.1:{self.port}/0{options}"

    def client(self, role) -> Redis:
        return client(self.url(role))


def password(role):
    return f"the {role} of this test".replace(" ", "-")


def secrets(folder):
    folder.mkdir()
    for role in ROLES:
        (folder / f"redis_{role}").write_text(password(role) + "\n")
    return folder


@contextmanager
def standing(*words, **settings):
    """A command of wiredesk's that stands until the block ends."""
    process = subprocess.Popen([WIREDESK, *words], env=environment(**settings))
    try:
        yield process
    finally:
        process.terminate()
        process.wait(SECONDS)


@contextmanager
def guarded(folder, *options, config="redis.conf", program=None, prepare=None):
    """Start it in `folder`; `prepare` adds to its secrets and gives what a client appends to the address."""
    kept = secrets(folder / "secrets")
    tls = prepare(kept) if prepare else ""
    port = free_port()
    for name in ("data", "run"):
        (folder / name).mkdir(exist_ok=True)
    environment = dict(
        os.environ, REDIS_SECRETS=kept.name, REDIS_DATA="data", REDIS_RUN=str(folder / "run"),
        REDIS_CONFIG=config, REDIS_SERVER=str(program or server.find()),
    )  # fmt: skip
    listen = ("--tls-port" if tls else "--port", str(port), "--bind", "127.0.0.1")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [DEPLOY / "redis" / "start.sh", *listen, *options], cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        started = Guarded(port, kept, process, tls)
        _await(started, folder / "log")
        yield started
    finally:
        process.terminate()
        process.wait(SECONDS)


def _await(started, log):
    until = time.monotonic() + SECONDS
    with started.client("admin") as redis:
        while time.monotonic() < until and started.process.poll() is None:
            with suppress(RedisError, OSError):
                if redis.ping():
                    return
            time.sleep(0.02)
    raise AssertionError(log.read_text())


def tls_server(folder):
    """A server program that was built with TLS; Debian's redis-tools holds it under its other name."""
    for found in (shutil.which("redis-server"), shutil.which("valkey-server"), shutil.which("redis-check-aof")):
        if found:
            program = folder / "redis-server"
            program.symlink_to(found)
            # A port that is none ends every server at once; one without TLS does not know the word.
            said = subprocess.run([program, "--tls-port", "none"], capture_output=True, check=False)
            if b"Bad directive" not in said.stdout + said.stderr:
                return program
            program.unlink()
    return needed(None, "Redis with TLS", "redis-tools")
