"""Claim: ask the script for a batch, and read what it hands out."""

from __future__ import annotations

import os
import time
from enum import IntEnum

import msgspec
from rq import Queue
from rq.suspension import WORKERS_SUSPENDED
from rq.worker_registration import WORKERS_BY_QUEUE_KEY

from wiredesk import log
from workers.runner import batch
from workers.runner.batch import Held
from workers.runner.scripts import Scripts
from workers.stage import Stage

#: A lease's member is longer than 64 bytes by this, the shortest job id included: shorter ones Redis keeps in a compact
#: form, of which each insert reads all scores (14 us a job of a full batch instead of 2).
MARK_DIGITS = 21


class State(IntEnum):
    """How a claim was answered."""

    CLAIMED = 0
    SUSPENDED = 1
    UNREGISTERED = 2
    CROWDED = 3


class ClaimCall(msgspec.Struct, frozen=True):
    queue: str
    worker: str
    limit: int
    least: int
    mark: str
    largest: int = batch.LARGEST


class Claimed(msgspec.Struct, frozen=True):
    """`stirred`: ids were taken off the queue that are no jobs, so there may be more behind them."""

    state: State
    jobs: list[Held]
    stirred: bool


class Claimer:
    """Claims for one worker. `worker_keys`: its row and the set of its executions; `ahead`: the next stage's queue.

    While `ahead` is above the high-water mark nothing is claimed.
    """

    def __init__(
        self, scripts: Scripts, stage: Stage, queue: Queue, worker: str, worker_keys: tuple[str, str], ahead: str | None
    ) -> None:
        self._scripts = scripts
        self._stage = stage
        self._queue = queue
        self._worker = worker
        row, executions = worker_keys
        self._keys = (
            queue.key, queue.started_job_registry.key, executions, row, WORKERS_SUSPENDED,
            WORKERS_BY_QUEUE_KEY % queue.name, *([ahead] if ahead else []),
        )  # fmt: skip

    def claim(self, limit: int, least: int = 1) -> Claimed:
        """At most `limit` jobs, or what this worker holds already. May be called again after a lost reply.

        A backlog is shared among the queue's workers, but for the `least` that is not worth it.
        """
        mark = f"{time.time_ns():016x}-{os.getpid():0{MARK_DIGITS}x}-"
        call = ClaimCall(self._queue.name, self._worker, limit, least, mark)
        state, held, odd = self._scripts.call("claim", call, keys=self._keys)
        for job, kind in odd:
            log.get().warning("odd job record", job=job.decode("ascii"), kind=kind.decode("ascii"))
        return Claimed(State(state), batch.hold(held, self._stage), bool(odd))
