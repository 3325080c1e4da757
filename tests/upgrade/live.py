"""Workers of two releases on one Redis while files come in: started, killed, stopped and taken back."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from tests.running import page
from tests.upgrade.midway import rows
from wiredesk import keys
from wiredesk.connection import client
from wiredesk.process import end_with_parent

#: Longer than anything here takes on a machine that is busy with other things.
SECONDS = 300
#: A killed worker's batch is taken over soon, and batches are small: both releases hold some at any time.
SETTINGS = {"WIREDESK_LEASE": "4", "WIREDESK_BATCH": "4", "WIREDESK_LOG_LEVEL": "warning"}
PROGRAM = "from wiredesk.cli import main; main()"


class Release:
    """The code in a folder, run by this Python: its workers and its `wiredesk submit`."""

    def __init__(self, code: Path, url: str, log: Path) -> None:
        self.code, self.log = code, log
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")},
            **SETTINGS, "WIREDESK_REDIS_URL": url, "PYTHONPATH": str(code),
        }  # fmt: skip
        self._workers: subprocess.Popen[bytes] | None = None
        self._done: dict[bytes, int] = {}

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._workers = subprocess.Popen(
                self._words("work"), stderr=log, **self._where,
                preexec_fn=end_with_parent,  # noqa: PLW1509  (one prctl call, nothing that locks)
            )  # fmt: skip

    def stop(self) -> None:
        """As an upgrade does: SIGTERM, and every batch is finished or given back."""
        if self._workers:
            self._workers.terminate()
            self._workers.wait(SECONDS)
            self._workers = None

    def kill_one(self) -> None:
        """SIGKILL to one of its workers, in the midst of whatever it does."""
        os.kill(random.choice(self._children()), signal.SIGKILL)

    def submit(self, paths: Sequence[Path]) -> None:
        subprocess.run(self._words("submit", *map(str, paths)), check=True, stdout=subprocess.DEVNULL, **self._where)

    def done(self, redis: Redis) -> int:
        """Jobs that its workers finished, by RQ's own count in each one's row, as long as this was asked."""
        for row in redis.smembers("rq:workers"):
            pid, count = redis.hmget(row, "pid", "successful_job_count")
            if pid and count and int(pid) in self._children():
                self._done[row] = int(count)
        return sum(self._done.values())

    def _children(self) -> list[int]:
        if self._workers is None:
            return []
        return [
            int(c) for c in Path(f"/proc/{self._workers.pid}/task/{self._workers.pid}/children").read_text().split()
        ]

    @property
    def _where(self) -> dict[str, object]:
        return {"cwd": self.code, "env": self._environment}

    def _words(self, *words: str) -> list[str]:
        return [sys.executable, "-c", PROGRAM, *words]


@dataclass
class Outcome:
    """`done`: jobs that each release finished; `wrong`: files whose articles are not once each in the streams."""

    files: int
    articles: int
    done: tuple[int, int]
    wrong: list[str]
    rejected: int
    left_open: int
    quarantined: int

    @property
    def is_sound(self) -> bool:
        return not (self.wrong or self.rejected or self.left_open or self.quarantined) and all(self.done)


class Flow:
    """Pages without end, in lots, into a desk; `files`: how many have been submitted."""

    def __init__(self, folder: Path, lot: int) -> None:
        self.files = 0
        self._folder, self._lot = folder, lot

    def between(self, redis: Redis, submitter: Release, *workers: Release) -> None:
        """Lots until each of the workers has finished jobs since this began."""
        before = [worker.done(redis) for worker in workers]
        end = time.monotonic() + SECONDS
        while any(worker.done(redis) == n for worker, n in zip(workers, before, strict=True)):
            if time.monotonic() > end:
                raise TimeoutError(f"One of the releases had nothing to do for {SECONDS} s: see {self._folder.parent}")
            submitter.submit([self._page() for _ in range(self._lot)])

    def _page(self) -> Path:
        self.files += 1
        place = self._folder / f"page{self.files}.txt"
        place.write_text(page(f"subject {self.files}"), "utf-8")
        return place

    def long(self) -> Path:
        """A file of more rows than a part holds: its cursor passes from one release to the other."""
        self.files += 1
        place = self._folder / "rows.jsonl"
        place.write_bytes(rows())
        return place


def run(url: str, before: Release, after: Release, flow: Flow) -> Outcome:
    """The earlier release alone, both, this one alone, both again, this one alone. Raises when that does not end."""
    with client(url) as redis:
        before.start()
        flow.between(redis, before, before)
        before.submit([flow.long()])
        after.start()
        flow.between(redis, after, before, after)
        for release in (after, before):
            release.kill_one()
            flow.between(redis, release, before, after)
        before.stop()
        flow.between(redis, after, after)
        before.start()  # the upgrade is taken back
        flow.between(redis, before, before, after)
        before.stop()
        _until(lambda: not redis.zcard(keys.OPEN))
        done = before.done(redis), after.done(redis)
        after.stop()
        return outcome(redis, flow.files, done)


def outcome(redis: Redis, files: int, done: tuple[int, int]) -> Outcome:
    streams = (keys.ARTICLES, keys.COPIES, keys.REJECTED)
    ids = Counter(fields[b"id"].decode() for stream in streams for _, fields in redis.xrange(stream))
    told = Counter(article.partition("-")[0] for article in ids)
    found = {
        fields["id"]: fields["articles"]
        for _, entry in redis.xrange(keys.FILES)
        if (fields := json.loads(entry[b"body"]))
    }
    wrong = [article for article, times in ids.items() if times > 1]
    wrong += [file for file, articles in found.items() if not articles == told[file] > 0]
    wrong += ["lost"] * (files - len(found))
    return Outcome(
        files, len(ids), done, wrong, redis.xlen(keys.REJECTED), redis.zcard(keys.OPEN),
        len(redis.keys(f"{keys.QUARANTINE}*")),
    )  # fmt: skip


def _until(true: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"not true within {SECONDS} s")
        time.sleep(0.05)
