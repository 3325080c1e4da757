"""What a chain costs: CPU of the worker processes and of Redis, from full first queue to empty last one."""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from redis import Redis

from bench.processes import server_cpu
from wiredesk import log
from wiredesk.connection import client

STAGES = ("split", "fingerprint", "extract", "publish")
PATIENCE = 300.0


@dataclass(frozen=True)
class Cost:
    """Of a whole run, in seconds of CPU."""

    articles: int
    workers: float
    redis: float
    seconds: float

    @property
    def per_cpu_second(self) -> float:
        return self.articles / self.workers

    @property
    def redis_us_per_job(self) -> float:
        return 1e6 * self.redis / (self.articles * len(STAGES))


@dataclass(frozen=True)
class Engine:
    """`fill` fills the first queue, `lives` are the worker processes, `is_done` says when all went through."""

    name: str
    fill: Callable[[str, int], None]
    lives: Sequence[Callable[[str], None]]
    is_done: Callable[[Redis, int], bool]
    share: float = 1.0  # of the articles: what is slow is measured on fewer
    modules: tuple[str, ...] = ()  # imported before the workers are forked: nobody pays for imports


def measure(engine: Engine, url: str, articles: int) -> Cost:
    """Fill the first queue, then start the workers; what they spent until the last article was through."""
    for module in engine.modules:
        importlib.import_module(module)
    redis = client(url)
    redis.flushall()
    count = max(20, int(articles * engine.share))
    _in_child(lambda: engine.fill(url, count))
    before, began = server_cpu(redis), time.monotonic()
    pids = [_fork(lambda life=life: life(url)) for life in engine.lives]
    while not engine.is_done(redis, count):
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError(f"{engine.name} did not finish {count} articles")
        time.sleep(0.02)
    seconds, spent = time.monotonic() - began, server_cpu(redis) - before
    return Cost(count, _end(pids), spent, seconds)


def _end(pids: Sequence[int]) -> float:
    """Stop the workers; the CPU they and their children used."""
    for pid in pids:
        os.kill(pid, signal.SIGTERM)
    used = 0.0
    for pid in pids:
        usage = _reap(pid)
        used += usage.ru_utime + usage.ru_stime
    return used


def _reap(pid: int) -> resource.struct_rusage:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        found, _, usage = os.wait4(pid, os.WNOHANG)
        if found:
            return usage
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return os.wait4(pid, 0)[2]


def _in_child(work: Callable[[], None]) -> None:
    os.waitpid(_fork(work), 0)


def _fork(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        log.configure("json", "error")
        sys.stdout = sys.stderr = open(os.devnull, "w") if not os.environ.get("BENCH_LOUD") else sys.stderr  # noqa: SIM115, PTH123
        work()
    except BaseException:  # noqa: BLE001
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(0)
