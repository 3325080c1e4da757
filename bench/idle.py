"""What a fleet costs that has nothing to do: CPU of all workers together, CPU and commands of Redis.

    python -m bench.idle [--each 5] [--seconds 60]

`--each` workers for each of the four stages. Percent are of one core.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from dataclasses import replace
from functools import partial

from redis import Redis

from bench.latency import NO_OP
from bench.processes import fork, server_cpu
from bench.queue.measure import STAGES
from wiredesk.connection import client
from wiredesk.server import private
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner import work

#: A fleet's ticks find their slower pace within this.
SETTLE = 8.0
TICKS = os.sysconf("SC_CLK_TCK")


def _live(stage: str, url: str) -> None:
    work(stage, Desk.open(replace(Settings(), redis_url=url)), NO_OP)


def _cpu(pid: int) -> float:
    """Seconds of CPU that a living process has used."""
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as stat:  # noqa: PTH123
        main = int(stat.read().split()[0]) / 1e9
    others = 0.0
    for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
        if int(thread) != pid:
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as stat:  # noqa: PTH123
                others += int(stat.read().split()[0]) / 1e9
    return main + others


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost of an idle fleet")
    parser.add_argument("--each", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60.0)
    wanted = parser.parse_args()
    with private() as url:
        redis = client(url)
        pids = [fork(partial(_live, stage, url)) for stage in STAGES for _ in range(wanted.each)]
        time.sleep(SETTLE)
        workers, server, commands = sum(map(_cpu, pids)), server_cpu(redis), _commands(redis)
        time.sleep(wanted.seconds)
        workers, server = sum(map(_cpu, pids)) - workers, server_cpu(redis) - server
        commands = _commands(redis) - commands
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
        for pid in pids:
            os.waitpid(pid, 0)
    print(f"{len(pids)} idle workers, {wanted.seconds:.0f} s")
    print(f"  workers   {100 * workers / wanted.seconds:6.2f} % of a core")
    print(f"  redis     {100 * server / wanted.seconds:6.2f} % of a core")
    print(f"  commands  {commands / wanted.seconds:6.1f} a second, those inside scripts counted, too")


def _commands(redis: Redis) -> int:
    return int(redis.info("stats")["total_commands_processed"])


if __name__ == "__main__":
    main()
