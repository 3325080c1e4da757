"""A directory into which many files come at once: time, memory, and that each ends in `done/` exactly once.

    python bench/watch.py [files] [kills]

A folder of so many files is moved into the watched one in a single step, with workers for all stages beside it. The
watcher is killed (SIGKILL) `kills` times on the way and started again. A file is one story as scrapers write it, a row
of JSON, so that the watcher and not the splitting of pages is measured.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from pages import WORDS
from redis import Redis

from wiredesk import keys, server
from wiredesk.connection import client

FILES, KILLS = 20_000, 3
#: Words of a story: some 1.2 KB, a short news item.
LENGTH = 200
WIREDESK = Path(sys.executable).with_name("wiredesk")
#: Longest run without any file coming to its end; then something hangs.
PATIENCE = 120.0


@dataclass
class Outcome:
    """`taken`, `ended`: seconds from the move until Redis had all files, and until all had been put away."""

    taken: float = 0.0
    ended: float = 0.0
    processor: float = 0.0
    most_memory: int = 0
    kills: int = 0
    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    files: int = 0
    articles: int = 0


class Watching:
    """The watcher as a program, killed and started again; what it used adds up over its lives."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._processor = 0.0
        self.most_memory = self.kills = 0
        self._start()

    def kill(self) -> None:
        self.look()
        self._end(signal.SIGKILL)
        self.kills += 1
        self._start()

    def stop(self) -> float:
        """Seconds of processor time of all lives."""
        self.look()
        self._end(signal.SIGTERM)
        return self._processor

    def look(self) -> None:
        """Note the most memory that it has had."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        held = [int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:")]
        self.most_memory = max(self.most_memory, *held, 0)

    def _start(self) -> None:
        words = [WIREDESK, "watch", self._folder, "--settle", "0.2", "--rescan", "1"]
        self._process = subprocess.Popen(words, env=self._environment)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        _, _, used = os.wait4(self._process.pid, 0)
        self._process.returncode = 0
        self._processor += used.ru_utime + used.ru_stime


def stories(folder: Path, count: int) -> None:
    """`count` files of one story each, no two alike."""
    for number in range(count):
        pick = random.Random(number)
        text = f"Story {number}. {' '.join(pick.choices(WORDS, k=LENGTH))}."
        row = {"headline": " ".join(pick.choices(WORDS, k=7)), "text": text, "url": f"https://example.org/{number}"}
        (folder / f"{number:06d}.json").write_bytes(orjson.dumps(row))


def measure(files: int, kills: int) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="wiredesk-watch-") as place, server.private() as url:
        inbox, away = Path(place, "inbox"), Path(place, "away")
        inbox.mkdir()
        away.mkdir()
        stories(away, files)
        settings = os.environ | {"WIREDESK_REDIS_URL": url, "WIREDESK_LOG_LEVEL": "error"}
        workers = subprocess.Popen([WIREDESK, "work"], env=settings)
        watching = Watching(inbox, settings)
        try:
            with client(url) as redis:
                _until_at_work(redis)
                away.rename(inbox / "all")
                return _follow(redis, inbox, watching, files, kills)
        finally:
            workers.terminate()
            workers.wait()


def _until_at_work(redis: Redis) -> None:
    """Workers are there; their start is not the watcher's."""
    while not redis.scard("rq:workers"):
        time.sleep(0.05)


def _follow(redis: Any, inbox: Path, watching: Watching, files: int, kills: int) -> Outcome:
    began = moved = time.perf_counter()
    outcome, done = Outcome(), 0
    kill_at = [files * (n + 1) // (kills + 1) for n in range(kills)]
    while done < files:
        time.sleep(0.05)
        watching.look()
        accepted = redis.zcard(keys.OPEN) + redis.xlen(keys.FILES)
        if accepted >= files and not outcome.taken:
            outcome.taken = time.perf_counter() - began
        found = len(_names(inbox))
        if kill_at and found >= kill_at[0]:
            kill_at.pop(0)
            watching.kill()
        if found > done:
            done, moved = found, time.perf_counter()
        if time.perf_counter() - moved > PATIENCE:
            break
    outcome.ended = time.perf_counter() - began
    outcome.processor = watching.stop()
    outcome.most_memory, outcome.kills = watching.most_memory, watching.kills
    outcome.done = sorted(_names(inbox))
    outcome.left = [str(p.relative_to(inbox)) for p in inbox.rglob("*.json*") if "done" not in p.parts]
    outcome.files, outcome.articles = redis.xlen(keys.FILES), redis.xlen(keys.ARTICLES) + redis.xlen(keys.COPIES)
    return outcome


def _names(inbox: Path) -> list[str]:
    """What lies in `done/`."""
    with suppress(FileNotFoundError), os.scandir(inbox / "done" / "all") as entries:
        return [entry.name for entry in entries]
    return []


def main(files: int = FILES, kills: int = KILLS) -> None:
    found = measure(files, kills)
    print(
        f"{files:,} files at once, watcher killed {found.kills} times: all with Redis after {found.taken:.1f} s, "
        f"all put away after {found.ended:.1f} s"
    )
    print(
        f"watcher: {found.processor:.1f} s of processor time, {found.processor / files * 1e6:.0f} us a file, "
        f"{found.most_memory / 1e6:.0f} MB at most"
    )
    print(
        f"in done/: {len(found.done):,}; elsewhere: {len(found.left)}; outcomes: {found.files:,}; "
        f"articles: {found.articles:,}"
    )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
