"""Decompressing as a file that can be read in parts: nothing is held but the part at hand, and bombs run out.

A stream can be sought forward by reading on and backward by starting again, which is all that formats do.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

import zstandard

from newstext.errors import Unreadable

#: What one compressed file may unpack to. A web archive of 1 GB unpacks to 4-5 GB; a bomb of 10 MB to 10 GB.
UNPACKED_BYTES = 8_000_000_000

#: Memory that a decoder may ask for: zstd and xz files name their window, and a hostile one names gigabytes.
DECODER_BYTES = 128 * 1024 * 1024

_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError)


class Reader(Protocol):
    """What decoders have in common."""

    def read(self, size: int, /) -> bytes: ...


def _gzip(raw: BinaryIO) -> Reader:
    return gzip.GzipFile(fileobj=raw)


class _Zstd:
    """zstd with a limit on its window; fed by the kilobyte, since four bytes may unpack to 128 KB."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._held, self._fed = memoryview(b""), b""
        self._frames = zstandard.ZstdDecompressor(max_window_size=DECODER_BYTES)
        self._frame: zstandard.ZstdDecompressionObj | None = None

    def read(self, size: int, /) -> bytes:
        while not self._held:
            self._fed = self._fed or self._raw.read(65_536)
            if not self._fed:
                if self._frame is not None:
                    raise EOFError
                return b""
            self._frame = self._frame or self._frames.decompressobj()
            piece, self._fed = self._fed[:1_024], self._fed[1_024:]
            self._held = memoryview(self._frame.decompress(piece))
            if self._frame.eof:
                self._fed = self._frame.unused_data + self._fed
                self._frame = None
        taken, self._held = self._held[:size], self._held[size:]
        return bytes(taken)


class _Xz(io.RawIOBase):
    """xz and lzma with a limit on the decoder's memory, which the standard library's file class does not set."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._decoder = lzma.LZMADecompressor(memlimit=DECODER_BYTES)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while True:
            if self._decoder.eof:
                rest = self._decoder.unused_data.lstrip(b"\0") or self._raw.read(65_536).lstrip(b"\0")
                if not rest:
                    return b""
                self._decoder = lzma.LZMADecompressor(memlimit=DECODER_BYTES)
                data = self._decoder.decompress(rest, size)
            else:
                chunk = self._raw.read(65_536) if self._decoder.needs_input else b""
                if self._decoder.needs_input and not chunk:
                    raise EOFError
                data = self._decoder.decompress(chunk, size)
            if data:
                return data


_OPENERS: dict[str, Callable[[BinaryIO], Reader]] = {"gzip": _gzip, "bzip2": bz2.BZ2File, "xz": _Xz, "zstd": _Zstd}


class Unpacked(io.RawIOBase):
    """The content of a compressed file, read only; damage and bombs raise `Unreadable` where they are met."""

    def __init__(self, raw: BinaryIO, kind: str, limit: int = UNPACKED_BYTES) -> None:
        self._raw, self._kind, self._limit = raw, kind, limit
        self._restart()

    def _restart(self) -> None:
        self._raw.seek(0)
        self._inner = _OPENERS[self._kind](self._raw)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        target = offset + (self._at if whence == io.SEEK_CUR else 0)
        if whence == io.SEEK_END or target < self._at:
            self._restart()
        while self._at < target or whence == io.SEEK_END:
            if not self._take(1_000_000 if whence == io.SEEK_END else min(1_000_000, target - self._at)):
                break
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._take(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        try:
            data = self._inner.read(size)
        except _DAMAGE as problem:
            raise Unreadable("truncated", f"the {self._kind} data is damaged or cut off") from problem
        self._at += len(data)
        if self._at > self._limit:
            raise Unreadable("bomb", f"it unpacks to more than {self._limit:,} bytes")
        return data


def unpacked(raw: BinaryIO, kind: str) -> BinaryIO:
    """A compressed file's content as a buffered stream."""
    return io.BufferedReader(Unpacked(raw, kind), 262_144)
