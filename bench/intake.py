"""What a producer reaches: files a second into Redis on this machine, beside what a bare client could do.

    python bench/intake.py [files] [rounds]

Each round runs every contender once on an emptied Redis; the medians of the rounds are printed, and ratios within the
rounds, since a machine's speed differs from minute to minute. The files are 4 KB of words (they compress as text does).
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from redis import Redis

from producers import Desk, Item
from wiredesk import server
from wiredesk.connection import client
from wiredesk.settings import Settings

FILES, ROUNDS = 8_000, 5
SIZE = 4096
#: Commands of the bare client in one round trip: as many as `submit_many` sends.
BATCH = 64
#: One by one each file costs a round trip; fewer of them take as long.
FEWER = 8


def pages(count: int) -> list[bytes]:
    pick = random.Random(1)
    words = ["".join(pick.choices("abcdefghijklmnopqrstuvwxyz", k=pick.randint(2, 11))) for _ in range(5_000)]
    return [" ".join(pick.choices(words, k=SIZE // 5))[:SIZE].encode() for _ in range(count)]


def bare(redis: Redis, files: list[bytes]) -> None:
    """SET and RPUSH of each file, pipelined: nothing hashed, packed, described or checked."""
    for start in range(0, len(files), BATCH):
        with redis.pipeline(transaction=False) as pipe:
            for n, data in enumerate(files[start : start + BATCH], start):
                pipe.set(f"bare:{n}", data)
                pipe.rpush("bare:queue", f"job-{n}")
            pipe.execute()


def items(files: list[bytes]) -> Iterator[Item]:
    return (Item(data, url=f"https://example.org/story/{n}") for n, data in enumerate(files))


def rate(redis: Redis, count: int, run: Callable[[], object]) -> float:
    redis.flushall()
    began = time.perf_counter()
    run()
    return count / (time.perf_counter() - began)


def measure(redis: Redis, desk: Desk, files: list[bytes]) -> dict[str, float]:
    few = files[: len(files) // FEWER]
    return {
        "bare SET+RPUSH, pipelined": rate(redis, len(files), lambda: bare(redis, files)),
        "submit_many": rate(redis, len(files), lambda: desk.submit_many(items(files))),
        "submit, one by one": rate(redis, len(few), lambda: [desk.submit(i.data, url=i.url) for i in items(few)]),
    }


def main(count: int = FILES, rounds: int = ROUNDS) -> None:
    files = pages(count)
    with server.private() as url, Desk(url, settings=Settings()) as desk:
        redis = client(url)
        found = [measure(redis, desk, files) for _ in range(rounds)]
    for name in found[0]:
        median = statistics.median(r[name] for r in found)
        share = statistics.median(r[name] / r["bare SET+RPUSH, pipelined"] for r in found)
        print(f"{name:28s} {median:9,.0f} files/s   {share:6.1%} of bare")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
