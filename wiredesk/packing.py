"""Zstandard with contexts that are kept: making one costs more (40 us) than packing an article with it (15 us)."""

from __future__ import annotations

import threading

import zstandard


class _Contexts(threading.local):
    """One pair a thread: contexts must not be shared."""

    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor(level=1).compress
        self.unpack = zstandard.ZstdDecompressor().decompress


_contexts = _Contexts()


def pack(data: bytes) -> bytes:
    return _contexts.pack(data)


def unpack(packed: bytes, limit: int = 0) -> bytes:
    """The bytes again; `limit` bounds their number where the packed bytes do not state it."""
    return _contexts.unpack(packed, max_output_size=limit)
