"""Signals: when a stage may be interrupted, and when not.

A signal never interrupts a claim or a finish: the handler notes it. It breaks off the wait for work, which has no side
effects, and it may break off a running stage, whose results were not committed: then the batch is given back.

SIGTERM, SIGINT   the first: finish what is held within the grace, then give back. The second: give back now
SIGALRM           the batch's time is up, the grace is over, or a person stopped one of the jobs
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from types import FrameType
from typing import NoReturn

#: A terminal's Ctrl-C and a supervisor's SIGTERM come as a pair: one request, not an impatient second one.
PAIR_SECONDS = 0.3
NEVER = float("inf")


class Why(Enum):
    """What broke off a stage."""

    TIMEOUT = "timeout"
    STOP = "stop"
    JOB = "job"


class Interrupted(BaseException):
    """No `Exception`: a stage that catches everything must not swallow the end of its time."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Signals:
    """What was asked of this process. Made and used in the main thread; `stop_job` may come from another."""

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._waiting = False
        self._running = False
        self._deadline = NEVER
        self._asked_at: float | None = None
        self._ends_at = NEVER
        self._job_stopped = False
        self._main = threading.main_thread()

    @property
    def stopping(self) -> bool:
        return self._asked_at is not None

    @property
    def grace_is_over(self) -> bool:
        return time.monotonic() >= self._ends_at

    def install(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGALRM, self._on_alarm)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Inside, the first stop signal raises `Interrupted`."""
        try:
            self._waiting = True
            if self.stopping:
                raise Interrupted(Why.STOP)
            yield
        finally:
            self._waiting = False

    @contextmanager
    def running(self, timeout: float) -> Iterator[None]:
        """Inside, `Interrupted` is raised when `timeout` seconds are over, the grace ends or a job is stopped."""
        self._deadline = time.monotonic() + timeout
        self._job_stopped = False
        try:
            self._running = True
            self._arm()
            yield
        finally:
            self._running = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    def stop_job(self) -> None:
        """Break off the running stage: one of its jobs is not wanted any more. From any thread."""
        self._job_stopped = True
        if self._main.ident is not None:
            signal.pthread_kill(self._main.ident, signal.SIGALRM)

    def _arm(self) -> None:
        """The alarm comes a second time each second: one that arrived at a bad moment is not missed."""
        left = min(self._deadline, self._ends_at) - time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.001), 1.0)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        moment = time.monotonic()
        if self._asked_at is None:
            self._asked_at = moment
            self._ends_at = moment + self._grace
        elif moment - self._asked_at > PAIR_SECONDS:
            self._ends_at = moment
        if self._waiting:
            self._break_off(Why.STOP)
        if self._running:
            self._arm()

    def _on_alarm(self, _number: int, _frame: FrameType | None) -> None:
        if not self._running:
            return
        if self._job_stopped:
            self._break_off(Why.JOB)
        if self.grace_is_over:
            self._break_off(Why.STOP)
        if time.monotonic() >= self._deadline:
            self._break_off(Why.TIMEOUT)

    def _break_off(self, why: Why) -> NoReturn:
        """Once: the window is shut before anything is raised, so that nothing after it is interrupted."""
        self._waiting = self._running = False
        raise Interrupted(why)
