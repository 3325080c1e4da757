"""`wiredesk run` against the same stage functions on stock forking RQ workers, and the time to the first article.

    python bench/run.py [--pages 1000] [--stock-pages 60] [--rounds 3]

Both sides take the same kind of pages with the same number of worker processes (one a stage) on a private Redis. The
stock side is `rq worker` as it comes, apart from the JSON serializer that our jobs need. Prints medians and the ratio.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from pages import pages

from producers import Desk, Item
from wiredesk import keys, server
from wiredesk.connection import client
from wiredesk.settings import Settings
from workers.table import NAMES

BIN = Path(sys.executable).parent
#: A stock worker that has not finished by then is counted as far as it got.
STOCK_SECONDS = 300.0


def ours(count: int, seed: int) -> tuple[float, float]:
    """(articles a second over the whole command, seconds to the first published article)."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in pages(count, seed):
            Path(folder, name).write_text(text, "utf-8")
        out = Path(folder, ".out.jsonl")
        began = time.monotonic()
        process = subprocess.Popen([BIN / "wiredesk", "run", folder, "--out", out], stderr=subprocess.DEVNULL)
        first = None
        while process.poll() is None:
            if first is None and out.exists() and out.stat().st_size:
                first = time.monotonic() - began
            time.sleep(0.01)
        seconds = time.monotonic() - began
        articles = sum(1 for _ in out.open("rb"))
    return articles / seconds, first if first is not None else seconds


def stock(count: int, seed: int) -> float:
    """Articles a second from the first to the last published entry, start of the workers not counted."""
    with server.private() as url:
        redis = client(url)
        producer = Desk(settings=replace(Settings(), redis_url=url))
        producer.submit_many(Item(text.encode(), name) for name, text in pages(count, seed))
        command = [BIN / "rq", "worker", "--url", url, "--serializer", "wiredesk.serializer.JSONSerializer", "--quiet"]
        environment = os.environ | {"WIREDESK_REDIS_URL": url, "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES"}
        workers = [subprocess.Popen([*command, stage], env=environment, stderr=subprocess.DEVNULL) for stage in NAMES]
        began, until = 0.0, time.monotonic() + STOCK_SECONDS
        while redis.zcard(keys.OPEN) and time.monotonic() < until:
            if not began and redis.llen("rq:queue:split") < count:
                began = time.monotonic()
            time.sleep(0.02)
        seconds = time.monotonic() - began
        articles = redis.xlen(keys.ARTICLES) + redis.xlen(keys.COPIES)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()
    return articles / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--stock-pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    rows = []
    for number in range(args.rounds):
        rate, _ = ours(args.pages, number)
        _, first = ours(5, number)
        slow = stock(args.stock_pages, number)
        rows.append((rate, slow, rate / slow, first))
        print(
            f"round {number + 1}: {rate:.0f} articles/s, stock {slow:.1f}, ratio {rate / slow:.1f}, first {first:.2f} s"
        )
    rate, slow, ratio, first = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"median: run {rate:.0f} articles/s, stock {slow:.1f}, ratio {ratio:.1f}, first article after {first:.2f} s")


if __name__ == "__main__":
    main()
