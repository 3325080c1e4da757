"""The desk's state to a file and back: what it remembers, not what it can be given again.

Saved are receipts (what was accepted, which articles of it were published), the near-duplicate index, the kept texts
that copies are judged on, and marks of the quarantine; the output streams with their groups if asked for. Files' bytes
and RQ's jobs are not: open files start over by the sweep once their bytes are there again.

The form is ours, not Redis's dump: MessagePack frames under zstd, by type, so that a backup of one version of Redis or
Valkey is read by another. A long string travels in pieces. The file has its name once it is whole; its last frame
counts the others, so half a file is never taken for a whole one.

Keys are read one after another while the desk may work. Receipts come last: an article published meanwhile is then
known to the receipt, or to neither.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import zstandard
from redis import Redis

from wiredesk import keys
from wiredesk.errors import UsageError

FORM = "wiredesk backup 1"
#: Of a long string (the index's ring holds hundreds of MB) in one command.
PIECE = 4 << 20
#: Entries of a stream, fields of a hash in one frame.
PART = 500
#: Keys a round trip.
KEYS = 500

#: What is saved, in this order, on which Redis it lives.
TEXTS, INDEX, MARKS, RECEIPTS = "take:*", "index:*", "rejected:settled", "file:*"
#: Which articles of the streams belong together: of no use without them.
STORIES = "story:*"
SINGLE = (keys.SETTLED, keys.TRIMMED, keys.COUNTS, keys.OPEN)

#: Key, type, remaining life in ms (-1: for ever), and what of the value stands in this frame.
Frame = tuple[str, str, int, Any]


class Places(msgspec.Struct, frozen=True):
    """The three Redis of a desk (often the same one)."""

    queues: Any
    texts: Any
    index: Any


def save(places: Places, path: Path, *, streams: bool = False) -> int:
    """Write a backup; how many keys it holds."""
    part = path.with_name(path.name + ".part")
    count = 0
    with part.open("wb") as raw:
        with zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False) as out:
            _put(out, {"form": FORM, "at": time.time(), "streams": streams})
            for key, frames in _all(places, streams=streams):
                count += 1
                for frame in frames:
                    _put(out, (key, *frame))
            _put(out, {"end": count})
        raw.flush()
        os.fsync(raw.fileno())
    part.replace(path)
    return count


def load(places: Places, path: Path, *, force: bool = False) -> int:
    """Restore a backup into a desk that has no state yet, or over one with `force`; how many keys.

    The file is read to its end before anything is written. Raises `UsageError`.
    """
    expected = _check(path)
    if not force and (used := _used(places)):
        raise UsageError(f"This desk has state already ({used}). Restore over it with --force, or use an empty Redis.")
    begun: set[str] = set()
    for key, kind, life, value in _frames(path):
        redis = _place(places, key)
        with redis.pipeline(transaction=True) as pipe:
            if key not in begun:
                pipe.delete(key)
                begun.add(key)
            _WRITE[kind](pipe, key, value)
            if life >= 0:
                pipe.pexpire(key, life)
            pipe.execute()
    return expected


def _place(places: Places, key: str) -> Redis:
    name = key.removeprefix(keys.PREFIX)
    found = places.texts if name.startswith("take:") else places.index if name.startswith("index:") else places.queues
    return cast("Redis", found)


def _used(places: Places) -> str | None:
    for pattern in (INDEX, RECEIPTS):
        redis = _place(places, keys.PREFIX + pattern)
        for key in redis.scan_iter(match=keys.PREFIX + pattern, count=KEYS):
            return cast("bytes", key).decode()
    return None


def _all(places: Places, *, streams: bool) -> Iterator[tuple[str, Iterator[tuple[str, int, Any]]]]:
    if streams:
        for stream in keys.STREAMS:
            if places.queues.exists(stream):
                yield stream, _read(places.queues, stream, "stream")
    for pattern in (TEXTS, INDEX):
        yield from _matching(_place(places, keys.PREFIX + pattern), pattern)
    if streams:
        yield from _matching(places.queues, STORIES)
    for key in SINGLE:
        if kind := _kind(places.queues, key):
            yield key, _read(places.queues, key, kind)
    yield from _matching(places.queues, RECEIPTS)


def _matching(redis: Redis, pattern: str) -> Iterator[tuple[str, Iterator[tuple[str, int, Any]]]]:
    seen: set[bytes] = set()
    for key in cast("Iterable[bytes]", redis.scan_iter(match=keys.PREFIX + pattern, count=KEYS)):
        if key not in seen and (kind := _kind(redis, key.decode())):
            seen.add(key)
            yield key.decode(), _read(redis, key.decode(), kind)


def _kind(redis: Redis, key: str) -> str | None:
    kind = cast("bytes", redis.type(key)).decode()
    return kind if kind in _READ else None


def _read(redis: Redis, key: str, kind: str) -> Iterator[tuple[str, int, Any]]:
    life = redis.pttl(key)
    for value in _READ[kind](redis, key):
        yield kind, life, value


def _string(redis: Redis, key: str) -> Iterator[Any]:
    size = redis.strlen(key)
    for start in range(0, max(size, 1), PIECE):
        yield start, redis.getrange(key, start, start + PIECE - 1)


def _hash(redis: Redis, key: str) -> Iterator[Any]:
    yield from _parts(list(redis.hgetall(key).items()))


def _zset(redis: Redis, key: str) -> Iterator[Any]:
    yield from _parts(cast("list[Any]", redis.zrange(key, 0, -1, withscores=True)))


def _set(redis: Redis, key: str) -> Iterator[Any]:
    yield from _parts(list(redis.smembers(key)))


def _stream(redis: Redis, key: str) -> Iterator[Any]:
    after = "-"
    while rows := cast("list[tuple[bytes, dict[bytes, bytes]]]", redis.xrange(key, after, "+", count=PART)):
        yield "entries", [(entry, list(fields.items())) for entry, fields in rows]
        after = f"({rows[-1][0].decode()}"
    groups = redis.xinfo_groups(key)
    yield "groups", [(g["name"], _done_up_to(redis, key, g)) for g in groups]


def _done_up_to(redis: Redis, key: str, group: dict[str, Any]) -> bytes:
    """Where a group goes on after a restore: before the first entry that it has in hand. It may get some again."""
    if not group["pending"]:
        return cast("bytes", group["last-delivered-id"])
    lowest = cast("bytes", redis.xpending(key, group["name"])["min"])
    before = cast("list[tuple[bytes, Any]]", redis.xrevrange(key, f"({lowest.decode()}", "-", count=1))
    return before[0][0] if before else b"0-0"


def _parts(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), PART):
        yield rows[start : start + PART]


_READ: dict[str, Callable[[Redis, str], Iterator[Any]]] = {
    "string": _string,
    "hash": _hash,
    "zset": _zset,
    "set": _set,
    "stream": _stream,
}


def _write_stream(pipe: Any, key: str, value: Any) -> None:
    what, rows = value
    for row in rows:
        if what == "entries":
            pipe.xadd(key, dict(row[1]), id=row[0])
        else:
            pipe.xgroup_create(key, row[0], id=row[1], mkstream=True)


_WRITE: dict[str, Callable[[Any, str, Any], Any]] = {
    "string": lambda pipe, key, value: pipe.setrange(key, value[0], value[1]) if value[1] else pipe.set(key, b""),
    "hash": lambda pipe, key, value: pipe.hset(key, mapping=dict(value)),
    "zset": lambda pipe, key, value: pipe.zadd(key, dict(value)),
    "set": lambda pipe, key, value: pipe.sadd(key, *value),
    "stream": _write_stream,
}


def _put(out: Any, frame: Any) -> None:
    body = msgspec.msgpack.encode(frame)
    out.write(len(body).to_bytes(4, "big") + body)


def _raw(path: Path) -> Iterator[Any]:
    """Every frame of a file. Raises `UsageError` for what is no backup or only a part of one."""
    try:
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
            while head := _exactly(stream, 4):
                yield msgspec.msgpack.decode(_exactly(stream, int.from_bytes(head, "big")))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (zstandard.ZstdError, msgspec.DecodeError, EOFError):
        raise UsageError(f"{path} is damaged or no backup of wiredesk.") from None


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """So many bytes; none at the end. Raises `EOFError` in between."""
    parts: list[bytes] = []
    missing = size
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    if missing and parts:
        raise EOFError
    return b"".join(parts)


def _check(path: Path) -> int:
    """Read the whole file; how many keys it holds. Raises `UsageError`."""
    frames = _raw(path)
    head = next(frames, None)
    if not isinstance(head, dict) or head.get("form") != FORM:
        raise UsageError(f"{path} is no backup that this version reads.")
    (last,) = deque(frames, maxlen=1) or (None,)
    if not isinstance(last, dict) or "end" not in last:
        raise UsageError(f"{path} ends in mid-word: it is only a part of a backup.")
    return cast("int", last["end"])


def _frames(path: Path) -> Iterator[Frame]:
    for frame in _raw(path):
        if not isinstance(frame, dict):
            yield cast("Frame", tuple(frame))
