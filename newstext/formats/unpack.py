"""Decompressing as a file that can be read in parts: nothing is held but the part at hand, and bombs run out.

A stream can be sought forward by reading on, backward by a little, and further backward by starting again. A reader
who resumes on a stream that is kept open goes on where it stands; on a new one it unpacks the file once more.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections import deque
from collections.abc import Callable
from typing import BinaryIO, Protocol

import zstandard

from newstext.errors import Unreadable

#: What one compressed file may unpack to. A web archive of 1 GB unpacks to 4-5 GB; a bomb of 10 MB to 10 GB.
UNPACKED_BYTES = 8_000_000_000

#: How far a stream can go back without starting again: a member's first 4 MB are taken to see whether it is a small
#: one (`inner.HELD_BYTES`), and readers look some way beyond what they have taken.
BEHIND_BYTES = 4_600_000

#: Memory that a decoder may ask for: zstd and xz files name their window, and a hostile one names gigabytes.
DECODER_BYTES = 128 * 1024 * 1024

_DAMAGE = (
    *(EOFError, OSError, RuntimeError, NotImplementedError),
    *(zlib.error, lzma.LZMAError, zstandard.ZstdError, zipfile.BadZipFile),
)


class Reader(Protocol):
    """What decoders have in common."""

    def read(self, size: int, /) -> bytes: ...


class _AsItComes:
    """What a decoder has so far: one that reads until it has as much as asked for loses it at a cut."""

    def __init__(self, file: gzip.GzipFile | bz2.BZ2File) -> None:
        self.read = file.read1


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


_OPENERS: dict[str, Callable[[BinaryIO], Reader]] = {
    "gzip": lambda raw: _AsItComes(gzip.GzipFile(fileobj=raw)),
    "bzip2": lambda raw: _AsItComes(bz2.BZ2File(raw)),
    "xz": _Xz,
    "zstd": _Zstd,
}


class Unpacked(io.RawIOBase):
    """What `start` unpacks, read only; damage and bombs raise `Unreadable` where they are met.

    `start` opens it from its first byte, as often as it is called; `kind` names it in what is raised.
    """

    def __init__(self, start: Callable[[], Reader], kind: str, limit: int = UNPACKED_BYTES) -> None:
        self._open, self._kind, self._limit = start, kind, limit
        self._restart()

    def _restart(self) -> None:
        self._inner = self._open()
        self._at = self._end = self._start = 0
        self._behind: deque[bytes] = deque()  # what was unpacked last: `_start` to `_end`

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        target = offset + (self._at if whence == io.SEEK_CUR else 0)
        if self._start <= target <= self._end and whence != io.SEEK_END:
            self._at = target
        elif whence == io.SEEK_END or target < self._at:
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
        if self._at < self._end:
            return self._again(size)
        try:
            data = self._inner.read(size)
        except _DAMAGE as problem:
            raise Unreadable("truncated", f"the {self._kind} is damaged, cut off or of an unknown kind") from problem
        if not data:
            return data
        self._at = self._end = self._end + len(data)
        self._behind.append(data)
        while self._end - self._start - len(self._behind[0]) > BEHIND_BYTES:
            self._start += len(self._behind.popleft())
        if self._at > self._limit:
            raise Unreadable("bomb", f"it unpacks to more than {self._limit:,} bytes")
        return data

    def _again(self, size: int) -> bytes:
        """From what is behind: one of its pieces, or as much of it as is asked for."""
        start = self._start
        for piece in self._behind:
            if self._at < start + len(piece):
                data = piece[self._at - start : self._at - start + size]
                self._at += len(data)
                return data
            start += len(piece)
        return b""


def unpacked(raw: BinaryIO, kind: str) -> BinaryIO:
    """A compressed file's content as a buffered stream."""

    def start() -> Reader:
        raw.seek(0)
        return _OPENERS[kind](raw)

    return buffered(start, f"{kind} data")


def buffered(start: Callable[[], Reader], kind: str) -> BinaryIO:
    """What `start` unpacks as a buffered stream; `kind` names it where it is damaged."""
    return io.BufferedReader(Unpacked(start, kind), 262_144)
