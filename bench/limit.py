"""Where one Redis ends: simulated workers, which send what the stages send and do no text work.

    python bench/limit.py [--files 3000] [--workers 1] [--seed 0] [--apart]

Files of two articles go through the real runner, claims on the near-duplicate index and streams included; takes,
fingerprints and records are made up, of the usual sizes (`bench/scale.py`). `--seed` so many articles are in the index
before. Prints articles a second, the share of its core that Redis took, and its time an article: an end is reached
where the share is whole, whatever the workers do. `--apart`: texts and index on Redis of their own, the time of each.
`--commands` adds the calls an article to the queues' Redis, by command.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
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


def _live(stage: Stage, settings: Settings) -> None:
    work(stage.name, Desk.open(settings), STAGES)


def _calls(redis: Any) -> dict[str, int]:
    return {name.removeprefix("cmdstat_"): row["calls"] for name, row in redis.info("commandstats").items()}


def through(settings: Settings, files: int, workers: int) -> tuple[float, dict[str, float], dict[str, float]]:
    """Articles a second; seconds an article of each Redis; commands an article that the queues' gets."""
    servers = {name: client(url) for name, url in places(settings).items()}
    redis = servers["queues"]
    items = [Item(os.urandom(FILE // 2).hex().encode(), name=f"{n}.txt") for n in range(files)]
    cpu = {name: server_cpu(server) for name, server in servers.items()}
    calls, began = _calls(redis), time.monotonic()
    Producer(settings.desk_url(), settings=settings).submit_many(items)
    crew = [fork(partial(_live, stage, settings)) for stage in STAGES for _ in range(workers)]
    _until(lambda: redis.xlen(keys.FILES) >= files)
    seconds, after = time.monotonic() - began, _calls(redis)
    spent = {name: server_cpu(server) - cpu[name] for name, server in servers.items()}
    for pid in crew:
        os.kill(pid, signal.SIGTERM)
    for pid in crew:
        os.waitpid(pid, 0)
    articles = redis.xlen(keys.ARTICLES)
    each = {name: (n - calls.get(name, 0)) / articles for name, n in after.items()}
    return articles / seconds, {name: used / articles for name, used in spent.items()}, each


def places(settings: Settings) -> dict[str, str]:
    """The address of each Redis that there is, by what it holds."""
    named = {"queues": settings.redis_url, "texts": settings.texts_url, "index": settings.index_url}
    return {name: url for name, url in named.items() if url}


def _until(done: Callable[[], bool]) -> None:
    while not done():
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=1, help="of each stage")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--commands", action="store_true")
    args = parser.parse_args()
    with ExitStack() as stack:
        urls = [stack.enter_context(private()) for _ in range(3 if args.apart else 1)]
        queues, texts, index = urls if args.apart else (*urls, None, None)
        seed(client(index or queues), args.seed)
        settings = replace(Settings(), redis_url=queues, texts_url=texts, index_url=index)
        rate, each, calls = through(settings, args.files, args.workers)
    print(f"{args.files * ARTICLES} articles, {rate:.0f} a second")
    for name, seconds in each.items():
        print(
            f"{name if args.apart else 'Redis'}: {rate * seconds:.0%} of a core, "
            f"{1e6 * seconds:.0f} us an article: it ends at {1 / seconds:.0f} articles a second"
        )
    if args.commands:
        print(", ".join(f"{name} {n:.2f}" for name, n in sorted(calls.items(), key=lambda c: -c[1]) if n >= 0.05))
        print(f"{sum(calls.values()):.1f} commands an article")


if __name__ == "__main__":
    main()
