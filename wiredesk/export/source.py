"""What was published, in the order of publication, however much it is: a batch at a time.

Streams are merged by their entries' ids, which are the times of publication. A position is the id of the last entry
that was read; reading again after it gives what came since.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from redis import Redis

from wiredesk import keys
from wiredesk.errors import UsageError
from wiredesk.readers.lag import instant
from wiredesk.readers.message import Message

#: Entries a round trip: a few MB.
BATCH = 500
_ENTRY = re.compile("[0-9]{1,20}(-[0-9]{1,20})?")


def published(
    redis: Redis, after: str | Mapping[str, str], streams: Sequence[str] = (keys.ARTICLES, keys.COPIES)
) -> Iterator[Message]:
    """Entries after an id (``0`` for all), or after one id a stream, up to those that were there at the beginning."""
    last = now(redis)
    starts = dict.fromkeys(streams, after) if isinstance(after, str) else after
    runs = [_of(redis, stream, starts.get(stream, "0"), last) for stream in streams]
    yield from heapq.merge(*runs, key=lambda message: instant(message.entry))


def now(redis: Redis) -> str:
    """An id just before any entry that may still be written. Two streams are read at two moments: what is written
    meanwhile belongs to the next reading.
    """
    seconds, micros = redis.time()
    return f"{seconds * 1000 + micros // 1000 - 1}-{(1 << 63) - 1}"


def _of(redis: Redis, stream: str, after: str, last: str) -> Iterator[Message]:
    while rows := cast("list[tuple[bytes, dict[bytes, bytes]]]", redis.xrange(stream, f"({after}", last, count=BATCH)):
        for entry, fields in rows:
            yield Message(stream, entry.decode(), fields)
        after = rows[-1][0].decode()


def since(text: str) -> str:
    """An entry's id as it is, or an ISO 8601 day or time (UTC where it names no zone) as the id before it.

    Raises `UsageError`.
    """
    if _ENTRY.fullmatch(text) and len(text) != len("2026") and all(int(half) < 1 << 64 for half in text.split("-")):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--since is {text!r}, but must be a day (2026-11-22), a time or an entry's id.") from None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{max(0, int(zoned.timestamp() * 1000) - 1)}-{(1 << 63) - 1}"


def day_number(entry: str) -> int:
    """Days from the epoch to an entry's publication, without the cost of a calendar."""
    return int(entry.partition("-")[0]) // 86_400_000


def day(entry: str) -> str:
    """The day (UTC) of an entry's publication."""
    return datetime.fromtimestamp(instant(entry)[0] / 1000, UTC).date().isoformat()
