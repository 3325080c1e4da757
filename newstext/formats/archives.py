"""Archives of many files: zip and tar. Members are read one after the other, each as what it is.

Nothing is ever written anywhere: a member's name is only a label, so `../` in it leads nowhere. Links and devices are
passed over, encrypted members refused.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from newstext.article import Unit
from newstext.encoding import scrub
from newstext.errors import Unreadable
from newstext.formats import inner
from newstext.formats.base import Cursor, Look
from newstext.formats.unpack import UNPACKED_BYTES
from newstext.source import Source

#: A zip's directory is held in memory, ten times its size; this much lists some 200,000 members.
DIRECTORY_BYTES = 16_000_000

#: What operating systems put into archives beside the files.
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class Member(NamedTuple):
    name: str
    stream: BinaryIO | None
    problem: Unreadable | None = None


class Zip:
    name = "zip"
    recognised = "a zip archive of files of any format"

    def sniff(self, look: Look) -> float:
        return 0.99 if look.head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        return _read(source, _zip_members(source), cursor)


class Tar:
    name = "tar"
    recognised = "a tar archive of files of any format"

    def sniff(self, look: Look) -> float:
        return 0.98 if look.head[257:262] == b"ustar" else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        return _read(source, _tar_members(source), cursor)


def _read(source: Source, members: Iterator[Member], cursor: str | None) -> Iterator[Unit]:
    at = Cursor.load(cursor)
    passed = 0
    for number, member in enumerate(members):
        if number < at.place:
            continue
        start = at.at(number)
        for unit in _units(source, member, start):
            at = inner.after(unit)
            yield unit
        passed += member.stream.tell() if member.stream else 0
        if passed > UNPACKED_BYTES:
            raise Unreadable("bomb", f"the archive unpacks to more than {UNPACKED_BYTES:,} bytes")


def _units(source: Source, member: Member, start: Cursor) -> Iterator[Unit]:
    label = scrub(member.name.encode("utf-8", "replace").decode())[:200]
    if member.problem or member.stream is None:
        problem = member.problem or Unreadable("no-file", "a link, a device or a folder: no file")
        yield inner.refused(problem, label, Cursor(start.place + 1, start.position))
        return
    try:
        yield from inner.units(inner.opened(source, member.stream, label), start, label)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zlib.error, NotImplementedError) as damage:
        problem = Unreadable("truncated", "the member is damaged, cut off or packed in an unknown way")
        problem.__cause__ = damage
        yield inner.refused(problem, label, Cursor(start.place + 1, start.position))


def _zip_members(source: Source) -> Iterator[Member]:
    stream = inner.random_access(source)
    if _directory_bytes(stream) > DIRECTORY_BYTES:
        raise Unreadable("too-many", "the zip archive lists more members than one archive should")
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as damage:
        raise Unreadable("truncated", "the zip archive is damaged or cut off: its directory is missing") from damage
    with archive:
        for info in archive.infolist():
            if info.is_dir() or info.filename.startswith(_SKIPPED) or info.filename.endswith(_SKIPPED):
                continue
            yield _zip_member(archive, info)


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


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    if info.flag_bits & 1:
        return Member(info.filename, None, Unreadable("encrypted", "the member is encrypted"))
    try:
        return Member(info.filename, archive.open(info))  # type: ignore[arg-type]
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError):
        return Member(info.filename, None, Unreadable("truncated", "the member is damaged or packed in an unknown way"))


def _tar_members(source: Source) -> Iterator[Member]:
    source.stream.seek(0)
    try:
        with tarfile.open(fileobj=source.stream, mode="r:", errorlevel=1) as archive:
            while (info := archive.next()) is not None:
                if not info.isdir():
                    yield Member(info.name, archive.extractfile(info) if info.isreg() else None)  # type: ignore[arg-type]
                archive.members.clear()  # type: ignore[attr-defined]  # tarfile keeps every header it has passed
    except (tarfile.TarError, EOFError, OSError, ValueError) as damage:
        raise Unreadable("truncated", "the tar archive is damaged or cut off") from damage


ZIP, TAR = Zip(), Tar()
