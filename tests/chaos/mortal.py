"""A Redis with an append-only file that is killed and comes back with its data."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Self

from redis.exceptions import RedisError

from wiredesk import server
from wiredesk.connection import client

#: A long run's file takes seconds to load on a busy machine.
START_SECONDS = 120.0


class MortalRedis:
    """`folder` keeps the socket and the append-only file; written once a second, as the settings advise."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self.url = f"unix://{folder / 'redis.sock'}"
        self.deaths = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                server.find(), "--port", "0", "--unixsocket", "redis.sock", "--dir", self._folder, "--save", "",
                "--appendonly", "yes", "--appendfsync", "everysec", "--auto-aof-rewrite-min-size", "8mb",
                "--logfile", "redis.log", *self._options,
            ],
            cwd=self._folder, env=self.environment(),
        )  # fmt: skip
        self._await()

    def environment(self) -> dict[str, str]:
        """What the server's process is given."""
        return dict(os.environ)

    def kill(self) -> None:
        """SIGKILL, and up again."""
        self.end()
        self.deaths += 1
        self.start()

    def end(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def _await(self) -> None:
        redis = client(self.url)
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                redis.ping()
            except (RedisError, OSError):
                time.sleep(0.02)
            else:
                redis.close()
                return
        raise TimeoutError((self._folder / "redis.log").read_text("utf-8")[-2000:])
