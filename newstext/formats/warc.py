"""Web archives: WARC and its extracted text (WET), and the older ARC, by warcio; read record by record.

Each page (`record.py` says which records are one) is a unit of its own with the address and the time of its fetching.
An archive may be plain or gzipped record by record: an offset resumes it either way. One that was packed as
a whole, or not along its records, is unpacked first.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from newstext.article import Audit, Refusal, Unit
from newstext.errors import Unreadable
from newstext.formats.base import Cursor, Look, origin_of
from newstext.formats.languages import tag
from newstext.formats.record import RECORDS, Page, page_of, read_record
from newstext.formats.unpack import unpacked
from newstext.source import Source

_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})", re.IGNORECASE | re.MULTILINE)
_MAGIC = (b"WARC/1.", b"WARC/0.", b"filedesc://")

logging.getLogger("warcio").setLevel(logging.CRITICAL)  # its warnings carry addresses as they stand in the file

#: What warcio raises on archives that are damaged, cut off or no archives.
_DAMAGE = (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error)

#: Refusals of so many records that hold no article are kept together in one unit.
_TOGETHER = 200
#: An archive of pictures is passed over in units of so much, so that a part of it ends.
_PASSED_BYTES = 32_000_000


class Warc:
    name = "warc"
    recognised = "`WARC/1.x` or `filedesc://` at the start, also behind gzip; a page for each response or conversion"

    def sniff(self, look: Look) -> float:
        return 1 if _unpacked(look.head).startswith(_MAGIC) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        stream = _stream(source)
        _seek(stream, start.place)
        position = start.position
        passed = _Passed()
        told = start.place
        for page, place, after in _pages(stream):
            unit = _unit(page, place, source, passed) if page else None
            if unit is None and len(passed.refused) < _TOGETHER and after - told < _PASSED_BYTES:
                continue
            told = after
            unit = unit or passed.unit()
            for draft in unit.drafts:
                draft.position += position
            position += len(unit.drafts)
            unit.cursor = Cursor(after, position).dump()
            yield unit
        if passed.refused:
            yield passed.unit()


class _Passed:
    """The records without an article since the last unit."""

    def __init__(self) -> None:
        self.refused: list[Refusal] = []

    def add(self, problem: Unreadable, page: Page, place: int) -> None:
        self.refused.append(Refusal(problem.kind, str(problem), member=page.url, place=f"byte {place:,}"))

    def unit(self) -> Unit:
        refused, self.refused = self.refused, []
        notes = [f"{len(refused)} records hold no article"] if refused else []
        return Unit(drafts=[], audit=Audit(notes=notes), refused=refused)


def _unpacked(head: bytes) -> bytes:
    """The first bytes of a file or, behind gzip, of its content."""
    if not head.startswith(b"\x1f\x8b"):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 256)
    except zlib.error:
        return b""


def _stream(source: Source) -> BinaryIO:
    """The archive as it can be sought: as it is or, where gzip's members are not its records, unpacked."""
    if source.head.startswith(b"\x1f\x8b") and not _by_record(source.head):
        return source.keep("unpacked", None, lambda: unpacked(source.stream, "gzip"))
    return source.stream


def _seek(stream: BinaryIO, place: int) -> None:
    """Go to the record at a place.

    Blank lines end a plain record; its length does not count them, and a reader that begins at them sees the end.
    """
    stream.seek(place)
    while stream.read(1) in (b"\r", b"\n"):
        place += 1
    stream.seek(place)


def _by_record(head: bytes) -> bool:
    """Whether the first member of a gzip holds the first record and nothing else, as far as can be seen.

    Archives that were packed as a whole, or cut into members anywhere, look like others but for this.
    """
    member = zlib.decompressobj(wbits=31)
    try:
        data = member.decompress(head)
    except zlib.error:
        return True  # the reader will say where it is damaged
    fields, _, _ = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(fields)
    if length is None or not data.startswith(b"WARC/"):
        return True
    record = len(fields) + 4 + int(length[1])
    return len(data) <= record + 4 and (not member.eof or len(data) >= record)


class _Records(ArchiveIterator):  # type: ignore[misc]  # warcio has no types
    """Records whose library keeps quiet: it would write to the error output what stands behind a wrong length."""

    INC_RECORD = ""


def _pages(stream: BinaryIO) -> Iterator[tuple[Page | None, int, int]]:
    """Each record's page, None for what is none, with the offsets of the record and behind it."""
    records = _Records(stream, arc2warc=True)
    while True:
        try:
            record = next(records, None)
            page = page_of(record) if record and record.rec_type in RECORDS else None
        except (*_DAMAGE, AttributeError) as problem:  # warcio takes for granted that a response has an address
            raise Unreadable("truncated", "the archive is damaged or cut off inside a record") from problem
        if record is None:
            return
        yield page, *_bounds(records)


def _bounds(records: ArchiveIterator) -> tuple[int, int]:
    """The offsets of the record at hand and behind it; at damage, of where the reader stands: the next read tells."""
    try:
        length = records.get_record_length()
    except _DAMAGE:
        return int(records.offset), int(records.offset)
    start = int(records.get_record_offset())
    return start, start + int(length)


def _unit(page: Page, place: int, source: Source, passed: _Passed) -> Unit | None:
    """A record's unit, with the refusals before it; None when the record holds no article."""
    origin = origin_of(source, url=page.url, fetched_at=page.fetched_at)
    try:
        unit = read_record(page, origin)
    except Unreadable as problem:
        passed.add(problem, page, place)
        return None
    unit.origin, unit.refused = origin, passed.unit().refused
    for draft in unit.drafts:
        draft.stated.url = draft.stated.url or page.url or None
        draft.stated.language = draft.stated.language or tag((page.language or "").split(",")[0])
    return unit


WARC = Warc()
