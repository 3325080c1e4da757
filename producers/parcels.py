"""An item made ready to go: hashed, packed, described. Everything here is done before Redis is asked.

A file of up to `SMALL` bytes is read once and goes in chunks that are in hand. A larger one stays a stream: it is
hashed, then read a second time on its way into Redis; if it was written to in between, it is refused.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from producers import blobs
from producers.errors import Changed, NotAFile, TooLarge
from producers.items import Item, fact, instant, trace_header, web_address
from producers.status import sent_by
from wiredesk import ids, jobs, keys, trace
from wiredesk.files import FileInfo

#: Files up to this size are held in memory, the larger ones a chunk at a time.
SMALL = 4 << 20

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Parcel:
    """`chunks` as they are stored; empty for a large file, whose open `stream` the sender reads.

    `owned`: the stream was opened here and is closed by `close`.
    """

    info: FileInfo
    count: int
    chunks: list[bytes]
    callback: str
    stream: BinaryIO | None = None
    owned: bool = False
    traceparent: str = ""
    sender: str | None = None

    @property
    def borrowed(self) -> bool:
        """Whether its stream is the caller's, who may close it."""
        return self.stream is not None and not self.owned

    def arguments(self) -> tuple[str | bytes | int, ...]:
        """What `accept.lua` is told of this file."""
        info, by = self.info, sent_by(self.sender) if self.sender is not None else ""
        carried = b'"%s":"%s"' % (trace.NAME.encode(), self.traceparent.encode()) if self.traceparent else b""
        data = b'["%s.split",null,["%s",0,null],{%s}]' % (jobs.TASKS.encode(), info.id.encode(), carried)
        described = jobs.printable(f"split {info.name or info.id} ({jobs.human_size(info.bytes)})")
        return info.id, info.sha256, self.count, _encode(info), data, described, self.callback, self.traceparent, by

    def stored(self) -> Iterator[tuple[str, bytes]]:
        """Key and value of each chunk in hand."""
        for n, chunk in enumerate(self.chunks):
            yield keys.blob(self.info.sha256, n), chunk

    def pieces(self) -> Iterator[tuple[str, bytes]]:
        """Key and value of each chunk of a large file, read now. Raises `Changed` at the end if it is another file."""
        if self.stream is None:
            return
        seen = hashlib.sha256()
        for n, chunk in enumerate(blobs.chunks(self.stream)):
            seen.update(chunk)
            yield keys.blob(self.info.sha256, n), blobs.pack(chunk)
        if seen.hexdigest() != self.info.sha256:
            raise Changed(
                f"{jobs.printable(self.info.name)} was written to while it was read. Send it when it is complete."
            )

    def names(self) -> list[str]:
        return [keys.blob(self.info.sha256, n) for n in range(self.count)]

    def close(self) -> None:
        if self.stream and self.owned:
            self.stream.close()


class Wrapper:
    """Makes parcels of items. For one thread at a time: it holds a compressor."""

    def __init__(self, max_bytes: int) -> None:
        self._max = max_bytes

    def wrap(self, item: Item) -> Parcel:
        """Raises `TooLarge`, `NotAFile`, `BadItem` or OSError, before anything is stored."""
        if isinstance(item.data, bytes):
            return self._from_bytes(item, item.data)
        if isinstance(item.data, Path):
            return self._from_path(item, item.data)
        return self._from_stream(item, item.data, item.name)

    def _from_bytes(self, item: Item, data: bytes) -> Parcel:
        if len(data) <= SMALL:
            return self._small(item, data, item.name)
        parcel = self._from_stream(item, io.BytesIO(data), item.name)
        parcel.owned = True
        return parcel

    def _from_path(self, item: Item, path: Path) -> Parcel:
        stream = open_regular(path)
        owned = False
        try:
            parcel = self._from_stream(item, stream, item.name or path.name)
            parcel.owned = owned = parcel.stream is not None
        finally:
            if not owned:
                stream.close()
        return parcel

    def _from_stream(self, item: Item, stream: BinaryIO, name: str) -> Parcel:
        size = stream.seek(0, io.SEEK_END)
        self._check(size, name)
        if size <= SMALL:
            stream.seek(0)
            data = stream.read(SMALL + 1)
            if len(data) <= SMALL:
                return self._small(item, data, name)
        sha256, size = blobs.digest(stream)
        self._check(size, name)
        return self._parcel(item, name, sha256, size, [], stream)

    def _small(self, item: Item, data: bytes, name: str) -> Parcel:
        self._check(len(data), name)
        if len(data) <= blobs.CHUNK:
            chunks = [blobs.pack(data)] if data else []
        else:
            chunks = [blobs.pack(chunk) for chunk in blobs.chunks(io.BytesIO(data))]
        return self._parcel(item, name, hashlib.sha256(data).hexdigest(), len(data), chunks, None)

    def _parcel(
        self, item: Item, name: str, sha256: str, size: int, chunks: list[bytes], stream: BinaryIO | None
    ) -> Parcel:
        name, url = fact(name) or "", fact(item.url)
        info = FileInfo(
            id=ids.file_id(sha256, url or name),
            name=name,
            url=url,
            source=fact(item.source),
            sha256=sha256,
            bytes=size,
            fetched_at=instant(item.fetched_at),
            received_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )
        callback, traceparent = web_address(item.callback), trace_header(item.traceparent)
        return Parcel(info, blobs.count(size), chunks, callback, stream, traceparent=traceparent, sender=item.sender)

    def _check(self, size: int, name: str) -> None:
        if size > self._max:
            raise TooLarge(
                f"{jobs.printable(name) or 'The file'} has {jobs.human_size(size)}, more than WIREDESK_MAX_FILE_BYTES "
                f"allows ({jobs.human_size(self._max)})."
            )


def open_regular(path: Path, flags: int = 0) -> BinaryIO:
    """Open a regular file for reading; nothing else is waited for or read. Raises `NotAFile` or OSError."""
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0) | flags)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise NotAFile(f"{jobs.printable(str(path))} is not a regular file.")
    return os.fdopen(number, "rb")
