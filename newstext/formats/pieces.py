"""Long files of many records, read record by record: corpora in SGML, dumps of wire stories.

A record begins where a marker stands in the bytes and ends where the next one does. Only the record at hand is held.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from newstext.article import Audit, Draft, Refusal, Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.formats.base import PIECE_BYTES, UNIT_ARTICLES, UNIT_CHARS, Cursor, Look, visible
from newstext.formats.exports import VENDORS_PAGE, Record, has_vendor_error
from newstext.formats.utf8 import as_utf8
from newstext.source import Source

_CHUNK = 262_144
#: No marker is longer: so many bytes of a chunk are looked at again with the next one.
_MARKER_BYTES = 100


class Piece(NamedTuple):
    """The bytes of a record, and where they start and end in the file; None for one that is too long to be held."""

    data: bytes | None
    start: int
    end: int


@dataclass(frozen=True)
class Records:
    """A format of records that begin with `opening`; `record` reads one, None when it is none (a cover, a tail)."""

    name: str
    recognised: str
    sniff: Callable[[Look], float]
    opening: re.Pattern[bytes] = field(repr=False)
    record: Callable[[str], Record | None] = field(repr=False)
    declared: str | None = None  # the encoding of this format where it is none that bytes tell
    controls: bool = False

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        batch = _Batch(start)
        given = False
        try:
            for piece in pieces(as_utf8(source), self.opening, start.place):
                self._take(batch, piece)
                if len(batch.drafts) >= UNIT_ARTICLES or batch.chars - batch.before >= UNIT_CHARS:
                    yield batch.unit(more=True)
                    given = True
        except Unreadable:  # damage: what stands before it is given before it
            if batch.drafts or batch.refused:
                yield batch.unit(more=True)
            raise
        if batch.drafts or batch.refused or not given:
            yield batch.unit(more=False)

    def _take(self, batch: _Batch, piece: Piece) -> None:
        if piece.data is None:
            batch.refuse(Unreadable("too-large", f"a record has more than {PIECE_BYTES:,} bytes"), 0)
        else:
            decoded = decode(piece.data, self.declared, controls=self.controls)
            try:
                batch.add(self.record(decoded.text), decoded.text)
            except Unreadable as problem:
                batch.refuse(problem, len(decoded.text))
            batch.encoding = decoded.encoding
        batch.place = piece.end


class _Batch:
    """The unit at hand."""

    def __init__(self, start: Cursor) -> None:
        self.place, self.position, self.chars = start.place, start.position, start.base
        self.encoding = ""
        self._clear()

    def _clear(self) -> None:
        self.drafts: list[Draft] = []
        self.refused: list[Refusal] = []
        self.audit = Audit()
        self.before = self.chars

    def add(self, record: Record | None, text: str) -> None:
        span = self.chars, self.chars + len(text)
        if record is None:
            self.audit.furniture += visible(text)
        elif has_vendor_error(record.body):
            raise Unreadable("vendor-error", VENDORS_PAGE)
        elif not record.body and not record.headline:
            raise Unreadable("no-article", "a record holds neither headline nor text")
        else:
            record.stated.headline = record.headline
            self.drafts.append(Draft(self.position, span, record.body, headline=record.headline, stated=record.stated))
            self.position += 1
            self.audit.article += visible(text)
        self.chars = span[1]

    def refuse(self, problem: Unreadable, chars: int) -> None:
        self.refused.append(Refusal(problem.kind, str(problem), place=f"byte {self.place:,}"))
        self.chars += chars

    def unit(self, *, more: bool) -> Unit:
        if self.refused:
            self.audit.notes.append(f"{len(self.refused)} records hold no article")
        unit = Unit(drafts=self.drafts, audit=self.audit, refused=self.refused, encoding=self.encoding)
        unit.cursor = Cursor(self.place, self.position, self.chars).dump() if more else None
        self._clear()
        return unit


def pieces(source: Source, opening: re.Pattern[bytes], place: int) -> Iterator[Piece]:
    """The records from byte `place` on: from one marker to the next, what stands before the first one too."""
    source.stream.seek(place)
    held, start, dropped, looked = b"", place, 0, 1
    while chunk := source.stream.read(_CHUNK):
        held += chunk
        while (mark := opening.search(held, looked)) is not None:
            end = start + dropped + mark.start()
            yield _piece(held[: mark.start()], start, end)
            held, start, dropped, looked = held[mark.start() :], end, 0, 1
        looked = max(1, len(held) - _MARKER_BYTES)
        if len(held) > PIECE_BYTES:
            dropped += len(held) - _MARKER_BYTES
            held, looked = held[-_MARKER_BYTES:], 0
    if held:
        yield _piece(held, start, start + dropped + len(held))


def _piece(held: bytes, start: int, end: int) -> Piece:
    return Piece(held if len(held) == end - start <= PIECE_BYTES else None, start, end)
