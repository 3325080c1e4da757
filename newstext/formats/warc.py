"""Web archives: WARC and its extracted text (WET), and the older ARC, by warcio; read record by record.

The pages are the `response` records (HTML or plain text that was fetched) and the `conversion` records (WET's text).
Each is a unit of its own with the address and the time of its fetching. Requests, metadata, redirects and errors hold
no page. An archive may be plain or gzipped record by record: an offset resumes it either way. One that was packed as
a whole, or not along its records, is unpacked first.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from newstext.article import Audit, Draft, Origin, Refusal, Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.formats.base import PIECE_BYTES, Cursor, Look, origin_of
from newstext.formats.languages import tag
from newstext.formats.pagetext import page_unit
from newstext.formats.unpack import unpacked
from newstext.html import read_page
from newstext.source import Source

_PAGES = ("response", "conversion")
_HTML = ("text/html", "application/xhtml+xml")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})", re.IGNORECASE | re.MULTILINE)
_MAGIC = (b"WARC/1.", b"WARC/0.", b"filedesc://")

logging.getLogger("warcio").setLevel(logging.CRITICAL)  # its warnings carry addresses as they stand in the file

#: What warcio raises on archives that are damaged, cut off or no archives.
_DAMAGE = (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error)

#: Refusals of so many records that hold no article are kept together in one unit.
_TOGETHER = 200
#: An archive of pictures is passed over in units of so much, so that a part of it ends.
_PASSED_BYTES = 32_000_000


class Page(NamedTuple):
    """What is taken of a record: its address, its moment, what it says it is, and its bytes."""

    url: str
    fetched_at: str | None
    kind: str
    charset: str | None
    language: str | None
    data: bytes


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


def _pages(stream: BinaryIO) -> Iterator[tuple[Page | None, int, int]]:
    """Each record's page, None for what is none, with the offsets of the record and behind it."""
    records = ArchiveIterator(stream, arc2warc=True)
    while True:
        try:
            record = next(records, None)
            page = _page(record) if record and record.rec_type in _PAGES else None
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


def _page(record: Any) -> Page | None:
    headers, http = record.rec_headers, record.http_headers
    kind = (http.get_header("Content-Type") if http else None) or headers.get_header("Content-Type") or ""
    status = http.get_statuscode() if http else "200"
    media, _, rest = kind.partition(";")
    text = media.strip().lower().startswith("text/") or media.strip().lower() in _HTML or not media
    if not text or not status.startswith("2"):
        return None
    data = record.content_stream().read(PIECE_BYTES + 1)
    return Page(
        url=(headers.get_header("WARC-Target-URI") or "").strip("<> "),
        fetched_at=headers.get_header("WARC-Date"),
        kind=media.strip().lower(),
        charset=rest.partition("charset=")[2].strip(" \"';") or None,
        language=headers.get_header("WARC-Identified-Content-Language"),
        data=data,
    )


def _unit(page: Page, place: int, source: Source, passed: _Passed) -> Unit | None:
    """A record's unit, with the refusals before it; None when the record holds no article."""
    origin = origin_of(source, url=page.url, fetched_at=page.fetched_at)
    try:
        unit = _read(page, origin)
    except Unreadable as problem:
        passed.add(problem, page, place)
        return None
    unit.origin, unit.refused = origin, passed.unit().refused
    for draft in unit.drafts:
        draft.stated.url = draft.stated.url or page.url or None
        draft.stated.language = draft.stated.language or tag((page.language or "").split(",")[0])
    return unit


def _read(page: Page, origin: Origin) -> Unit:
    if len(page.data) > PIECE_BYTES:
        raise Unreadable("too-large", f"the record has more than {PIECE_BYTES:,} bytes")
    decoded = decode(page.data, page.charset)
    if page.kind in _HTML:
        unit = read_page(decoded.text, origin)
        unit.encoding = decoded.encoding
        unit.audit.notes += decoded.notes
        return unit
    return _one_article(page_unit(decoded.text, decoded.encoding, decoded.notes))


#: Prose of a page that goes on after a caption or a form has at least so many characters, so close behind.
_GOES_ON, _GAP = 400, 700


def _one_article(unit: Unit) -> Unit:
    """A record is the page of one address: its longest article, with what goes on before and after interruptions.

    The shorter pieces around it are the page's teasers, comments and forms.
    """
    drafts = unit.drafts
    main = max(range(len(drafts)), key=lambda n: len(drafts[n].body))
    first = last = main
    while first and _continues(drafts[first - 1], drafts[first]):
        first -= 1
    while last + 1 < len(drafts) and _continues(drafts[last], drafts[last + 1]):
        last += 1
    kept = drafts[first : last + 1]
    article = kept[0]
    article.body = "\n\n".join(draft.body for draft in kept)
    article.captions = [caption for draft in kept for caption in draft.captions]
    article.span, article.position = (kept[0].span[0], kept[-1].span[1]), 0
    unit.drafts = [article]
    return unit


def _continues(before: Draft, after: Draft) -> bool:
    return min(len(before.body), len(after.body)) >= _GOES_ON and after.span[0] - before.span[1] <= _GAP


WARC = Warc()
