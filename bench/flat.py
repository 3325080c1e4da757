"""Whether an article costs more, and a worker takes more memory, the more has gone before.

    python bench/flat.py cost [--remembered 1000 300000] [--pages 1250] [--rounds 2]
    python bench/flat.py memory [--articles 300000] [--every 50000]

`cost`: `wiredesk run` on two cores with so many stories in the near-duplicate index, one size after the other in each
round; prints the medians of workers' and Redis's microseconds an article. `memory`: a worker for each stage, pages
until so many articles are published; prints what each worker holds (MB) as they go by, and at most held. Wants a
machine to itself for `cost`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from limit import seed
from pages import pages
from scale import STREAMS, WIREDESK, through

from producers import Desk as Producer
from producers import Item
from wiredesk import keys, server
from wiredesk.connection import client
from wiredesk.process import end_with_parent

#: Files under way: enough for full batches, few enough that what is measured is near what was submitted.
OPEN = 400


def cost(remembered: list[int], count: int, rounds: int) -> None:
    cores = set(sorted(os.sched_getaffinity(0))[:2])
    found: dict[int, list[tuple[float, float]]] = {size: [] for size in remembered}
    for number in range(rounds):
        texts = [text for _, text in pages(count, number)]
        for size in remembered:
            seen = through(texts, cores, partial(seed, articles=size))
            found[size].append((seen.workers_us, seen.redis_us))
            print(f"round {number}, {size:,}: {seen.workers_us:.0f} + {seen.redis_us:.0f} us", file=sys.stderr)
    sums = {size: [statistics.median(side) for side in zip(*seen, strict=True)] for size, seen in found.items()}
    for size, (workers, redis) in sums.items():
        ratio = (workers + redis) / sum(sums[remembered[0]])
        print(f"{size:>9,} remembered: {workers:.0f} us of workers, {redis:.0f} us of Redis, {ratio:.2f} of the first")


def memory(articles: int, every: int) -> None:
    with server.private() as url, client(url) as redis, Producer(url) as producer:
        work = subprocess.Popen(
            [WIREDESK, "work"], env={**os.environ, "WIREDESK_REDIS_URL": url, "WIREDESK_LOG_LEVEL": "error"},
            preexec_fn=end_with_parent,  # noqa: PLW1509  (one prctl call, nothing that locks)
        )  # fmt: skip
        texts, began, due = _endless(), time.monotonic(), every
        while (seen := _articles(redis)) < articles:
            if seen >= due:
                due += every
                print(f"{seen:>9,} articles, {time.monotonic() - began:,.0f} s: {_held(redis, 'VmRSS')}", flush=True)
            if redis.zcard(keys.OPEN) < OPEN:
                producer.submit_many(Item(text.encode(), name=name) for name, text in islice(texts, OPEN // 4))
            else:
                time.sleep(0.1)
        print(f"{seen:>9,} articles, {time.monotonic() - began:,.0f} s: {_held(redis, 'VmRSS')}")
        print(f"at most: {_held(redis, 'VmHWM')}")
        work.terminate()
        work.wait()


def _endless() -> Iterator[tuple[str, str]]:
    number = 0
    while True:
        yield from pages(1000, number)
        number += 1


def _articles(redis: Any) -> int:
    return sum(int(redis.xlen(stream)) for stream in STREAMS)


def _held(redis: Any, size: str) -> str:
    """MB of each stage's worker: `size` as /proc names it. A worker that took another's place says so by its number."""
    rows = [redis.hmget(name, "queues", "pid") for name in sorted(redis.smembers("rq:workers"))]
    return ", ".join(f"{queue.decode()} {_megabytes(int(pid), size):.0f} (pid {int(pid)})" for queue, pid in rows)


def _megabytes(pid: int, size: str) -> float:
    (line,) = (row for row in Path(f"/proc/{pid}/status").read_text().splitlines() if row.startswith(f"{size}:"))
    return int(line.split()[1]) * 1024 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("cost", "memory"))
    parser.add_argument("--remembered", type=int, nargs="+", default=[1_000, 300_000])
    parser.add_argument("--pages", type=int, default=1250)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--articles", type=int, default=300_000)
    parser.add_argument("--every", type=int, default=50_000)
    args = parser.parse_args()
    if args.what == "cost":
        cost(args.remembered, args.pages, args.rounds)
    else:
        memory(args.articles, args.every)


if __name__ == "__main__":
    main()
