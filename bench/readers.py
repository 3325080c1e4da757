"""How fast published articles are read, and how much memory an export of many of them takes.

    python bench/readers.py                        # rates of the readers, beside a bare XREADGROUP loop
    python bench/readers.py --export 1000000       # seconds and largest resident set of exports (a tenth, then all)
    python bench/readers.py --export 1000000 --kind parquet --kind ninjs --words 40    # of other shapes, short articles

On a private Redis filled with records of the usual size. Rates are medians of several rounds in turn, so that what
else the machine does meets all alike, by the clock and by the processor time of the reading process (its rate on a
machine that does nothing else); memory is the largest resident set that the kernel noted for the process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from redis import Redis
from redis import asyncio as asynchronous

from newstext.article import Caption, Dateline, Evidence, Mention, Quote
from wiredesk import ids, keys, server
from wiredesk.connection import client
from wiredesk.files import FileInfo
from wiredesk.readers import AsyncReader, Reader
from wiredesk.records import FingerprintInfo, Record
from workers import entries

#: Entries of a read, for all ways alike; the readers' own default is 100.
BATCH = 500


def record(n: int, words: int = 380) -> Record:
    """An article with as much in it as real ones have."""
    file = FileInfo(ids.file_id(f"{n:064x}", f"page-{n}.txt"), f"page-{n}.txt", None, "bench", f"{n:064x}", 6000)
    article = ids.article_id(file.id, 0)
    body = " ".join(f"word{(n * 31 + i) % 4999}" for i in range(words))
    return Record(
        id=article, file=file, position=0, span=(0, len(body)), headline=f"Headline of story number {n}",
        subheadline=None, body=body, bylines=["Mara Lindqvist"], dateline=Dateline("CAIRO", "Cairo", "EG"),
        published="2026-03-02T21:30:00+00:00", updated=None, published_precision="minute", agencies=["Reuters"],
        publisher="Harbour Gazette", section="World", topics=["harbour"], captions=[Caption("At low tide.")],
        language="en", word_count=words, url=f"https://example.org/{n}",
        quotes=[Quote("It was overdue", "Mara Lindqvist", (5, 19))],
        mentions=[Mention(f"Name {i}", "person", (i, i + 6)) for i in range(6)],
        evidence={name: Evidence("rule", (0, 9), 0.9) for name in ("headline", "published", "bylines", "dateline")},
        fingerprint=FingerprintInfo(f"{n:032x}", "w5-k8"), story=article, relation="original", duplicate_of=None,
        similarity=None,
    )  # fmt: skip


#: Records made one by one; beyond them the same come again, for a million would take minutes to make.
DISTINCT = 20_000
AGAIN = """
for _, row in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[1])) do
  redis.call('XADD', KEYS[1], '*', unpack(row[2]))
end
"""


def fill(redis: Redis, count: int, words: int = 380) -> int:
    """Publish so many, of the median length of news stories or another; bytes of one record."""
    size = _make(redis, min(count, DISTINCT), words)
    for left in range(count - DISTINCT, 0, -BATCH):
        redis.eval(AGAIN, 1, keys.ARTICLES, min(left, BATCH))
    return size


def _make(redis: Redis, count: int, words: int) -> int:
    size = 0
    for start in range(0, count, BATCH):
        with redis.pipeline(transaction=False) as pipe:
            for n in range(start, min(count, start + BATCH)):
                fields = entries.published(record(n, words))
                size = len(fields["body"])
                pipe.xadd(keys.ARTICLES, fields)
            pipe.execute()
    return size


def bare(redis: Redis, _: str) -> int:
    """The least that a consumer of a group can do: read, acknowledge, look at nothing."""
    redis.xgroup_create(keys.ARTICLES, "bare", id="0")
    count = 0
    while rows := _rows(redis.xreadgroup("bare", "b", {keys.ARTICLES: ">"}, count=BATCH)):
        redis.xack(keys.ARTICLES, "bare", *(entry for entry, _ in rows))
        count += len(rows)
    redis.xgroup_destroy(keys.ARTICLES, "bare")
    return count


def bare_async(redis: Redis, url: str) -> int:
    """The same with redis-py's client for asyncio."""
    redis.xgroup_create(keys.ARTICLES, "bare", id="0")

    async def read() -> int:
        count = 0
        async with asynchronous.Redis.from_url(url) as other:
            while rows := _rows(await other.xreadgroup("bare", "b", {keys.ARTICLES: ">"}, count=BATCH)):
                await other.xack(keys.ARTICLES, "bare", *(entry for entry, _ in rows))
                count += len(rows)
        return count

    count = asyncio.run(read())
    redis.xgroup_destroy(keys.ARTICLES, "bare")
    return count


