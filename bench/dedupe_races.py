"""Copies of one story claimed by several worker processes at the same moment: how many stories get two originals.

    python bench/dedupe_races.py [--stories 10000] [--workers 4] [--batch 8] [--naive]

Each process holds its own edited copy of every story, stores its text and claims it, all processes in step. A story
is right when one of its copies is the original and all others name it. `--naive` shows what the same race does to
workers that ask the index first and insert afterwards. Exit status 1 when a story went wrong.
"""

from __future__ import annotations

import argparse
import base64
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from redis import Redis

from newstext.compare import Text
from newstext.fingerprint import features_batch
from wiredesk.server import private
from workers.index import Claimant, Index, Limits, Verdict

ARRIVAL = 1_800_000_000
#: Processes wait this long for each other before a race is given up.
PATIENCE = 60.0


def story(number: int) -> list[str]:
    source = random.Random(number)
    return ["".join(source.choices("aeioulnrst", k=5)) for _ in range(200)]


def copy(number: int, worker: int) -> tuple[str, str]:
    """Id and body of one process's copy: a word changed, a little cut from the end.

    No more than that, since the race is measured and not the recall: of copies with four words changed 3 pairs in
    10,000 share no key at all, whoever comes first.
    """
    source = random.Random(number * 1000 + worker)
    words = story(number)[: 200 - source.randrange(10)]
    words[source.randrange(len(words))] = f"edit{worker}"
    file = base64.b32encode(number.to_bytes(6, "big") + worker.to_bytes(4, "big")).decode().lower()
    return f"{file}-0", " ".join(words)


def claimants(numbers: Sequence[int], worker: int) -> list[Claimant]:
    copies = [copy(number, worker) for number in numbers]
    marks = features_batch(body for _, body in copies)
    return [Claimant(i, mark, body, None, ARRIVAL) for (i, body), mark in zip(copies, marks, strict=True)]


def opened(redis: Redis) -> Index:
    def texts(ids: Sequence[str]) -> list[Text | None]:
        return [Text(body.decode()) if body else None for body in redis.mget([f"text:{i}" for i in ids])]

    return Index(redis, texts, Limits(articles=100_000))


def naive(index: Index, articles: list[Claimant]) -> list[Verdict]:
    """Query first, insert afterwards: what a client without the atomic step does."""
    looked = index.look(articles)
    index.rebuild([a for a, known in zip(articles, looked, strict=True) if not known])
    return [
        Verdict("near", known[0].id, known[0].id) if known else Verdict("original", a.id)
        for a, known in zip(articles, looked, strict=True)
    ]


def race(url: str, worker: int, stories: int, batch: int, careless: bool, gate: Any, results: Any) -> None:
    """One process: its copy of every story, in step with the others."""
    with Redis.from_url(url) as redis:
        index = opened(redis)
        given = []
        for start in range(0, stories, batch):
            articles = claimants(range(start, min(start + batch, stories)), worker)
            redis.mset({f"text:{a.id}": a.body for a in articles})
            gate.wait(PATIENCE)
            verdicts = naive(index, articles) if careless else index.claim(articles)
            given += [
                (start + i, a.id, v.relation, v.story) for i, (a, v) in enumerate(zip(articles, verdicts, strict=True))
            ]
        results.put(given)


def run(stories: int, workers: int, batch: int, careless: bool = False) -> tuple[int, Counter[int]]:
    """Stories that went wrong, and how many stories got how many originals."""
    spawning = multiprocessing.get_context("spawn")
    with private() as url:
        gate, results = spawning.Barrier(workers), spawning.Queue()
        processes = [
            spawning.Process(target=race, args=(url, worker, stories, batch, careless, gate, results))
            for worker in range(workers)
        ]
        for process in processes:
            process.start()
        given = [row for _ in processes for row in results.get(timeout=PATIENCE + stories)]
        for process in processes:
            process.join()
    originals: dict[int, list[str]] = {number: [] for number in range(stories)}
    for number, article, relation, _ in given:
        if relation == "original":
            originals[number].append(article)
    wrong = {n for n, found in originals.items() if len(found) != 1}
    wrong |= {number for number, _, _, named in given if [named] != originals[number]}
    return len(wrong), Counter(len(found) for found in originals.values())


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--stories", type=int, default=10_000)
    arguments.add_argument("--workers", type=int, default=4)
    arguments.add_argument("--batch", type=int, default=8)
    arguments.add_argument("--naive", action="store_true")
    given = arguments.parse_args()
    started = time.monotonic()
    wrong, originals = run(given.stories, given.workers, given.batch, given.naive)
    print(f"{given.stories} stories, {given.workers} copies each at once: {wrong} went wrong")
    print("originals a story: " + ", ".join(f"{n}: {count}" for n, count in sorted(originals.items())))
    print(f"{time.monotonic() - started:.1f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
