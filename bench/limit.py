"""Where one Redis ends: simulated workers, which send what the stages send and do no text work.

    python bench/limit.py [--files 3000] [--workers 1] [--seed 0]

Files of two articles go through the real runner, claims on the near-duplicate index and streams included; takes,
fingerprints and records are made up, of the usual sizes (`bench/scale.py`). `--seed` so many articles are in the index
before. Prints articles a second, the share of its core that Redis took, and its time an article: an end is reached
where the share is whole, whatever the workers do. `--commands` adds the calls an article, by command.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from processes import fork, server_cpu

from newstext.fingerprint import SKETCH, Fingerprint
from producers import Desk as Producer
from producers import Item
from wiredesk import ids, keys
from wiredesk.connection import client
from wiredesk.server import private
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.effects import Effects, Next, Part, Publication, Write
from workers.index import Claimant, Index, Limits
from workers.runner import work
from workers.stage import Call, Stage

#: Bytes of a take, of an entry's record, of a file: as `bench/scale.py` finds them on pages.
TAKE, RECORD, FILE = 1_840, 4_000, 2_000
ARTICLES = 2
#: What a stage adds up for its file, beside the time it took.
TALLY = {"chars_article": 5000, "chars_furniture": 900, "chars_unassigned": 10, "reached": FILE, "us_split": 9000}
ROUTED = {"relation": "original", "language": "en", "publisher": "The Paper", "published": "2024-05-01", "version": "1"}


def split(desk: Desk, calls: Sequence[Call]) -> list[Effects]:
    with desk.queues.pipeline(transaction=False) as pipe:
        for call in calls:
            pipe.hmget(keys.file(call.args[0]), ["info", "reached"])
        pipe.execute()
    return [_split(call.args[0]) for call in calls]


def _split(file: str) -> Effects:
    found = [ids.article_id(file, n) for n in range(ARTICLES)]
    part = Part(file, 0, ARTICLES, last=True, tally=TALLY)
    return Effects(
        tuple(map(_take, found)), tuple(_job("fingerprint", a) for a in found), (part,), value={"articles": ARTICLES}
    )


def fingerprint(desk: Desk, calls: Sequence[Call]) -> list[Effects]:
    desk.texts.mget([keys.take(call.args[0]) for call in calls])
    Index(desk.index, _no_texts, LIMITS).claim(list(_claimants([call.args[0] for call in calls])))
    return [_handed("extract", call.args[0]) for call in calls]


def extract(desk: Desk, calls: Sequence[Call]) -> list[Effects]:
    desk.texts.mget([keys.take(call.args[0]) for call in calls])
    return [_handed("publish", call.args[0]) for call in calls]


def publish(desk: Desk, calls: Sequence[Call]) -> list[Effects]:
    desk.texts.mget([keys.take(call.args[0]) for call in calls])
    return [_publication(call.args[0]) for call in calls]


STAGES = tuple(Stage(run.__name__, run) for run in (split, fingerprint, extract, publish))
LIMITS = Limits()


def _take(article: str) -> Write:
    return Write(keys.take(article), os.urandom(TAKE), 3600)


def _job(stage: str, article: str) -> Next:
    return Next(stage, ids.article_job(stage, article), [article], f"{stage} page.txt#0")


def _handed(stage: str, article: str) -> Effects:
    return Effects((_take(article),), (_job(stage, article),))


def _publication(article: str) -> Effects:
    file, position = ids.place(article)
    fields = {"body": os.urandom(RECORD), "id": article, "story": article, **ROUTED}
    fields |= {
        f"ce-{n}": "some words of an envelope" for n in ("specversion", "id", "source", "type", "time", "subject")
    }
    spent = {"us_fingerprint": 900, "us_extract": 3000}
    return Effects(publications=(Publication(file, position, keys.ARTICLES, fields, spent),))


def _claimants(articles: Sequence[str]) -> Iterator[Claimant]:
    """New stories, with nine keys of their own each."""
    for article in articles:
        pick = np.random.default_rng()
        drawn = tuple(int(key) for key in pick.integers(1 << 63, size=9))
        mark = Fingerprint(pick.bytes(16).hex(), drawn, pick.bytes(SKETCH), 400, 420)
        yield Claimant(article, mark, "", None, time.time())


def _no_texts(articles: Sequence[str]) -> list[None]:
    return [None] * len(articles)


def seed(redis: Any, articles: int) -> None:
    """So many originals into the index, as a desk that has run for a while has them."""
    names = (ids.article_id(ids.file_id(str(n), "seed"), 0) for n in range(articles))
    Index(redis, _no_texts, LIMITS).rebuild(_claimants_of(names))


def _claimants_of(articles: Iterator[str]) -> Iterator[Claimant]:
    for article in articles:
        yield from _claimants([article])


def _live(stage: Stage, url: str) -> None:
    work(stage.name, Desk.open(replace(Settings(), redis_url=url)), STAGES)


def _calls(redis: Any) -> dict[str, int]:
    return {name.removeprefix("cmdstat_"): row["calls"] for name, row in redis.info("commandstats").items()}


def through(url: str, files: int, workers: int) -> tuple[float, float, dict[str, float]]:
    """Articles a second, Redis's seconds an article, its commands an article."""
    redis = client(url)
    items = [Item(os.urandom(FILE // 2).hex().encode(), name=f"{n}.txt") for n in range(files)]
    cpu, calls, began = server_cpu(redis), _calls(redis), time.monotonic()
    Producer(url, settings=replace(Settings(), redis_url=url)).submit_many(items)
    crew = [fork(partial(_live, stage, url)) for stage in STAGES for _ in range(workers)]
    _until(lambda: redis.xlen(keys.FILES) >= files)
    seconds, spent, after = time.monotonic() - began, server_cpu(redis) - cpu, _calls(redis)
    for pid in crew:
        os.kill(pid, signal.SIGTERM)
    for pid in crew:
        os.waitpid(pid, 0)
    articles = redis.xlen(keys.ARTICLES)
    each = {name: (n - calls.get(name, 0)) / articles for name, n in after.items()}
    return articles / seconds, spent / articles, each


def _until(done: Callable[[], bool]) -> None:
    while not done():
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=1, help="of each stage")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--commands", action="store_true")
    args = parser.parse_args()
    with private() as url:
        seed(client(url), args.seed)
        rate, each, calls = through(url, args.files, args.workers)
    print(f"{args.files * ARTICLES} articles, {rate:.0f} a second; Redis took {rate * each:.0%} of a core,")
    print(f"{1e6 * each:.0f} us an article: it ends at {1 / each:.0f} articles a second")
    if args.commands:
        print(", ".join(f"{name} {n:.2f}" for name, n in sorted(calls.items(), key=lambda c: -c[1]) if n >= 0.05))
        print(f"{sum(calls.values()):.1f} commands an article")


if __name__ == "__main__":
    main()