def _rows(reply: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """Of the one stream that was asked, in either protocol's shape."""
    if not reply:
        return []
    return reply[0][1] if isinstance(reply, list) else next(iter(reply.values()))[0]


def batches(redis: Redis, _: str) -> int:
    """`Reader.read` and `done`; bodies stay bytes."""
    reader = Reader(redis, "batches", batch=BATCH)
    count = 0
    while messages := reader.read():
        count += sum(bool(message.body) for message in messages)
        reader.done(messages)
    redis.xgroup_destroy(keys.ARTICLES, "batches")
    return count


def typed(redis: Redis, _: str) -> int:
    """The loop of the README: each record decoded into its type."""
    last = redis.xrevrange(keys.ARTICLES, count=1)[0][0].decode()
    count = 0
    with closing(iter(Reader(redis, "typed", batch=BATCH))) as loop:
        for message in loop:
            count += bool(message.article.headline)
            if message.entry == last:
                break
    redis.xgroup_destroy(keys.ARTICLES, "typed")
    return count


def held(redis: Redis, _: str) -> int:
    """`Reader.read` and `done`, all records of a batch decoded and held at once."""
    reader = Reader(redis, "held", batch=BATCH)
    count = 0
    while messages := reader.read():
        count += len([message.article for message in messages])
        reader.done(messages)
    redis.xgroup_destroy(keys.ARTICLES, "held")
    return count


def typed_async(redis: Redis, url: str) -> int:
    """The same loop of `AsyncReader`."""
    last = redis.xrevrange(keys.ARTICLES, count=1)[0][0].decode()

    async def read() -> int:
        count = 0
        async with AsyncReader(url, "async", batch=BATCH) as reader:
            async for message in reader:
                count += bool(message.article.headline)
                if message.entry == last:
                    break
        return count

    count = asyncio.run(read())
    redis.xgroup_destroy(keys.ARTICLES, "async")
    return count


#: Above this many articles only the plain export is measured unless others are named: each takes some minutes.
MOST_SHAPED = 100_000
KINDS = {
    "jsonl": ["--type", "jsonl"],
    "parquet": ["--type", "parquet"],
    "ninjs": ["--type", "jsonl", "--format", "ninjs"],
}
WAYS: tuple[Callable[[Redis, str], int], ...] = (bare, batches, typed, held, bare_async, typed_async)


def rates(url: str, count: int, rounds: int) -> None:
    redis = client(url)
    size = fill(redis, count)
    print(f"{count:,} entries of {size:,} bytes, {rounds} rounds")
    clocks = time.perf_counter, time.process_time
    found: dict[str, list[list[float]]] = {way.__name__: [[], []] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            began = [clock() for clock in clocks]
            read = way(redis, url)
            for rates_of, clock, start in zip(found[way.__name__], clocks, began, strict=True):
                rates_of.append(read / (clock() - start))
    for name, each in found.items():
        base = [statistics.median(of) for of in found["bare_async" if name.endswith("async") else "bare"]]
        wall, cpu = (statistics.median(rates_of) for rates_of in each)
        print(
            f"{name:14}{wall:10,.0f} entries/s {wall / base[0]:5.0%} of bare"
            f"{cpu:12,.0f} a second of the process {cpu / base[1]:5.0%}"
        )


def exports(url: str, count: int, words: int, named: list[str]) -> None:
    redis = client(url)
    for part in (count // 10, count):
        redis.flushall()
        fill(redis, part, words)
        for name in named or (KINDS if part <= MOST_SHAPED else ["jsonl"]):
            with tempfile.TemporaryDirectory() as folder:
                seconds, resident = _export(url, folder, KINDS[name])
            print(f"{part:>10,} articles  {name:10}{seconds:8.1f} s  {resident / 1024:6.0f} MB resident", flush=True)


def _export(url: str, folder: str, kind: list[str]) -> tuple[float, int]:
    """Seconds, and the largest resident set in KB, of `wiredesk export` in a process of its own."""
    code = (
        "import resource, sys, click\n"
        "from wiredesk.cli.export import command\n"
        "command.main(sys.argv[1:], standalone_mode=False)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    began = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", code, "--to", str(Path(folder) / "out"), *kind],
        env={**os.environ, "WIREDESK_REDIS_URL": url}, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - began, json.loads(run.stdout.splitlines()[-1])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--entries", type=int, default=50_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--export", type=int, help="Articles to export, instead of the rates.")
    options.add_argument("--words", type=int, default=380, help="Of an exported article.")
    options.add_argument(
        "--kind", action="append", choices=KINDS, default=[], help="Of export; all that take no minutes."
    )
    given = options.parse_args()
    with server.private() as url:
        if given.export:
            exports(url, given.export, given.words, given.kind)
        else:
            rates(url, given.entries, given.rounds)


if __name__ == "__main__":
    main()
