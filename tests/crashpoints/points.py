"""One point: a scenario, a stage, a round trip, a fault. Run it in a forked worker, recover, judge what came out."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson

from producers.desk import Desk as Producer
from tests.crashpoints.faults import Fault, Faults, injected
from tests.crashpoints.scenarios import STRANGE, Scenario
from tests.leftovers import left_behind
from wiredesk import keys, log
from wiredesk.connection import client
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner import BatchWorker, start, sweep
from workers.runner.signals import Signals

#: Turns until a recovery must have run everything: far above what any scenario needs.
MOST_TURNS = 200


@dataclass(frozen=True)
class Point:
    scenario: Scenario
    stage: str
    trip: int
    fault: Fault

    def __str__(self) -> str:
        return f"{self.scenario.name} / {self.stage} / round trip {self.trip} / {self.fault.value}"


@dataclass(frozen=True)
class Outcome:
    """What the readers of the streams saw: each id with how often, each file's closings, what was left behind."""

    articles: Counter[str]
    rejected: Counter[str]
    files: Counter[str]
    left: tuple[str, ...] = ()


class Try:
    """Runs points on one Redis."""

    def __init__(self, url: str) -> None:
        self._settings = replace(Settings(), redis_url=url)
        self._redis = client(url)
        self._producer = Producer(url, settings=self._settings)
        self._expected: dict[str, Outcome] = {}

    def trips(self, scenario: Scenario, stage: str) -> int:
        """Round trips of a worker's life from start to end, undisturbed."""
        self._prepare(scenario, stage)
        read, write = os.pipe()
        faults = Faults()
        status = self._fork(scenario, stage, faults, lambda: os.write(write, b"%d" % faults.trips))
        assert status == 0, f"an undisturbed worker ended with {status}"
        os.close(write)
        with os.fdopen(read) as pipe:
            return int(pipe.read())

    def run(self, point: Point) -> list[str]:
        """What went wrong at this point: nothing, it is to be hoped."""
        expected = self._undisturbed(point.scenario)
        self._prepare(point.scenario, point.stage)
        status = self._fork(point.scenario, point.stage, Faults(point.trip, point.fault))
        wrong = list(self._after_a_stop()) if point.fault is Fault.TERM else []
        if point.fault in (Fault.TERM, Fault.LOST) and status != 0:
            wrong.append(f"the worker ended with {status}")
        return wrong + judge(expected, self._recover(point.scenario))

    def _undisturbed(self, scenario: Scenario) -> Outcome:
        """What readers see when nothing at all goes wrong."""
        if scenario.name not in self._expected:
            self._redis.flushall()
            scenario.submit(self._producer)
            self._expected[scenario.name] = self._recover(scenario)
        return self._expected[scenario.name]

    def _prepare(self, scenario: Scenario, stage: str) -> None:
        """Everything up to the stage, and then what the scenario does to its queue."""
        self._redis.flushall()
        scenario.submit(self._producer)
        for earlier in scenario.stages[: [s.name for s in scenario.stages].index(stage)]:
            with _worker(scenario, earlier.name, self._settings) as worker:
                while self._redis.llen(f"rq:queue:{earlier.name}"):
                    worker._claim_and_run()
        scenario.disturb(self._redis, stage)

    def _fork(self, scenario: Scenario, stage: str, faults: Faults, at_end: Any = lambda: None) -> int:
        """A worker that lives until its queue is empty. Its exit code; -9 when it was killed."""
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _live(scenario, stage, self._settings, faults)
                at_end()
                status = 0
            finally:
                os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _after_a_stop(self) -> Iterator[str]:
        """A worker that was asked to stop strands nothing, recovery or not."""
        for key in self._redis.keys("rq:worker:*:executions"):
            if b"@gone." not in key:
                yield f"{self._redis.scard(key)} jobs stranded by SIGTERM"

    def _recover(self, scenario: Scenario) -> Outcome:
        """Time passes: every lease ends, every file is old, and new workers run what there is."""
        redis = self._redis
        for worker in redis.zrange(keys.LEASES, 0, -1):
            redis.zadd(keys.LEASES, {worker: 1})
        redis.delete(keys.SWEEP)
        for _ in range(MOST_TURNS):
            for stage in scenario.stages:
                with _worker(scenario, stage.name, self._settings) as worker:
                    worker._tick()
                    while redis.llen(f"rq:queue:{stage.name}"):
                        worker._claim_and_run()
            if not redis.zcard(keys.OPEN):
                break
            for file in redis.zrange(keys.OPEN, 0, -1):
                redis.zadd(keys.OPEN, {file: 1})
                redis.hset(keys.file(file.decode()), "swept_at", 1)
            with _worker(scenario, scenario.stages[0].name, self._settings) as worker:
                worker._sweep.sweep([file.decode() for file in redis.zrange(keys.OPEN, 0, -1)])
        return self._seen(scenario)

    def _seen(self, scenario: Scenario) -> Outcome:
        redis = self._redis
        done = [_id(f) for stream in (keys.ARTICLES, keys.COPIES) for _, f in redis.xrange(stream)]
        return Outcome(
            articles=Counter(done),
            rejected=Counter(_id(f) for _, f in redis.xrange(keys.REJECTED) if _id(f) not in STRANGE),
            files=Counter(_id(f) + " " + orjson.loads(f[b"body"])["outcome"] for _, f in redis.xrange(keys.FILES)),
            left=tuple(left_behind(redis, [stage.name for stage in scenario.stages])),
        )


def _id(fields: dict[bytes, bytes]) -> str:
    return fields[b"id"].decode()


def judge(expected: Outcome, seen: Outcome) -> list[str]:
    """Each difference in a sentence."""
    wrong = [f"left behind: {thing}" for thing in seen.left]
    for what in ("articles", "rejected", "files"):
        before, after = getattr(expected, what), getattr(seen, what)
        wrong += [f"{what}: lost {one}" for one in (before - after)]
        wrong += [f"{what}: {one} once more than it should be" for one in (after - before)]
    return wrong


@contextmanager
def _worker(scenario: Scenario, stage: str, settings: Settings) -> Iterator[BatchWorker]:
    """A worker in this process that is stepped by hand."""
    desk = Desk.open(settings)
    worker = BatchWorker(next(s for s in scenario.stages if s.name == stage), desk, scenario.stages)
    worker._register()
    try:
        yield worker
    finally:
        worker._farewell()
        desk.close()


def _live(scenario: Scenario, stage: str, settings: Settings, faults: Faults) -> None:
    """A worker's whole life, from its first connection to its farewell; it stops when its queue is empty."""
    log.configure("json", "critical")
    sweep.EVERY = 0.0
    stages = {s.name: s for s in scenario.stages}
    desk = Desk.open(settings)
    with injected(faults):
        signals = Signals(settings.grace)
        signals.install()
        worker = start.worker(stages[stage], desk, scenario.stages, signals)
        if worker is None:
            return
        peek = worker._peek

        def last_peek() -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            peek()

        worker._peek = last_peek  # type: ignore[method-assign]
        worker.work()
