"""The runner against stock RQ and other task queues: a no-op chain of four stages, one job an article and stage.

    uv sync --group bench
    python -m bench.queue [--articles 10000] [--rounds 3] [--only NAME ...]

All in one run on one Redis, medians of the rounds. What counts is articles per second of worker CPU, and Redis CPU a
job: wall time says more about the machine. An engine that is not installed is named and left out.
"""

from __future__ import annotations

import argparse
from statistics import median

from bench.queue import ours, stock
from bench.queue.measure import Cost, Engine, measure
from bench.queue.peers import PEERS
from wiredesk.server import private

ENGINES: tuple[Engine, ...] = (ours.ENGINE, stock.SIMPLE, stock.FORKING, *PEERS)


def main() -> None:
    parser = argparse.ArgumentParser(description="Cost of a job in several task queues")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[])
    wanted = parser.parse_args()
    engines = [e for e in ENGINES if not wanted.only or any(word in e.name for word in wanted.only)]
    costs: dict[str, list[Cost]] = {engine.name: [] for engine in engines}
    with private() as url:
        for _ in range(wanted.rounds):
            for engine in engines:
                try:
                    costs[engine.name].append(measure(engine, url, wanted.articles))
                except (ImportError, TimeoutError) as error:
                    print(f"{engine.name}: {error}")
    print(f"{'':<20}{'articles/CPU-s':>16}{'of ours':>10}{'Redis us/job':>14}{'articles':>10}")
    best = median(c.per_cpu_second for c in costs[ours.ENGINE.name]) if costs.get(ours.ENGINE.name) else 0.0
    for name, found in costs.items():
        if found:
            rate, redis = median(c.per_cpu_second for c in found), median(c.redis_us_per_job for c in found)
            print(f"{name:<20}{rate:>16,.0f}{best / rate:>9.1f}x{redis:>14.1f}{found[0].articles:>10,}")


if __name__ == "__main__":
    main()
