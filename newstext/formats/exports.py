"""What the readers of vendors' exports share: cutting a file at its records, blocks, keys, and making drafts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from newstext.article import Caption, Draft, Refusal, Span, Stated
from newstext.formats.base import Found
from newstext.formats.paragraphs import tidy

_BLANK_LINE = re.compile(r"\n[ \t\u00a0]*\n")

#: What vendors' servers print in place of an article that they could not fetch or may not show.
VENDOR_ERRORS = (
    "著作権などの関係で本文を表示できません",
    "We are sorry but there is an error in this document and it is not possible to display it",
    "The document you have requested is not available",
    "This document is currently unavailable",
    "Document could not be retrieved",
)


class Block(NamedTuple):
    """A paragraph of an export: its lines without blank ones, and where it stands in the file."""

    text: str
    span: Span

    @property
    def line(self) -> str:
        return tidy(self.text)


def blocks(text: str, span: Span) -> list[Block]:
    """The paragraphs of a part of a text: what blank lines part."""
    found: list[Block] = []
    start, end = span
    while start < end:
        gap = _BLANK_LINE.search(text, start, end)
        stop = gap.start() if gap else end
        piece = text[start:stop]
        if piece.strip():
            found.append(Block(piece.strip("\n"), (start, stop)))
        start = gap.end() if gap else end
    return found


def cut(text: str, starts: Iterable[int]) -> list[Span]:
    """Spans from each start to the next, the last to the end of the text."""
    return list(itertools.pairwise([*starts, len(text)]))


def has_vendor_error(text: str) -> bool:
    """Whether a record is the vendor's apology and no article: it is short, and says so."""
    return len(text) < 3_000 and any(error in tidy(text) for error in VENDOR_ERRORS)


class Keys:
    """The keys of an export in all its languages: ``Keys({"byline": ("BYLINE", "AUTOR")})`` finds ``AUTOR: ...``.

    Their case counts: vendors print them one way, and `Photo: ...` in a body is no `PHOTO:`. A line that `foreign`
    matches has a key that is none of ours: it ends the value above it.
    """

    def __init__(self, names: dict[str, tuple[str, ...]], foreign: re.Pattern[str] | None = None) -> None:
        self._foreign = foreign
        self._fields = {name: field for field, listed in names.items() for name in listed}
        listed = "|".join(re.escape(name) for name in sorted(self._fields, key=len, reverse=True))
        self._pattern = re.compile(rf"[ \t]*({listed})[ \u00a0]?:[ \t\u00a0]*")

    def split(self, line: str) -> tuple[str, str] | None:
        """The field and the value of a line that begins with a known key."""
        found = self._pattern.match(line)
        return (self._fields[found[1]], line[found.end() :]) if found else None

    def values(self, block: str) -> Iterator[tuple[str, str]]:
        """The fields of a block that begins with a key; lines without a key go on with the value before them."""
        field, value = "", ""
        for line in block.split("\n"):
            if pair := self.split(line):
                if field:
                    yield field, tidy(value)
                field, value = pair
            elif self._foreign and self._foreign.match(line):
                if field:
                    yield field, tidy(value)
                field = ""
            else:
                value = f"{value}\n{line}"
        if field:
            yield field, tidy(value)


def words(value: str) -> int | None:
    """The number in a declared length: `1,355 words`, `664 mots`, `1 285 Wörter`."""
    digits = re.match(r"\D{0,12}(\d{1,3}(?:[., \u00a0]\d{3})+(?!\d)|\d+)", value)
    return int(re.sub(r"\D", "", digits[1])) if digits else None


#: What is said of an error page that a vendor put where an article should stand.
VENDORS_PAGE = "the vendor's error page stands in place of an article"


class Record(NamedTuple):
    """One record's article before it has its number."""

    headline: str | None
    body: str
    stated: Stated
    captions: tuple[str, ...] = ()


def found(records: Iterable[tuple[Span, Record]], text: str, declared: int | None = None) -> Found:
    """Number the records that are articles; refuse the vendor's error pages among them, and what holds no text."""
    result = Found([], declared)
    for span, record in records:
        if has_vendor_error(record.body) or (not record.body and has_vendor_error(text[slice(*span)])):
            result.refused.append(refusal("vendor-error", VENDORS_PAGE, span))
        elif record.body:
            result.drafts.append(draft(len(result.drafts), span, record))
        else:
            result.refused.append(refusal("no-article", "a record of the export holds no text", span))
    if result.refused:
        result.notes.append(f"{len(result.refused)} records of the export hold no article")
    return result


def refusal(kind: str, reason: str, span: Span, member: str | None = None) -> Refusal:
    """What is refused of a text that was read whole: its place is the character it begins at."""
    return Refusal(kind, reason, member=member, place=f"character {span[0]:,}")


def draft(position: int, span: Span, record: Record) -> Draft:
    """A record as the article of its file at a position."""
    record.stated.headline = record.headline
    captions = [Caption(text) for text in record.captions]
    return Draft(position, span, record.body, headline=record.headline, captions=captions, stated=record.stated)
