"""Hot buckets: what shared passages cost the near-duplicate index, and whether they hide true copies.

    python bench/index_hot.py [--stories 4000]

Three scenes on an index of their own each, the same stories of 300 words in all of them, each of which comes once more
in other dress (every 25th word changed) when all have come:

* plain: the stories have nothing in common;
* boilerplate: every story ends with the same passages, made of the 5-word runs whose hashes are the lowest of many,
  so that they are keys of all stories;
* flood: before the copies come, FLOOD other texts for each of some stories quote just what its keys are made of.

Prints Redis's and the worker's CPU for each article, beside the plain scene, and the copies that found their story.
"""

from __future__ import annotations

import argparse
import base64
import random
import time
from collections.abc import Iterator, Sequence

import numpy as np
from redis import Redis

from newstext.compare import Text
from newstext.fingerprint import LEAD, features_batch
from newstext.shingles import salt, shingles, words
from wiredesk.server import private
from workers.index import Claimant, Index, Limits

WORDS, RUN = 300, 5
#: Runs of the boilerplate, lowest of so many: they are keys of every story, two of its eight.
SHARED, TRIED = 2, 60_000
FLOOD, FLOODED = 40, 25
BATCH = 64
Body = list[str]
#: Microseconds of CPU an article: Redis, worker.
Cost = tuple[float, float]


def prose(source: random.Random, count: int) -> Body:
    return ["".join(source.choices("aeioulnrst", k=5)) for _ in range(count)]


def lowest_runs(text: Body, count: int) -> list[Body]:
    """The runs of a text that have its lowest hashes."""
    key = salt()
    hashes = shingles(words([" ".join(text)], key).hashes, RUN, key)
    return [text[i : i + RUN] for i in np.argsort(hashes)[:count].tolist()]


def dressed(text: Body, source: random.Random) -> Body:
    """A copy with every 25th word changed."""
    return [*(word if i % 25 else prose(source, 1)[0] for i, word in enumerate(text))]


def quoting(story: Body, source: random.Random) -> Body:
    """Another text that has the story's keys: what its lead's and its whole's lowest hashes are made of."""
    runs = lowest_runs(story[: LEAD + RUN - 1], 3) + lowest_runs(story, 8)
    return [word for run in runs for word in [*run, *prose(source, 14)]]


class Scene:
    """An index, and what it was told of: `found` of `copies` were given to their story."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._texts: dict[str, Text] = {}
        self._index = Index(redis, lambda ids: [self._texts.get(i) for i in ids], Limits(articles=200_000))
        self._source = random.Random(1)
        self.articles = 0

    def claim(self, bodies: Sequence[Body]) -> list[tuple[str, str]]:
        """Id and story of each."""
        claims = list(self._claimants(bodies))
        told = []
        for start in range(0, len(claims), BATCH):
            told += self._index.claim(claims[start : start + BATCH])
        self.articles += len(claims)
        return [(claim.id, verdict.story) for claim, verdict in zip(claims, told, strict=True)]

    def cost(self) -> tuple[float, float]:
        """Seconds of CPU so far: Redis's, this process's."""
        used = self._redis.info("cpu")
        return float(used["used_cpu_user"]) + float(used["used_cpu_sys"]), time.process_time()

    def _claimants(self, bodies: Sequence[Body]) -> Iterator[Claimant]:
        texts = [" ".join(body) for body in bodies]
        for text, mark in zip(texts, features_batch(texts), strict=True):
            article = base64.b32encode(self._source.randbytes(10)).decode().lower() + "-0"
            self._texts[article] = Text(text, None, None)
            yield Claimant(article, mark, text, None, 1_800_000_000.0)


def play(name: str, stories: Sequence[Body], floods: Sequence[Body], base: Cost | None) -> Cost:
    """Claim the stories, the flood and the copies; print and give what an article cost (us)."""
    source = random.Random(2)
    copies = [dressed(story, source) for story in stories]
    with private() as url, Redis.from_url(url) as redis:
        scene = Scene(redis)
        scene.claim([prose(source, WORDS) for _ in range(2_000)])  # tables are allocated
        marks = [(scene.articles, *scene.cost())]
        first = scene.claim(stories)
        scene.claim(floods)
        second = scene.claim(copies)
        marks.append((scene.articles, *scene.cost()))
    (before, *spent), (after, *then) = marks
    server, worker = (1e6 * (b - a) / (after - before) for a, b in zip(spent, then, strict=True))
    found = sum(copy == story for (_, copy), (_, story) in zip(second, first, strict=True))
    ratio = f"{server / base[0]:4.1f} x {worker / base[1]:4.1f} x" if base else ""
    print(
        f"{name:<12} {server:7.0f} us of Redis, {worker:7.0f} us of the worker an article  {ratio:14}"
        f" {found} of {len(stories)} copies found",
        flush=True,
    )
    return server, worker


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--stories", type=int, default=4_000)
    count = arguments.parse_args().stories
    source = random.Random(3)
    stories = [prose(source, WORDS) for _ in range(count)]
    passages = [word for run in lowest_runs(prose(source, TRIED), SHARED) for word in run]
    floods = [quoting(story, source) for story in stories[:FLOODED] for _ in range(FLOOD)]
    base = play("plain", stories, [], None)
    play("boilerplate", [story + passages for story in stories], [], base)
    play("flood", stories, floods, base)


if __name__ == "__main__":
    main()
