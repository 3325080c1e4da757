"""What texts cost Redis with and without an object store, and how long packing and reading them takes.

    python -m bench.packs [--pages 1000] [--store s3://bucket/prefix]

Pages of two articles go through `wiredesk run`; then all that has its outcome is packed (workers/packer.py) and read
again, 64 articles at a time as a batch that judges copies does. Bytes are Redis's own sums of texts and files. Without
`--store` the packs lie in a folder of this machine, so the times are those of packing alone, not of a network.
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

from bench.pages import pages
from bench.processes import server_cpu, sizes
from wiredesk import keys, server
from wiredesk.connection import client
from wiredesk.settings import Settings
from workers import take as takes
from workers.desk import Desk
from workers.packer import Packer

WIREDESK = Path(sys.executable).with_name("wiredesk")
BATCH = 64


def pack(desk: Desk) -> tuple[float, int]:
    """Seconds, and steps."""
    packer, steps, began = Packer(desk, "bench"), 0, time.monotonic()
    while not packer.step():
        steps += 1
    return time.monotonic() - began, steps


def read(desk: Desk, articles: list[str]) -> float:
    """Seconds that a batch takes, the median."""
    spent = []
    for at in range(0, len(articles), BATCH):
        began = time.monotonic()
        takes.load(desk, articles[at : at + BATCH])
        spent.append(time.monotonic() - began)
    return statistics.median(spent)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pages", type=int, default=1000)
    asked.add_argument("--store", default="")
    words = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, server.private() as url, client(url) as redis:
        inbox, store = Path(folder, "in"), words.store or f"file://{folder}/store"
        inbox.mkdir()
        for name, text in pages(words.pages):
            (inbox / name).write_text(text, "utf-8")
        environment = {**os.environ, "WIREDESK_REDIS_URL": url, "WIREDESK_LOG_LEVEL": "error"}
        subprocess.run([WIREDESK, "run", inbox], env=environment, stderr=subprocess.DEVNULL, check=False)
        desk = Desk.open(replace(Settings(), redis_url=url, objects_url=store, objects_after=0))
        articles = [row[b"id"].decode() for s in (keys.ARTICLES, keys.COPIES) for _, row in redis.xrange(s)]
        before, hot = sizes(redis), read(desk, articles)
        busy = server_cpu(redis)
        seconds, steps = pack(desk)
        busy = server_cpu(redis) - busy
        after, cold = sizes(redis), read(desk, articles)
        count = len(articles)
        for kind in ("take", "blob"):
            print(f"{kind}: {before[kind] / count:.0f} bytes of Redis an article, packed {after[kind] / count:.0f}")
        print(f"packed {count / seconds:.0f} articles/s, {1e6 * busy / count:.0f} us of Redis each, {steps} steps")
        print(f"a batch of {BATCH} read in {1e3 * hot:.1f} ms from Redis, {1e3 * cold:.1f} ms from packs")
        desk.close()


if __name__ == "__main__":
    main()
