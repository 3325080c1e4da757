"""Reading the output streams: from a point on, or as a member of a consumer group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from redis import Redis
from redis.exceptions import ResponseError

#: Entries a round trip: a few MB at the usual size of a record.
BATCH = 500


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


class Member:
    """A member of a consumer group: entries are handed out once to the group and stay pending until `done`."""

    def __init__(self, redis: Redis, streams: Sequence[str], group: str, name: str) -> None:
        self._redis, self._streams, self._group, self._name = redis, list(streams), group, name
        self._own = dict.fromkeys(self._streams, "0")
        for stream in self._streams:
            try:
                redis.xgroup_create(stream, group, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    def read(self, wait: float = 0.0) -> list[Entry]:
        """First what this member was handed before and did not finish, then new entries."""
        if self._own:
            pending = _entries(self._redis.xreadgroup(self._group, self._name, cast("Any", self._own), count=BATCH))
            self._own = {e.stream: e.id for e in pending}
            if pending:
                return pending
        block = max(1, int(wait * 1000)) if wait else None
        fresh = cast("Any", dict.fromkeys(self._streams, ">"))
        return _entries(self._redis.xreadgroup(self._group, self._name, fresh, count=BATCH, block=block))

    def done(self, entries: Sequence[Entry]) -> None:
        """Acknowledge entries that were handled."""
        with self._redis.pipeline(transaction=False) as pipe:
            for entry in entries:
                pipe.xack(entry.stream, self._group, entry.id)
            pipe.execute()


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
