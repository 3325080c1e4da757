"""A desk that hostile files are tried on: a Redis of its own, a real worker for each stage, watched all the time.

One file at a time goes in, so that its seconds, CPU and memory are its own. A verdict is the list of what went wrong:
no outcome in time, a death, too much memory, no sentence.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import orjson
from redis import Redis, exceptions

from producers.desk import Desk as Producer
from producers.errors import Refused
from wiredesk import keys, server
from wiredesk.connection import client
from wiredesk.records import FileEvent, Record, Rejected
from wiredesk.settings import Settings
from workers.fleet import Fleet
from workers.table import NAMES

TICKS = os.sysconf("SC_CLK_TCK")
#: What a worker may hold, whatever comes in (bytes): what is promised for files of gigabytes as well.
MEMORY = 400_000_000
#: CPU seconds that a file may cost: some at once, and some for each of its megabytes.
CPU_SECONDS, CPU_SECONDS_A_MEGABYTE = 8.0, 20.0
#: Wall seconds before a file counts as one without an outcome; twice what a stage may take at a single job.
WALL_SECONDS = 400.0
#: Marks of a program's innards in what should be a sentence for a person.
_INNARDS = re.compile(r"Traceback|\b\w+(?:Error|Exception|Warning)\b|object at 0x|\bNone\b|<class|line \d+ in ")


@dataclass
class Seen:
    """What one file did: seconds, CPU seconds of all workers, the largest worker (bytes), outcome, what the desk said
    of it (the reason of a rejection, else the first note), complaints.
    """

    kind: str
    carrier: str
    outcome: str = ""
    told: str = ""
    wall: float = 0.0
    cpu: float = 0.0
    memory: int = 0
    wrong: list[str] = field(default_factory=list)


class Trial:
    """`try_bytes` or `try_path` as often as wanted; each gives what was seen."""

    def __init__(self, producer: Producer, redis: Redis, fleet: Fleet) -> None:
        self._producer, self._redis, self._fleet = producer, redis, fleet
        self._deaths = 0
        self._last = dict.fromkeys(keys.STREAMS, "0")

    def try_bytes(self, kind: str, carrier: str, data: bytes, name: str) -> Seen:
        return self._try(kind, carrier, data, name, len(data))

    def try_path(self, kind: str, path: Path) -> Seen:
        return self._try(kind, "path", path, path.name, path.stat().st_blocks * 512)

    def _try(self, kind: str, carrier: str, data: bytes | Path, name: str, size: int) -> Seen:
        seen = Seen(kind, carrier)
        before = self._spent()
        self._forget_peaks()
        began = time.monotonic()
        try:
            receipt = self._producer.submit(data, name=name, source=f"{kind} {carrier}")
        except (Refused, OSError) as error:
            seen.outcome, seen.told = "refused", str(error)
            seen.wrong += _no_sentence(str(error))
        else:
            self._await(receipt.file, seen)
        seen.wall = time.monotonic() - began
        seen.cpu = self._spent() - before
        seen.memory = max((_peak(pid) for pid in self._pids()), default=0)
        self._judge(seen, size)
        return seen

    def _await(self, file: str, seen: Seen) -> None:
        """Until the file has its outcome, with the fleet tended; then what was written is looked at."""
        watched = self._producer.watch_outcomes()
        watched.expect(file)
        until, done = time.monotonic() + WALL_SECONDS, []
        while time.monotonic() < until:
            self._fleet.tend()
            with suppress(exceptions.TimeoutError):  # the whole trial was stopped for a while, its Redis too
                done = watched.look(0.2)
            if done:
                seen.outcome = done[0].outcome or "none"
                seen.told = done[0].reason or self._noted()
                if seen.outcome == "rejected":
                    seen.wrong += _no_sentence(done[0].reason or "")
                break
        else:
            seen.outcome = "none"
            seen.wrong.append(f"no outcome in {WALL_SECONDS:.0f} s")
        seen.wrong += self._misprints()

    def _judge(self, seen: Seen, size: int) -> None:
        self._fleet.tend()
        if self._fleet.deaths > self._deaths:
            seen.wrong.append(f"{self._fleet.deaths - self._deaths} workers died")
            self._deaths = self._fleet.deaths
        if seen.memory > MEMORY:
            seen.wrong.append(f"a worker held {seen.memory >> 20} MiB")
        allowed = CPU_SECONDS + CPU_SECONDS_A_MEGABYTE * size / 1e6
        if seen.cpu > allowed:
            seen.wrong.append(f"{seen.cpu:.1f} s of CPU, {allowed:.1f} allowed")

    def _noted(self) -> str:
        """The first note in the last file's event."""
        ((_, fields),) = self._redis.xrevrange(keys.FILES, count=1)
        return next(iter(orjson.loads(fields[b"body"])["notes"]), "")

    def _misprints(self) -> list[str]:
        """Entries since the last file that a reader could not take as the contract has them."""
        wrong = []
        for stream, shape in _SHAPES.items():
            for entry, fields in self._redis.xrange(stream, f"({self._last[stream]}"):
                self._last[stream] = entry.decode()
                try:
                    msgspec.convert(orjson.loads(fields[b"body"]), shape)
                except (ValueError, msgspec.ValidationError) as error:
                    wrong.append(f"{stream}: {error}")
                if stream == keys.REJECTED:
                    wrong += _no_sentence(orjson.loads(fields[b"body"])["reason"])
        return wrong

    def _pids(self) -> list[int]:
        return [post.process.pid for post in self._fleet.posts if post.process and post.process.pid]

    def _spent(self) -> float:
        return sum(map(_cpu, self._pids()))

    def _forget_peaks(self) -> None:
        for pid in self._pids():
            _quietly(Path(f"/proc/{pid}/clear_refs"), "5")


_SHAPES = {keys.ARTICLES: Record, keys.COPIES: Record, keys.FILES: FileEvent, keys.REJECTED: Rejected}


def _no_sentence(reason: str) -> list[str]:
    """Complaints about a reason that is none for a person."""
    words = len(reason.split())
    if words < 3 or len(reason) > 400 or not reason.isprintable() or _INNARDS.search(reason):
        return [f"no sentence: {reason[:120]!r}"]
    return []


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far; 0 when it has gone."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def _peak(pid: int) -> int:
    """The most that a process held since its peak was forgotten (bytes); 0 when it has gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found[1]) << 10 if found else 0


def _quietly(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError:
        return  # the worker has died: that is told elsewhere


@contextmanager
def desk() -> Iterator[Trial]:
    """A desk for hostile files, on a Redis of its own."""
    with server.private() as url:
        settings = replace(Settings(), redis_url=url, log_level="error", keep_files=600, keep_texts=600)
        with Producer(url, settings=settings) as producer, Fleet(settings, dict.fromkeys(NAMES, 1)) as fleet:
            yield Trial(producer, client(url), fleet)
