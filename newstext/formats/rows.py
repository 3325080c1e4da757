"""Rows that become drafts: what JSON Lines, JSON arrays, CSV and Parquet do with a row once they have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from newstext.article import Audit, Draft, Refusal, Span, Stated, Unit
from newstext.encoding import scrub
from newstext.errors import Unreadable
from newstext.formats.base import UNIT_ARTICLES, UNIT_CHARS, Cursor, origin_of
from newstext.formats.fields import Row, is_article
from newstext.formats.ninjs import is_ninjs, item
from newstext.html import read_page
from newstext.source import Source

Item = TypeVar("Item")

#: Rows without an article, one after the other, behind which a file is given up: each is told by an entry of its own,
#: and a megabyte of gzip holds a billion blank ones. Spreadsheets leave some thousands below a table.
BARREN_ROWS = 10_000


class Batch:
    """The rows of the unit at hand. A row is added or refused, then `passed`, which moves on to the next."""

    def __init__(self, source: Source, rule: str, start: Cursor, encoding: str = "utf-8") -> None:
        self._source, self._rule, self.encoding = source, rule, encoding
        self._place, self._position, self.chars_before = start.place, start.position, start.base
        self._barren = start.barren
        self._clear()

    def _clear(self) -> None:
        self._drafts: list[Draft] = []
        self._refused: list[Refusal] = []
        self._audit = Audit()
        self.chars = 0

    def __len__(self) -> int:
        return len(self._drafts) + len(self._refused)

    def add(self, columns: Mapping[str, Any], span: Span, chars: int | None = None) -> None:
        """A row's article, `chars` of the file where others share its span; `Unreadable` when the row holds none."""
        row = Row(item(columns) if is_ninjs(columns) else columns, self._source.fields)
        stated = row.stated(self._rule)
        blank = is_article(columns, self._source.fields) and not row.is_locked
        if not (row.body or row.html or stated.headline or blank):
            raise Unreadable("no-article", "the row holds neither a text nor a headline under a known name")
        draft = self._page(row, stated) if row.html else self._article(row, stated)
        draft.position, draft.span = self._position, span
        self._drafts.append(draft)
        self._barren = 0
        self._audit.article += span[1] - span[0] if chars is None else chars

    def _article(self, row: Row, stated: Stated) -> Draft:
        return Draft(0, (0, 0), row.body, headline=stated.headline, captions=row.captions, stated=stated)

    def _page(self, row: Row, stated: Stated) -> Draft:
        """The article of a row's page; the row's own columns go before what the page says."""
        unit = read_page(scrub(row.html or ""), origin_of(self._source, url=stated.url))
        if len(unit.drafts) > 1:
            self.note(f"its page holds {len(unit.drafts)} articles, the first is taken")
        draft = unit.drafts[0]
        draft.stated = merged(draft.stated, stated)
        draft.headline = stated.headline or draft.headline
        return draft

    def headed(self, chars: int) -> None:
        """So many characters of the file stand above its rows: names of columns, and no article's."""
        self._audit.furniture += chars
        self.chars_before += chars

    def refuse(self, kind: str, reason: str) -> None:
        self._refused.append(Refusal(kind, reason, self._position, place=f"row {self._position}"))
        self._barren += 1

    def note(self, *notes: str) -> None:
        self._audit.notes += [f"row {self._position}: {note}" for note in notes]

    def passed(self, size: int, chars: int) -> None:
        """Go on to the next row; this one took `size` of the format's places and `chars` characters.

        Raises `Unreadable` behind too many rows without an article.
        """
        self._place += size
        self._position += 1
        self.chars_before += chars
        self.chars += chars
        if self._barren >= BARREN_ROWS:
            raise Unreadable("bad-rows", f"{BARREN_ROWS:,} rows one after the other hold no article")

    def unit(self, *, more: bool) -> Unit:
        """The unit of the rows so far; the next batch begins empty after them."""
        if self._refused:
            self._audit.notes.append(f"{len(self._refused)} rows were refused")
        unit = Unit(drafts=self._drafts, audit=self._audit, refused=self._refused, encoding=self.encoding)
        if more:
            unit.cursor = Cursor(self._place, self._position, self.chars_before, barren=self._barren).dump()
        self._clear()
        return unit


def units(batch: Batch, rows: Iterator[Item], take: Callable[[Batch, Item], None]) -> Iterator[Unit]:
    """Units of rows: `take` adds, refuses and passes each. What stands before damage is given before it."""
    given = False
    try:
        for row in rows:
            take(batch, row)
            if len(batch) >= UNIT_ARTICLES or batch.chars >= UNIT_CHARS:
                yield batch.unit(more=True)
                given = True
    except Unreadable:
        if len(batch):
            yield batch.unit(more=True)
        raise
    if len(batch) or not given:
        yield batch.unit(more=False)


def merged(page: Stated, row: Stated) -> Stated:
    """What a row states goes before what its page states."""
    given = {name: value for name in row.__struct_fields__ if (value := getattr(row, name))}
    return msgspec.structs.replace(page, **given)
