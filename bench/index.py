"""What the near-duplicate index costs Redis: CPU and round trips for a new article, bytes for a remembered one.

    uv run --group bench python bench/index.py [--articles 1000000] [--batch 64] [--beside 2000]

Claims articles with random fingerprints like those of 500 words (nine keys), so that each is new, on a private Redis.
Prints, at 10,000, 100,000 ... articles, the server's CPU an article over the last tenth of them, and the bytes that a
remembered article takes; then the same for datasketch's MinHash LSH on a Redis of the same kind, in the same run.
"""

from __future__ import annotations

import argparse
import base64
import random
import time
from collections.abc import Iterator

from datasketch import MinHash, MinHashLSH
from processes import server_cpu
from redis import Redis

from newstext.fingerprint import SKETCH, Fingerprint
from wiredesk.server import private
from workers.index import Claimant, Index, Limits

KEYS_AN_ARTICLE = 9
PERMUTATIONS = 112


def articles(count: int, seed: int = 1) -> Iterator[Claimant]:
    source = random.Random(seed)
    for i in range(count):
        file = base64.b32encode(source.randbytes(10)).decode().lower()
        keys = tuple(source.getrandbits(64) for _ in range(KEYS_AN_ARTICLE))
        mark = Fingerprint(source.randbytes(16).hex(), keys, source.randbytes(SKETCH), 490, 500)
        yield Claimant(f"{file}-{i % 20}", mark, "", None, 1_800_000_000 + i / 10)


def calls(redis: Redis) -> int:
    return sum(int(s["calls"]) for name, s in redis.info("commandstats").items() if "eval" in name)


def ours(count: int, batch: int) -> None:
    marks = [10_000 * 10**i for i in range(10) if 10_000 * 10**i <= count]
    with private() as url, Redis.from_url(url) as redis:
        index = Index(redis, lambda ids: [None] * len(ids), Limits(articles=count))
        empty = redis.info("memory")["used_memory"]
        waiting: list[Claimant] = []
        begun = (0, 0.0, 0)
        print("articles    us of Redis CPU each    round trips each    bytes each (capacity)    wall us each")
        started = time.perf_counter()
        for i, article in enumerate(articles(count), 1):
            waiting.append(article)
            if len(waiting) == batch or i in marks:
                index.claim(waiting)
                waiting.clear()
            if any(i == mark - mark // 10 for mark in marks):
                begun = (i, server_cpu(redis), calls(redis))
                started = time.perf_counter()
            if i in marks:
                some = i - begun[0]
                spent, trips = (server_cpu(redis) - begun[1]) / some * 1e6, (calls(redis) - begun[2]) / some * batch
                size = (redis.info("memory")["used_memory"] - empty) / count
                wall = (time.perf_counter() - started) / some * 1e6
                print(f"{i:9,d} {spent:18.1f} {trips / batch:20.3f} {size:20.0f} {wall:20.1f}", flush=True)


def theirs(count: int) -> None:
    """The LSH of datasketch with 112 permutations on Redis, as its documentation sets it up."""
    source = random.Random(2)
    with private() as url, Redis.from_url(url) as redis:
        storage = {"type": "redis", "basename": b"lsh", "redis": {"unix_socket_path": url.removeprefix("unix://")}}
        index = MinHashLSH(threshold=0.5, num_perm=PERMUTATIONS, storage_config=storage)
        empty, spent, before = redis.info("memory")["used_memory"], server_cpu(redis), commands(redis)
        for number in range(count):
            signature = MinHash(num_perm=PERMUTATIONS)
            signature.update_batch([source.randbytes(8) for _ in range(50)])
            if not index.query(signature):
                index.insert(f"article-{number}", signature)
        size = (redis.info("memory")["used_memory"] - empty) / count
        each, sent = (server_cpu(redis) - spent) / count * 1e6, (commands(redis) - before) / count
    print(f"datasketch, {count:,d} articles: {each:.0f} us, {sent:.0f} commands, {size:,.0f} bytes each")


def commands(redis: Redis) -> int:
    return int(redis.info("stats")["total_commands_processed"])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=1_000_000)
    arguments.add_argument("--batch", type=int, default=64)
    arguments.add_argument("--beside", type=int, default=2_000)
    given = arguments.parse_args()
    ours(given.articles, given.batch)
    theirs(given.beside)


if __name__ == "__main__":
    main()
