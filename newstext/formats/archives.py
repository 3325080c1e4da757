"""Archives of many files: zip and tar. Members are read one after the other, each as what it is.

Nothing is ever written anywhere: a member's name is only a label, so `../` in it leads nowhere. Links and devices are
passed over, encrypted members refused. A member's place is its number in a zip's directory, its offset in a tar: a
read that is resumed goes there at once, and finds the member that it left open.
"""

from __future__ import annotations

import io
import re
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from newstext.article import Unit
from newstext.encoding import scrub
from newstext.errors import Unreadable
from newstext.formats import inner
from newstext.formats.base import Cursor, Look
from newstext.formats.unpack import UNPACKED_BYTES, buffered
from newstext.source import Source

#: A zip's directory is held in memory, ten times its size; this much lists some 200,000 members.
DIRECTORY_BYTES = 16_000_000

#: What operating systems put into archives beside the files.
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


#: What packages of web pages and books keep beside what they hold: lists, tables of contents, indexes. A package of a
#: kind is told by one of its members.
_PACKAGES = {
    "META-INF/container.xml": re.compile(r"META-INF/|mimetype$|.*\.(?:opf|ncx|css)$"),  # EPUB
    "datapackage.json": re.compile(r"(?!archive/)"),  # WACZ
}
#: What `zipfile` raises on directories and headers that are damaged or lie (offsets below zero: ValueError).
_BAD_ZIP = (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, struct.error)


class Member(NamedTuple):
    place: int
    name: str
    stream: BinaryIO | None
    problem: Unreadable | None = None


class Zip:
    name = "zip"
    recognised = "a zip archive of files of any format"

    def sniff(self, look: Look) -> float:
        return 0.99 if look.head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        archive = source.keep("archive", None, lambda: _opened(source))
        yield from _read(source, _zip_members(archive, start.place), start)


class Tar:
    name = "tar"
    recognised = "a tar archive of files of any format"

    def sniff(self, look: Look) -> float:
        return 0.98 if look.head[257:262] == b"ustar" else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        tape = source.keep("tape", None, lambda: _Tape(source.stream))
        yield from _read(source, tape.members(start.place), start)


def _read(source: Source, members: Iterator[Member], at: Cursor) -> Iterator[Unit]:
    for member in members:
        for unit in _units(source, member, at.at(member.place)):
            at = inner.after(unit)
            yield unit


def _units(source: Source, member: Member, start: Cursor) -> Iterator[Unit]:
    label = scrub(member.name.encode("utf-8", "replace").decode())[:200]
    stream = member.stream
    if member.problem or stream is None:
        problem = member.problem or Unreadable("no-file", "a link, a device or a folder: no file")
        yield inner.refused(problem, label, Cursor(start.place + 1, start.position))
        return
    try:
        held = source.keep("member", member.place, lambda: inner.opened(source, stream, label))
        yield from inner.units(held, start, label)
    except Unreadable as problem:  # its first bytes cannot be had
        yield inner.refused(problem, label, Cursor(start.place + 1, start.position))
    except (tarfile.TarError, EOFError, OSError):
        damaged = Unreadable("truncated", "the member is damaged or cut off")
        yield inner.refused(damaged, label, Cursor(start.place + 1, start.position))


def _opened(source: Source) -> zipfile.ZipFile:
    stream = inner.random_access(source)
    if _directory_bytes(stream) > DIRECTORY_BYTES:
        raise Unreadable("too-many", "the zip archive lists more members than one archive should")
    try:
        return zipfile.ZipFile(stream)
    except _BAD_ZIP as damage:
        raise Unreadable("truncated", "the zip archive is damaged or cut off: its directory is missing") from damage


def _zip_members(archive: zipfile.ZipFile, place: int) -> Iterator[Member]:
    """The members from a place on; what those before it unpack to counts towards the archive's limit."""
    unpacked = sum(info.file_size for info in archive.filelist[:place])
    listing = _listing(archive)
    for number, info in enumerate(archive.filelist[place:], place):
        if info.filename.endswith(("/", *_SKIPPED)) or info.filename.startswith(_SKIPPED):
            continue
        if listing and listing.match(info.filename):
            continue
        unpacked += info.file_size
        if unpacked > UNPACKED_BYTES:
            raise Unreadable("bomb", f"the archive unpacks to more than {UNPACKED_BYTES:,} bytes")
        yield _zip_member(archive, number, info)


def _listing(archive: zipfile.ZipFile) -> re.Pattern[str] | None:
    """The names of what a package keeps of itself; None for a zip that is no package."""
    names = archive.NameToInfo
    found = (listing for mark, listing in _PACKAGES.items() if mark in names)
    listing = next(found, None)
    held = listing and any(not listing.match(name) for name in names)
    return listing if held else None


def _directory_bytes(stream: BinaryIO) -> int:
    """The length of a zip's directory as its end record (or, beyond 4 GB, the record before that) states it."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, end - 65_557))
    tail = stream.read()
    last = tail.rfind(b"PK\x05\x06")
    wide = tail.rfind(b"PK\x06\x06", 0, max(0, last))
    if wide >= 0 and len(tail) >= wide + 48:
        return int.from_bytes(tail[wide + 40 : wide + 48], "little")
    return int.from_bytes(tail[last + 12 : last + 16], "little") if last >= 0 else 0


def _zip_member(archive: zipfile.ZipFile, number: int, info: zipfile.ZipInfo) -> Member:
    if info.flag_bits & 1:
        return Member(number, info.filename, None, Unreadable("encrypted", "the member is encrypted"))
    try:
        return Member(number, info.filename, buffered(lambda: archive.open(info), "member"))
    except _BAD_ZIP:
        problem = Unreadable("truncated", "the member is damaged or packed in an unknown way")
        return Member(number, info.filename, None, problem)


class _Tape:
    """A tar that is read on from where it stands: going back to a header would unpack a compressed one anew."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._archive: tarfile.TarFile | None = None
        self._at: Member | None = None

    def members(self, place: int) -> Iterator[Member]:
        try:
            if self._at is None or place - self._at.place not in (0, 1):
                self._archive = self._from(place)
                self._advance()
            while self._at is not None:
                if self._at.place >= place:
                    yield self._at
                self._advance()
        except (tarfile.TarError, EOFError, OSError, ValueError) as damage:
            raise Unreadable("truncated", "the tar archive is damaged or cut off") from damage

    def _from(self, place: int) -> tarfile.TarFile:
        """The archive from the header on that stands at this place, or (within a header) after it."""
        self._stream.seek(place - place % tarfile.BLOCKSIZE)
        return tarfile.open(fileobj=self._stream, mode="r:", errorlevel=1)

    def _advance(self) -> None:
        assert self._archive is not None
        while (info := self._archive.next()) is not None and info.isdir():
            pass
        self._archive.members.clear()  # type: ignore[attr-defined]  # tarfile keeps every header it has passed
        file = self._archive.extractfile(info) if info is not None and info.isreg() else None
        self._at = Member(info.offset, info.name, file) if info is not None else None  # type: ignore[arg-type]


ZIP, TAR = Zip(), Tar()
