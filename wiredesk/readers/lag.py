"""How far each consumer group is behind: entries not handed out, entries in hand, the age of the oldest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec
from redis import Redis

from wiredesk import keys

#: Redis below 7 does not count for us; entries are counted one by one up to here, then `unread` is a lower bound.
COUNTED = 10_000
_PIECE = 500


class Lag(msgspec.Struct, frozen=True):
    """A group's distance from a stream's end. `unread` were never handed out, `pending` were and are not done.

    `behind` is the age in seconds of the oldest entry that is not done, None when all are; `oldest` its id. `exact`
    is false where `unread` is only a lower bound; `last` is the newest entry that was handed out.
    """

    stream: str
    group: str
    unread: int
    pending: int
    members: int
    behind: float | None
    oldest: str | None
    exact: bool = True
    last: str = "0-0"


def lags(redis: Redis, streams: Sequence[str] = keys.STREAMS) -> list[Lag]:
    """Of every group on the streams; a stream that does not exist has none."""
    existing = [s for s in streams if redis.exists(s)]
    seconds, micros = redis.time()
    return [
        _lag(redis, stream, group, seconds + micros / 1e6)
        for stream in existing
        for group in redis.xinfo_groups(stream)
    ]


def _lag(redis: Redis, stream: str, group: dict[str, Any], now: float) -> Lag:
    name, last = group["name"].decode(), group["last-delivered-id"].decode()
    first = _first_after(redis, stream, last)
    unread, exact = (0, True) if first is None else _unread(redis, stream, group.get("lag"), last)
    held = _first_pending(redis, stream, name) if group["pending"] else None
    oldest = min((e for e in (first, held) if e), key=instant, default=None)
    return Lag(
        stream=stream.removeprefix(keys.PREFIX),
        group=name,
        unread=unread,
        pending=group["pending"],
        members=group["consumers"],
        behind=max(0.0, now - instant(oldest)[0] / 1000) if oldest else None,
        oldest=oldest,
        exact=exact,
        last=last,
    )


def instant(entry: str) -> tuple[int, int]:
    """An entry's id as numbers: milliseconds, sequence."""
    millis, _, sequence = entry.partition("-")
    return int(millis), int(sequence or 0)


def _first_after(redis: Redis, stream: str, last: str) -> str | None:
    rows = cast("list[tuple[bytes, Any]]", redis.xrange(stream, f"({last}", "+", count=1))
    return rows[0][0].decode() if rows else None


def _first_pending(redis: Redis, stream: str, group: str) -> str | None:
    lowest = redis.xpending(stream, group)["min"]
    return lowest.decode() if lowest else None


def _unread(redis: Redis, stream: str, counted: int | None, last: str) -> tuple[int, bool]:
    """Redis 7 keeps the count, except after a deletion; else the entries are counted."""
    if counted is not None:
        return counted, True
    total = count_between(redis, stream, f"({last}", "+")
    return total, total < COUNTED


def count_between(redis: Redis, stream: str, start: str, end: str) -> int:
    """Entries of a stream from one id to another, counted up to `COUNTED`."""
    total = 0
    while total < COUNTED:
        rows = cast("list[tuple[bytes, Any]]", redis.xrange(stream, start, end, count=_PIECE))
        total += len(rows)
        if len(rows) < _PIECE:
            break
        start = f"({rows[-1][0].decode()}"
    return total
