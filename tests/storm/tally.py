"""What came out in the end, held against what was handed in: streams, sinks, readers."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
from pg8000.native import Connection
from redis import Redis

from producers.several import batches
from tests.leftovers import left_behind
from tests.storm.cast import GROUPS, Scene
from tests.storm.stock import MARK, Stock
from wiredesk import keys
from wiredesk.readers import lags
from wiredesk.settings import Settings
from workers import packs, take
from workers.desk import Desk
from workers.table import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

INDEX = "wiredesk-articles"


def carried(redis: Redis) -> bool:
    """Whether every group has done all there is."""
    found = [lag for lag in lags(redis, [keys.ARTICLES, keys.COPIES]) if lag.group in GROUPS]
    return len(found) == 2 * len(GROUPS) and all(lag.behind is None for lag in found)


def to_carry(redis: Redis) -> int:
    """Articles that the groups have not done yet, each group's counted."""
    found = [lag for lag in lags(redis, [keys.ARTICLES, keys.COPIES]) if lag.group in GROUPS]
    return sum(lag.unread + lag.pending for lag in found)


def wrong(scene: Scene, redis: Redis, stock: Stock, socket: str) -> Iterator[str]:
    """A sentence for each thing that is not as it should be."""
    entries = [fields for s in (keys.ARTICLES, keys.COPIES) for _, fields in redis.xrange(s)]
    ids = Counter(fields[b"id"].decode() for fields in entries)
    marks = Counter(_mark(fields[b"body"]) for fields in entries)
    yield from _compared("streams", stock.expected, marks)
    for mark in marks - stock.expected:
        yield f"streams: {mark!r} came as {[_origin(f[b'body']) for f in entries if mark in f[b'body']]}"
    yield from (f"streams: {one} stands there {n} times" for one, n in ids.items() if n > 1)
    originals = Counter(_mark(fields[b"body"]) for _, fields in redis.xrange(keys.ARTICLES))
    yield from (f"index: {originals[mark]} originals of {mark!r}" for mark in stock.expected if originals[mark] != 1)
    yield from _texts(entries)
    yield from (f"rejected: {fields}" for _, fields in redis.xrange(keys.REJECTED))
    once = Counter(dict.fromkeys(ids, 1))
    for name, kept in _kept(scene, socket).items():
        yield from _compared(name, once, kept)
    yield from (f"dead letters of {group}" for group in GROUPS if redis.exists(keys.dead(group.removeprefix("sink:"))))
    yield from (f"left behind: {thing}" for thing in left_behind(redis, list(NAMES)))
    yield from _feed(scene, redis)


def _texts(entries: list[dict[bytes, bytes]]) -> Iterator[str]:
    """Each text as it is stored, in Redis or in a pack, against its record."""
    desk = Desk.open(Settings.read())
    try:
        for some in batches(entries, 500):
            records = [msgspec.json.decode(fields[b"body"]) for fields in some]
            for record, held in zip(records, take.load(desk, [one["id"] for one in records]), strict=True):
                if not isinstance(held, take.Take) or held.body != record["body"]:
                    yield f"texts: lost that of {record['id']!r}"
    finally:
        desk.close()


def packed(redis: Redis) -> int:
    """How many articles' texts lie in packs."""
    names = redis.scan_iter(match=keys.take("*"), count=1_000)
    return sum(packs.located(value) is not None for some in batches(names, 500) for value in redis.mget(some))


def repeats(scene: Scene) -> dict[str, int]:
    """How often something was handed out again, where the promise is "at least once": by its key it is one."""
    return {name: sum(_lines(scene, name).values()) - len(_lines(scene, name)) for name in ("webhook", "reader")}


def _kept(scene: Scene, socket: str) -> dict[str, Counter[str]]:
    """Each sink's articles. Webhooks and readers are told by the key that they are to be idempotent by."""
    lines = [line for path in scene.taken("jsonl").glob("*.jsonl*") for line in path.read_bytes().splitlines()]
    return {
        "jsonl": Counter(msgspec.json.decode(line)["id"] for line in lines),
        "postgres": Counter(_rows(socket)),
        "opensearch": Counter(_documents(scene.opensearch)),
        "webhook": Counter(dict.fromkeys((one.rpartition(".")[0] for one in _lines(scene, "webhook")), 1)),
        "reader": Counter(dict.fromkeys(_lines(scene, "reader"), 1)),
    }


def _rows(socket: str) -> Iterator[str]:
    connection = Connection("postgres", database="postgres", unix_sock=socket)
    for table in ("articles", "versions"):
        rows: Iterable[Any] = connection.run(f"SELECT count(*) FROM wiredesk.{table}") or ()  # noqa: S608  (our words)
        assert rows
    yield from (row[0] for row in connection.run("SELECT article FROM wiredesk.versions") or ())
    connection.close()


def _documents(url: str) -> Iterator[str]:
    """All documents, by pages: sorted by their id."""
    httpx.post(f"{url}/{INDEX}/_refresh")
    after: list[Any] = []
    while True:
        body = {"size": 1_000, "sort": [{"id": "asc"}], "_source": False} | ({"search_after": after} if after else {})
        hits = httpx.post(f"{url}/{INDEX}/_search", json=body, timeout=60).raise_for_status().json()["hits"]["hits"]
        if not hits:
            return
        yield from (hit["_id"] for hit in hits)
        after = hits[-1]["sort"]


def _feed(scene: Scene, redis: Redis) -> Iterator[str]:
    """The newest stories, as the stream has them."""
    newest = {fields[b"id"].decode() for _, fields in redis.xrevrange(keys.ARTICLES, count=100)}
    said = scene.taken("feed.xml").read_text("utf-8")
    yield from (f"feed: {one} is missing" for one in newest if one not in said)


def _lines(scene: Scene, name: str) -> Counter[str]:
    return Counter(scene.taken(name).read_text("ascii").split())


def _compared(name: str, wanted: Counter[Any], found: Counter[Any]) -> Iterator[str]:
    yield from (f"{name}: lost {one!r}" for one in (wanted - found).elements())
    yield from (f"{name}: too many of {one!r}" for one in (found - wanted).elements())


def _mark(body: bytes) -> bytes:
    found = MARK.search(body)
    return found[0] if found else body[:80]


def _origin(body: bytes) -> str:
    """Which article it is and where its file came from."""
    article = msgspec.json.decode(body)
    return f"{article['id']} of {article['file']['name']} {article['file']['url']}"


def summed(sentences: list[str]) -> Counter[str]:
    """How many of each kind, for a table."""
    return Counter(re.sub(r"(b?'.*?'|\b[0-9a-f]{8,}\S*)", "...", sentence)[:60] for sentence in sentences)


def awaited(left: Callable[[], int], seconds: float) -> bool:
    """Wait until nothing is left; False when for so long it has not become less."""
    least, until = sys.maxsize, time.monotonic() + seconds
    while now := left():
        if now < least:
            least, until = now, time.monotonic() + seconds
        if time.monotonic() >= until:
            return False
        time.sleep(0.2)
    return True
