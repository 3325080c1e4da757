"""What an article costs, and how that grows with cores: the figures that deploy/SCALING.md and `wiredesk plan` rest on.

    python bench/scale.py [--pages 2500] [--rounds 1]

In one run: `wiredesk run` on one core and on two, and the same pure functions in a plain multiprocessing pool on two,
without queue, index or Redis. Rates count from the first to the last published article's file; starts are not counted.
Prints articles a second, their ratios, CPU an article by side beside what the plan counts with, Redis's CPU, commands
and bytes an article, and the largest worker. Wants a machine to itself.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wiredesk.settings import one_thread

one_thread()  # as in a worker; before NumPy is imported

import msgspec  # noqa: E402
from pages import pages  # noqa: E402
from processes import sizes  # noqa: E402

from newstext.article import Origin  # noqa: E402
from newstext.extract import extract  # noqa: E402
from newstext.fingerprint import features_batch  # noqa: E402
from newstext.formats import prepare, read  # noqa: E402
from newstext.source import Source  # noqa: E402
from wiredesk import capacity, keys, server  # noqa: E402
from wiredesk.connection import client  # noqa: E402

WIREDESK = Path(sys.executable).with_name("wiredesk")
STREAMS = (keys.ARTICLES, keys.COPIES)

#: Pages that the pool's processes take at a time, as a worker's batch has under load.
BATCH = 16


class Cost(NamedTuple):
    """A run's articles a second; an article's us, commands, bytes by kind of key; a worker's `memory` in MB."""

    rate: float
    workers_us: float
    redis_us: float
    commands: float
    bytes: dict[str, float]
    memory: float


def through(texts: Sequence[str], cores: set[int], before: Callable[[Any], object] | None = None) -> Cost:
    """`wiredesk run` on these cores, Redis among them; `before` may first put something into that Redis."""
    with tempfile.TemporaryDirectory() as folder, server.private() as url, client(url) as redis:
        for number, text in enumerate(texts):
            Path(folder, f"{number:06}.txt").write_text(text, "utf-8")
        os.sched_setaffinity(int(redis.info("server")["process_id"]), cores)
        if before:
            before(redis)
        began, used = redis.info("everything"), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [WIREDESK, "run", folder, "--workers", str(len(cores))],
            env={**os.environ, "WIREDESK_REDIS_URL": url, "WIREDESK_LOG_LEVEL": "error"},
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
            stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        after, spent = redis.info("everything"), resource.getrusage(resource.RUSAGE_CHILDREN)
        articles = sum(redis.xlen(stream) for stream in STREAMS)
        seconds, kept = _span(redis), {kind: size / articles for kind, size in sizes(redis).items()}
    cpu = spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime
    redis_cpu = sum(after[name] - began[name] for name in ("used_cpu_user", "used_cpu_sys"))
    each = 1e6 / articles
    return Cost(
        articles / seconds, cpu * each, redis_cpu * each,
        (after["total_commands_processed"] - began["total_commands_processed"]) / articles,
        kept, spent.ru_maxrss / 1024,
    )  # fmt: skip


def _span(redis: Any) -> float:
    """Seconds from the first published article to the last."""
    ends = [int(entry[0].partition(b"-")[0]) for stream in STREAMS for look in (redis.xrange, redis.xrevrange)
            for entry in look(stream, count=1)]  # fmt: skip
    return (max(ends) - min(ends)) / 1000


def pure(texts: Sequence[str]) -> int:
    """What the stages do with some pages, without anything around it; articles."""
    sources = [Source.of(text.encode(), "page.txt") for text in texts]
    prepare(sources)
    drafts = [draft for source in sources for unit in read(source) for draft in unit.drafts]
    features_batch([draft.body for draft in drafts])
    for draft in drafts:
        msgspec.json.encode(extract(draft, Origin(name="page.txt")))
    return len(drafts)


def pooled(texts: Sequence[str], processes: int) -> float:
    """Articles a second of a plain pool; its start is not counted."""
    batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
    with multiprocessing.Pool(processes) as pool:
        pool.map(pure, batches[:processes], chunksize=1)
        began = time.monotonic()
        articles = sum(pool.imap_unordered(pure, batches))
        return articles / (time.monotonic() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2500)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))[:2]
    rounds = []
    for number in range(args.rounds):
        texts = [text for _, text in pages(args.pages, number)]
        rounds.append(
            (
                through(texts, {cores[0]}),
                through(texts, set(cores)),
                pooled(texts, 2),
                pooled(texts[: len(texts) // 2], 1),
            )
        )
    one, two = (sorted((r[i] for r in rounds), key=lambda cost: cost.rate)[len(rounds) // 2] for i in (0, 1))
    pool, alone = (statistics.median(r[i] for r in rounds) for i in (2, 3))
    print(f"one core {one.rate:.0f} articles/s, two {two.rate:.0f}: {two.rate / one.rate:.2f}x")
    print(f"plain pool {pool:.0f} articles/s: the desk reaches {two.rate / pool:.0%} of it")
    print(f"one process of the pool {alone:.0f} articles/s: the machine's second core gives {pool / alone:.2f}x")
    print(
        f"an article: {two.workers_us:.0f} us of workers, {two.redis_us:.0f} us of Redis, {two.commands:.1f} commands"
    )
    planned = sum(capacity.MEASURED.stages.values())
    print(
        f"`wiredesk plan` counts with {planned:.0f} us of workers and {capacity.MEASURED.redis_us:.0f} us of Redis: "
        f"{planned / two.workers_us:.2f} and {capacity.MEASURED.redis_us / two.redis_us:.2f} of this run"
    )
    print("bytes: " + ", ".join(f"{kind} {size:.0f}" for kind, size in sorted(two.bytes.items()) if size >= 1))
    print(f"largest process {two.memory:.0f} MB")


if __name__ == "__main__":
    main()
