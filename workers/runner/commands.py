"""What a person may tell a worker through RQ: shut down, stop this job.

RQ publishes commands on the worker's channel. A stopped job ends as RQ's `stopped`; the others of its batch are given
back and run again.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable
from typing import Any

import orjson

from wiredesk import log
from workers.runner.signals import Signals


class Commands:
    """`obey` runs in the subscription's thread, the rest in the worker's."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._lock = threading.Lock()
        self._held: frozenset[str] = frozenset()
        self._stopped: set[str] = set()

    def hold(self, jobs: Iterable[str]) -> None:
        with self._lock:
            self._held, self._stopped = frozenset(jobs), set()

    def release(self) -> None:
        with self._lock:
            self._held = frozenset()

    def is_stopped(self, job: str) -> bool:
        return job in self._stopped

    def obey(self, message: dict[str, Any]) -> None:
        """A command is one JSON object; anything else on the channel is told and ignored."""
        try:
            command = orjson.loads(message["data"])
            word, job = command["command"], command.get("job_id")
        except (ValueError, KeyError, TypeError, AttributeError):
            log.get().warning("command not understood")
            return
        if word == "shutdown":
            os.kill(os.getpid(), signal.SIGINT)
        elif word in ("stop-job", "stop-execution"):
            self._stop(job)

    def _stop(self, job: object) -> None:
        with self._lock:
            if not isinstance(job, str) or job not in self._held:
                return
            self._stopped.add(job)
        self._signals.stop_job()
