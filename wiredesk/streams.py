"""Reading the output streams from a point on, without a group. Members of a group read with `wiredesk.readers`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from redis import Redis

#: Entries a round trip: a few MB at the usual size of a record.
BATCH = 500


def is_ours(fields: Mapping[bytes, bytes]) -> bool:
    """Whether the desk wrote an entry: each of its has an id and a record. Other programs may write to a stream too."""
    return b"id" in fields and b"body" in fields


class Entry(NamedTuple):
    """One entry: its stream, its id there, its fields as bytes (see the contract)."""

    stream: str
    id: str
    fields: dict[bytes, bytes]

    @property
    def body(self) -> bytes:
        return self.fields[b"body"]


class Tail:
    """Entries of some streams after a point: ``0`` is the start, ``$`` is now, else an id per stream."""

    def __init__(self, redis: Redis, streams: Sequence[str], after: str | Mapping[str, str] = "0") -> None:
        self._redis = redis
        start = dict.fromkeys(streams, after) if isinstance(after, str) else dict(after)
        self._last: dict[Any, Any] = {s: last_id(redis, s) if i == "$" else i for s, i in start.items()}

    def read(self, wait: float = 0.0) -> list[Entry]:
        """What has come since the last call; waits up to `wait` seconds for the first entry."""
        block = max(1, int(wait * 1000)) if wait else None
        entries = _entries(self._redis.xread(self._last, count=BATCH, block=block))
        for entry in entries:
            self._last[entry.stream] = entry.id
        return entries

    def rest(self) -> Iterator[Entry]:
        """All that stands in the streams at one moment, in as many round trips as it takes.

        A single `read` may be far behind in one stream and up to date in another: who leaves off after the entry that
        ends his work would miss what was written before it elsewhere.
        """
        full = True
        while full:
            entries = self.read()
            full = BATCH in Counter(entry.stream for entry in entries).values()
            yield from entries


def last_id(redis: Redis, stream: str) -> str:
    """The id of the newest entry, ``0-0`` where there is none."""
    newest = cast("list[tuple[bytes, Any]]", redis.xrevrange(stream, count=1))
    return newest[0][0].decode() if newest else "0-0"


def _entries(reply: Any) -> list[Entry]:
    """Entries of an XREAD reply in either protocol's shape; deleted ones (no fields) are passed over."""
    pairs = reply.items() if isinstance(reply, dict) else reply or []
    found = []
    for stream, batches in pairs:
        rows = batches[0] if isinstance(reply, dict) and batches else batches
        found += [Entry(stream.decode(), i.decode(), fields) for i, fields in rows if fields]
    return found
