"""An S3 server on this machine's disk for tests: `rclone serve s3`, which asks for signed requests as Amazon's does."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from redis_rig import SECONDS, free_port
from running import BIN

KEY, SECRET = "desk", "the-secret-of-this-test"
BUCKET = "news"


class Server:
    """`root` holds a folder a bucket. It can be killed and started again on the same port."""

    def __init__(self, root: Path) -> None:
        self._root, self._port = root, free_port()
        self.bucket = root / BUCKET
        self.bucket.mkdir(parents=True)
        self.process: subprocess.Popen | None = None

    def environment(self, secret=SECRET):
        """What every S3 library reads."""
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._port}",
            "AWS_DEFAULT_REGION": "us-east-1",
            # One attempt and a retry: a test that takes the server away need not wait through ten.
            "AWS_MAX_ATTEMPTS": "2",
        }

    def start(self):
        words = [BIN / "rclone", "serve", "s3", "--addr", f"127.0.0.1:{self._port}", "--auth-key", f"{KEY},{SECRET}"]
        self.process = subprocess.Popen([*words, self._root], stderr=subprocess.DEVNULL)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.02)
        raise AssertionError("rclone serve s3 does not answer")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def put(self, name, data):
        """As any S3 client does it: the server remembers what it listed, and may not see a file just laid."""
        pytest.importorskip("fsspec").filesystem("s3").pipe_file(f"{BUCKET}/{name}", data)

    def objects(self):
        """Names of what lies in the bucket."""
        return sorted(p.relative_to(self.bucket).as_posix() for p in self.bucket.rglob("*") if p.is_file())


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("s3"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def s3(served, monkeypatch):
    """The server, up and known to this process."""
    if served.process.poll() is not None:
        served.start()
    tell(monkeypatch, served.environment())
    return served


def tell(monkeypatch, variables):
    """As if the process had been started with them: fsspec keeps what it has read."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    pytest.importorskip("fsspec").get_filesystem_class("s3").clear_instance_cache()
