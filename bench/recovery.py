"""From the SIGKILL of a worker in the middle of a batch until its job runs again, with the default settings.

    python -m bench.recovery [--kills 40]

Ten workers at a time run one job each, are killed at random moments, and two more find what they left. Times are the
server's. Prints the median, the 95th percentile and the longest.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from redis import Redis

from bench.processes import fork
from producers.desk import Desk as Producer
from wiredesk.connection import client
from wiredesk.server import private
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.effects import Effects, Part
from workers.runner import work
from workers.stage import Call, Stage

AT_ONCE = 10
PATIENCE = 30.0


def _run(desk: Desk, calls: Sequence[Call]) -> list[Effects]:
    """The first start of a job takes for ever; each start is noted by the server's clock."""
    for call in calls:
        if desk.queues.rpush(f"starts:{call.id}", _now(desk.queues)) == 1:
            desk.queues.set(f"runs:{call.id}", os.getpid())
            time.sleep(1e6)
    return [Effects(parts=(Part(call.args[0], 0, 0, True),)) for call in calls]


STAGES = (Stage("split", _run),)


def _now(redis: Redis) -> float:
    seconds, micros = redis.time()
    return float(seconds) + float(micros) / 1e6


def _live(url: str) -> None:
    work("split", Desk.open(replace(Settings(), redis_url=url, batch=1)), STAGES)


def measure(url: str) -> list[float]:
    """One round: the seconds of each kill."""
    redis = client(url)
    redis.flushall()
    victims = [fork(partial(_live, url)) for _ in range(AT_ONCE)]
    producer = Producer(url, settings=replace(Settings(), redis_url=url))
    jobs = {f"split-{producer.submit(b'%d' % n, name=str(n)).file}-0" for n in range(AT_ONCE)}
    _until(lambda: all(redis.exists(f"runs:{job}") for job in jobs))
    finders = [fork(partial(_live, url)) for _ in range(2)]
    time.sleep(2)
    killed = {}
    for job in jobs:
        time.sleep(random.uniform(0, 0.5))
        killed[job] = _now(redis)
        os.kill(int(redis.get(f"runs:{job}")), signal.SIGKILL)
    _until(lambda: all(redis.llen(f"starts:{job}") > 1 for job in jobs))
    for pid in finders:
        os.kill(pid, signal.SIGTERM)
    for pid in (*victims, *finders):
        os.waitpid(pid, 0)
    return [float(redis.lindex(f"starts:{job}", 1)) - moment for job, moment in killed.items()]


def _until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the jobs did not come back")
        time.sleep(0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time until a killed worker's job runs again")
    parser.add_argument("--kills", type=int, default=40)
    kills = parser.parse_args().kills
    with private() as url:
        seconds = sorted(s for _ in range(max(1, kills // AT_ONCE)) for s in measure(url))
    print(
        f"{len(seconds)} kills: median {statistics.median(seconds):.1f} s, "
        f"p95 {seconds[int(0.95 * len(seconds)) - 1]:.1f} s, longest {seconds[-1]:.1f} s"
    )


if __name__ == "__main__":
    main()
