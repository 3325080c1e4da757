"""A file's bytes on their way into Redis: in chunks under their content hash, so that no one holds a file whole.

A chunk is stored as one letter and its bytes: ``z`` for zstd, ``r`` for raw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from wiredesk import packing

#: Bytes of a file in one key: large enough that a 4 GB file has 4,096 keys, small enough for a worker's memory.
CHUNK = 1 << 20
#: Below this zstd saves less than its header and call cost.
COMPRESS_FROM = 2048
ZSTD, RAW = b"z", b"r"


def digest(stream: BinaryIO) -> tuple[str, int]:
    """SHA-256 (hex) and size in bytes of a stream, read in chunks from its start."""
    seen, size = hashlib.sha256(), 0
    stream.seek(0)
    while data := stream.read(CHUNK):
        seen.update(data)
        size += len(data)
    return seen.hexdigest(), size


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream's content in chunks of `CHUNK` bytes, from its start."""
    stream.seek(0)
    while data := stream.read(CHUNK):
        yield data


def count(size: int) -> int:
    """How many chunks a file of `size` bytes has."""
    return -(-size // CHUNK)


def pack(data: bytes) -> bytes:
    if len(data) < COMPRESS_FROM:
        return RAW + data
    packed = packing.pack(data)
    return ZSTD + packed if len(packed) < len(data) else RAW + data


def unpack(stored: bytes) -> bytes:
    body = stored[1:]
    return packing.unpack(body, CHUNK) if stored[:1] == ZSTD else body
