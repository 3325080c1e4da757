"""What is sampled of a desk: memory and descriptors of each process, Redis's memory, queues, time to publication."""

from __future__ import annotations

import os
import statistics
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redis import Redis

from bench.soak.load import Load
from wiredesk import keys
from workers.table import NAMES

PAGE = os.sysconf("SC_PAGESIZE")
PROC = Path("/proc")


class Gauge:
    """`commands`: the processes that were started, by name; their children are theirs."""

    def __init__(self, redis: Redis, load: Load, commands: dict[str, int]) -> None:
        self._redis, self._load, self._commands = redis, load, commands
        self._seen = "0"

    def sample(self) -> dict[str, Any]:
        """One line: MB and descriptors by process, MB of Redis, waiting jobs, ms from acceptance to outcome."""
        processes = dict(self._processes())
        late = self._outcomes()
        return {
            "accepted": self._load.count,
            "done": self.done(),
            "waiting": {stage: self._redis.llen(f"rq:queue:{stage}") for stage in NAMES},
            "memory": {name: _memory(pid) for name, pid in processes.items()},
            "descriptors": {name: _descriptors(pid) for name, pid in processes.items()},
            "redis": round(self._redis.info("memory")["used_memory"] / 1e6, 2),
            "median": round(statistics.median(late), 1) if late else None,
            "p99": round(statistics.quantiles(late, n=100)[98], 1) if len(late) > 1 else None,
        }

    def done(self) -> int:
        """Files with an outcome, as the desk counts them: entries may be trimmed before anybody has looked."""
        counted = self._redis.hgetall(keys.COUNTS)
        return sum(int(count) for name, count in counted.items() if name.startswith(b"files:"))

    def _outcomes(self) -> list[float]:
        """Files that ended since the last look: milliseconds from their receipt to their entry's own time."""
        late = []
        while entries := self._redis.xrange(keys.FILES, f"({self._seen}", "+", count=1000):
            for entry, fields in entries:
                sent = self._load.sent.pop(fields[b"id"].decode(), None)
                if sent is not None:
                    late.append(int(entry.partition(b"-")[0]) - 1000 * sent)
            self._seen = entries[-1][0].decode()
        return late

    def _processes(self) -> Iterator[tuple[str, int]]:
        """Each command and, numbered, what it forked; a stage's worker by the name of its row."""
        workers = {int(row.rpartition(b".")[2]): row.split(b":")[2].partition(b"@")[0].decode()
                   for row in self._redis.smembers("rq:workers")}  # fmt: skip
        children = _children()
        for name, pid in self._commands.items():
            yield name, pid
            for number, child in enumerate(sorted(children[pid])):
                yield workers.get(child, f"{name} {number + 1}"), child


def _children() -> dict[int, list[int]]:
    found = defaultdict(list)
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended meanwhile
        found[parent].append(int(stat.parent.name))
    return found


def _memory(pid: int) -> float:
    """MB of its own: resident, without what it shares with files or the process that forked it."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    kilobytes = sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))
    return round(kilobytes / 1024, 2)


def _descriptors(pid: int) -> int:
    try:
        return len(os.listdir(PROC / str(pid) / "fd"))  # noqa: PTH208  (a look that costs nothing)
    except OSError:
        return 0
