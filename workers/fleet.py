"""Worker processes on one machine: started together, replaced when they die, stopped together.

Workers are forked from a process that has imported everything: a fleet of four is at work 50 ms after the imports
instead of four times their second. A process that dies at once again and again is restarted ever more slowly.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from typing import Self

from wiredesk import log
from wiredesk.process import Restarts, end_with_parent
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner import work


@dataclass
class Post:
    """A place that a worker fills."""

    stage: str
    process: BaseProcess | None = None
    restarts: Restarts = field(default_factory=Restarts)


@dataclass
class Fleet:
    """`counts`: processes a stage. Use as a context manager, or start, `tend` now and then, stop."""

    settings: Settings
    counts: Mapping[str, int]
    posts: list[Post] = field(default_factory=list)
    deaths: int = 0

    def start(self) -> None:
        self.posts = [Post(stage) for stage, count in self.counts.items() for _ in range(count)]
        for post in self.posts:
            self._fill(post)

    def tend(self) -> None:
        """Replace who has died. Call it every tenth of a second or so."""
        for post in self.posts:
            if post.process is not None and not post.process.is_alive():
                self._bury(post)
            if post.process is None and post.restarts.now:
                self._fill(post)

    def stop(self, grace: float | None = None) -> None:
        """SIGTERM to all, wait for the grace (seconds; default: the setting), SIGKILL to who is left."""
        alive = [p.process for p in self.posts if p.process is not None and p.process.is_alive()]
        for process in alive:
            process.terminate()
        until = time.monotonic() + (self.settings.grace if grace is None else grace) + 2.0
        for process in alive:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
        self.posts = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        # When the work ended in an error there is nothing to wait for: leases give back what workers hold.
        self.stop(0.0 if error else None)

    def _fill(self, post: Post) -> None:
        process = multiprocessing.get_context("fork").Process(target=_work, args=(post.stage, self.settings))
        process.start()
        post.process = process
        post.restarts.began()

    def _bury(self, post: Post) -> None:
        assert post.process is not None
        lived, code = post.restarts.ended(), post.process.exitcode
        if code == 0:  # it was asked to end, or held too much: it has told so itself
            log.get().info("worker ended", stage=post.stage, pid=post.process.pid, lived=round(lived, 1))
        else:
            self.deaths += 1
            log.get().warning("worker died", stage=post.stage, pid=post.process.pid, exit=code, lived=round(lived, 1))
        post.process = None


def _work(stage: str, settings: Settings) -> None:
    """A worker's whole life, in the forked process. The person's Ctrl-C goes to the parent, who stops the fleet."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.setpgid(0, 0)
    end_with_parent()
    log.configure(settings.log, settings.log_level)
    work(stage, Desk.open(settings))
