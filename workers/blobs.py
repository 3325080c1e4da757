"""A stored file as a seekable stream: chunks are fetched when they are read, so no worker holds a file whole."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from redis import Redis

from newstext.article import Origin
from newstext.errors import Unreadable
from newstext.source import Source
from producers import blobs, objects
from producers.parcels import SMALL
from wiredesk import keys
from wiredesk.errors import StoreError, StoreFault
from wiredesk.files import FileInfo
from workers import packs
from workers.absence import Absence, given
from workers.desk import Desk

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


#: Submitting alone brings the bytes: the desk knows the file and its outcome.
AGAIN = "Submit it again, then start it over: wiredesk rejected retry ID --commit."


class BlobStream(io.RawIOBase):
    """Read-only, seekable. Keeps the last chunk, as readers go forward. Raises `Unreadable` when a chunk is gone.

    `store`: where chunks that were packed away lie; `first`: the first chunk as it is stored, for who has it.
    """

    def __init__(
        self,
        redis: Redis,
        sha256: str,
        size: int,
        store: str | None = None,
        first: bytes | None = None,
        absence: Absence | None = None,
    ) -> None:
        super().__init__()
        self._redis, self._sha256, self._size, self._store, self._absence = redis, sha256, size, store, absence
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"") if first is None else (0, blobs.unpack(first))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        if self._at >= self._size or not len(view):
            return 0
        number, start = divmod(self._at, blobs.CHUNK)
        piece = self._chunk(number)[start : start + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            (found,) = packs.load(self._redis, self._store, [keys.blob(self._sha256, number)], self._absence)
            stored = given(found)
            if stored is None:
                raise Unreadable("expired", f"The file's bytes are no longer stored (WIREDESK_KEEP_FILES). {AGAIN}")
            if stored == objects.MARKER:
                raise StoreFault("The file lies in an object store: set WIREDESK_OBJECTS_URL here as its producers do.")
            self._held = number, blobs.unpack(stored)
        return self._held[1]


class StoreStream(objects.Stream):
    """An object's stream; an object that is gone is `Unreadable`, as a chunk of Redis is."""

    def readinto(self, buffer: WriteableBuffer) -> int:
        with _present():
            return super().readinto(buffer)


@contextmanager
def _present() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise Unreadable("expired", f"The object store no longer has the file. {AGAIN}") from None


def source_of(desk: Desk, file: FileInfo) -> Source:
    """A file that the desk holds, as formats read it."""
    store = desk.settings.objects_url
    return _source(desk, file, open_blob(desk.texts, file.sha256, file.bytes, store, desk.absence))


def sources_of(desk: Desk, files: Sequence[FileInfo]) -> list[Source]:
    """Files of one chunk each, fetched in one round trip. One that cannot be had says so when it is read."""
    store, absence = desk.settings.objects_url, desk.absence
    chunks = packs.load(desk.texts, store, [keys.blob(file.sha256, 0) for file in files], absence)
    firsts = [None if isinstance(chunk, StoreError) else chunk for chunk in chunks]
    return [
        _source(desk, one, io.BufferedReader(BlobStream(desk.texts, one.sha256, one.bytes, store, first, absence)))
        for one, first in zip(files, firsts, strict=True)
    ]


def _source(desk: Desk, file: FileInfo, stream: BinaryIO) -> Source:
    origin = Origin(name=file.name, url=file.url, source=file.source, fetched_at=file.fetched_at)
    return Source(stream, file.bytes, origin, fields=desk.settings.row_columns())


def open_blob(
    redis: Redis, sha256: str, size: int, store: str | None = None, absence: Absence | None = None
) -> io.BufferedReader:
    """`store`: the object store, if any; `absence`: what is known of its being away.

    Raises `Unreadable` when it has lost the file, `StoreAway`, `StoreFault`.
    """
    if store and size > SMALL and redis.get(keys.blob(sha256, 0)) == objects.MARKER:
        with _present():
            found = (absence or Absence()).ask(lambda: objects.get(store, sha256))
            return io.BufferedReader(StoreStream(found), buffer_size=1 << 16)
    return io.BufferedReader(BlobStream(redis, sha256, size, store, absence=absence), buffer_size=1 << 16)
