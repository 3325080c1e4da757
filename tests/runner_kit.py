"""What the runner's tests share: workers stepped by hand, workers as processes, and looks at what they left."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import replace

import orjson
from rq.job import Job

from tests import chain
from wiredesk import keys, log
from wiredesk.serializer import JSONSerializer
from workers.desk import Desk
from workers.runner import BatchWorker, start

PATIENCE = 20.0


class Crew:
    """Workers on one desk. Close it at the end of a test: nobody stays."""

    def __init__(self, settings, stages=chain.STAGES):
        self.settings, self.stages = settings, stages
        self._stepped, self._pids = [], []

    def hand(self, stage):
        """A worker in this process; the test takes its steps."""
        worker = BatchWorker(self._stage(stage), Desk.open(self.settings), self.stages)
        worker._begin()
        self._stepped.append(worker)
        return worker

    def fork(self, stage, desk=None, **changes):
        """A worker process; its pid. With `desk` it need not reach Redis first."""
        pid = os.fork()
        if pid == 0:
            log.configure("json", "critical")
            status = 1
            try:
                start.work(stage, desk or Desk.open(replace(self.settings, **changes)), self.stages)
                status = 0
            finally:
                os._exit(status)
        self._pids.append(pid)
        return pid

    def end(self, pid):
        """The exit code of a worker process."""
        self._pids.remove(pid)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def drain(self, redis):
        """Run all queues empty, by hand."""
        hands = [self.hand(stage.name) for stage in self.stages]
        while any(redis.llen(f"rq:queue:{stage.name}") for stage in self.stages):
            for worker in hands:
                worker._claim_and_run()

    def close(self):
        for pid in self._pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for worker in self._stepped:
            worker._farewell()

    def _stage(self, name):
        return next(stage for stage in self.stages if stage.name == name)


def until(condition, patience=PATIENCE):
    """Wait for it; the seconds it took. Fails when it does not come."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patience, "it did not happen"
        time.sleep(0.01)
    return time.monotonic() - began


def entries(redis, stream):
    return [orjson.loads(fields[b"body"]) for _, fields in redis.xrange(stream)]


def published(redis):
    return sorted(e["id"] for stream in (keys.ARTICLES, keys.COPIES) for e in entries(redis, stream))


def fetch(redis, job):
    return Job.fetch(job, connection=redis, serializer=JSONSerializer)


def status(redis, job):
    return (redis.hget(f"rq:job:{job}", "status") or b"").decode()


def end_leases(redis):
    """Time passes for the dead, while others are heard."""
    redis.hset(keys.COUNTS, "heard", int(1000 * time.time()))
    for worker in redis.zrange(keys.LEASES, 0, -1):
        redis.zadd(keys.LEASES, {worker: 1})
