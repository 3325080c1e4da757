"""The original text of a file, read again as the pipeline read it: an article's evidence in it, a whole page's audit.

Nothing here is markup: pieces are (text, names) pairs that the templates escape.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from newstext import formats
from newstext.article import FURNITURE, Evidence, Label, Line, Span, Unit
from newstext.errors import Unreadable
from newstext.source import Source
from wiredesk.errors import StoreAway, StoreFault
from wiredesk.files import FileInfo
from workers.blobs import source_of
from workers.desk import Desk

#: A larger file is not read again for a page: what was published of it is shown without its surroundings.
LARGEST = 2_000_000
#: Characters of an original that one page shows.
SHOWN = 200_000
#: Units of a container that are looked through for an article.
UNITS = 500
#: Characters around an article, and the shortest stretch without evidence that is folded.
AROUND, FOLD = 400, 1_500


class Piece(NamedTuple):
    """Some text and the fields whose evidence it is (or what its line was taken for)."""

    text: str
    names: tuple[str, ...] = ()
    folded: int = 0  # characters left out in its place


class Original(NamedTuple):
    """A unit of a file as it was read."""

    text: str
    lines: list[Line]
    positions: tuple[int, ...]


def read(desk: Desk, file: FileInfo, position: int | None = None) -> Original | None:
    """The unit that holds the article of this position (None: the first), or None where it cannot be shown."""
    if file.bytes > LARGEST:
        return None
    try:
        return next(_units(source_of(desk, file), file, position), None)
    except (Unreadable, StoreAway, StoreFault, ValueError):
        return None


def _units(source: Source, file: FileInfo, position: int | None) -> Iterator[Original]:
    for unit, _ in zip(formats.read(source), range(UNITS), strict=False):
        positions = tuple(draft.position for draft in unit.drafts)
        if position is None or position in positions:
            yield Original(unit.text or _decoded(source, file, unit), unit.lines, positions)


def _decoded(source: Source, file: FileInfo, unit: Unit) -> str:
    """For formats that keep no page: the file's own text, where the file is text throughout."""
    if "/" in unit.format:
        return ""
    try:
        return source.whole().decode(unit.encoding or file.encoding or "utf-8", "replace").removeprefix("\ufeff")
    except LookupError:
        return ""


def evidence(original: Original, span: Span, found: dict[str, Evidence]) -> list[Piece]:
    """The article's part of the text, cut where the evidence of a field begins or ends; dull stretches folded."""
    spans = {
        name: mark.span
        for name, mark in found.items()
        if mark.span and name not in ("split", "body") and mark.span[1] > mark.span[0]
    }
    first = max(0, min([span[0], *(s[0] for s in spans.values())]) - AROUND)
    last = min(len(original.text), max([span[1], *(s[1] for s in spans.values())]) + AROUND)
    cuts = sorted({first, last, *span, *(edge for s in spans.values() for edge in s)})
    pieces = [
        Piece(original.text[a:b], tuple(_names(spans, span, a, b)))
        for a, b in itertools.pairwise(cuts)
        if first <= a < b <= last
    ]
    return list(_folded(pieces))


def _names(spans: dict[str, Span], article: Span, start: int, end: int) -> Iterator[str]:
    if start < article[0] or end > article[1]:
        yield "outside"
    yield from (name for name, (a, b) in spans.items() if a <= start and end <= b)


def _folded(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        if set(piece.names) - {"outside"} or len(piece.text) <= FOLD:
            yield piece
            continue
        yield piece._replace(text=piece.text[: FOLD // 2])
        yield Piece("", piece.names, len(piece.text) - FOLD)
        yield piece._replace(text=piece.text[-(FOLD // 2) :])


class AuditLine(NamedTuple):
    """A line of a page with what it was taken for; `kind` is article, furniture, unassigned or blank."""

    text: str
    label: str
    kind: str
    confidence: float
    article: int | None


def audit_lines(original: Original) -> list[AuditLine]:
    """The page line by line, up to what a page can show."""
    shown = (line for line in original.lines if line.span[0] < SHOWN)
    return [
        AuditLine(original.text[a:b].rstrip("\r\n"), label.value, kind_of(label, article), confidence, article)
        for (a, b), label, confidence, article in ((x.span, x.label, x.confidence, x.article) for x in shown)
    ]


def kind_of(label: Label, article: int | None) -> str:
    """As the audit counts it (newstext/split/audit.py)."""
    if label in (Label.UNASSIGNED, Label.BLANK):
        return label.value
    return "furniture" if label in FURNITURE or article is None else "article"


def fields_in(pieces: Sequence[Piece]) -> set[str]:
    """The fields that are marked somewhere in these pieces."""
    return {name for piece in pieces for name in piece.names} - {"outside"}
