"""The fence: what was claimed in one life of Redis is not finished in the next.

A Redis that restarts may have forgotten its last second (`appendfsync everysec`, a failover to a replica that lagged).
A worker that lived through it could finish a job whose earlier steps were rolled back, and their effects would be lost
for ever. So each new connection asks for the server's `run_id`; when it is another, the worker drops what it holds and
claims anew: a claim hands out what the restarted Redis knows to be held.
"""

from __future__ import annotations

import re
import threading
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError  # noqa: A004


class AnotherRun(ConnectionError):  # noqa: N818  (a state of the world, not a mistake)
    """This connection leads to another life of Redis than the one that was claimed from."""


class Fence:
    """Watches every connection of a client's pool. `AnotherRun` is raised in the thread that made the fence."""

    def __init__(self, redis: Redis) -> None:
        self._owner = threading.get_ident()
        self._run: bytes | None = None
        self._changed = False
        redis.connection_pool.connection_kwargs["redis_connect_func"] = self._greet
        redis.connection_pool.disconnect(inuse_connections=False)
        redis.connection_pool.reset()  # those made before would not greet when they connect anew

    def check(self) -> None:
        """Raise `AnotherRun` when any connection has met another life of Redis since `forget`."""
        if self._changed:
            raise AnotherRun("Redis has restarted: what was held is dropped and claimed anew")

    def forget(self) -> None:
        """Nothing is held any more."""
        self._changed = False

    def _greet(self, connection: Any) -> None:
        connection.on_connect()
        connection.send_command("INFO", "server")
        found = re.search(rb"run_id:(\w+)", connection.read_response())
        run = found[1] if found else b"unknown"
        if self._run not in (None, run):
            self._changed = True
        self._run = run
        if threading.get_ident() == self._owner:
            self.check()
