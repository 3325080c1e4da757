"""Rows with their labels, and the account of every line of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from newstext.article import Label, Line
from newstext.split.kinds import is_agency, kind
from newstext.split.tags import LABELS
from newstext.split.words import words

if TYPE_CHECKING:
    from newstext.article import Span
    from newstext.split.page import Lines, Rows
    from newstext.split.tags import Tag

#: Parts of an article proper: what its span reaches over.
PARTS = frozenset(
    {
        Label.HEADLINE,
        Label.REPEAT,
        Label.SUBHEADLINE,
        Label.CAPTION,
        Label.CREDIT,
        Label.BODY,
        Label.SUBHEAD,
        Label.BYLINE,
        Label.DATELINE,
        Label.TIMESTAMP,
        Label.AGENCY,
        Label.TAGS,
    }
)

#: Labels of rows whose words say it closer. A line that names an agency alone is mostly taken for the last two.
_CLOSER = frozenset({Label.FURNITURE, Label.TIMESTAMP, Label.BYLINE})

#: Looked up here once: Python 3.11 takes as long over a member's name as over a row.
_BODY = Label.BODY

#: Furniture that reads like prose and that the model was not sure of is called unassigned: a person may look.
DOUBTFUL, PROSE = 0.6, 60

#: Furniture this many rows from a headline or a body is not about that article: its dates and names are others'.
NEARBY = 15

#: Letters of the shortest body that is one: two words of a language that spaces them.
LEAST_LETTERS = 8
#: Characters of a row that are looked at for them.
LETTERS_READ = 40


class Row(msgspec.Struct, eq=False):
    """One row of the page with all that is known of it; `part` is where it stands to its article's body (P H B E)."""

    text: str
    span: Span
    label: Label
    article: int | None
    part: str
    sure: float


def labelled(lines: Lines, rows: Rows, tags: list[Tag]) -> list[Row]:
    """Give each row its label: by its code, and for furniture by its words."""
    out = []
    for text, first, last, tag in zip(rows.texts, rows.first, rows.last, tags, strict=True):
        span = (lines.places[first], lines.places[last] + len(lines.texts[last]))
        label = LABELS[tag.code]
        if label in _CLOSER:
            label = closer(text, label, tag.sure)
        out.append(Row(text, span, label, tag.article, tag.part, tag.sure))
    return out


def closer(text: str, label: Label, sure: float) -> Label:
    """The label that a row's words give it."""
    if label is not Label.FURNITURE:
        return Label.AGENCY if is_agency(text, words()) else label
    found = kind(text)
    if found is label and sure < DOUBTFUL and len(text) > PROSE:
        return Label.UNASSIGNED
    return found


def articles(rows: list[Row]) -> list[list[Row]]:
    """The rows of each article, furniture about it included, in the page's order; rows are renumbered to match.

    Furniture that no body follows (a page's last menu, a page of nothing else) is no article.
    """
    groups: dict[int | None, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.article, []).append(row)
    found = [group for group in groups.values() if says_something(group)]
    for row in rows:
        row.article = None
    for number, group in enumerate(found):
        for row in group:
            row.article = number
    return found


def says_something(group: list[Row]) -> bool:
    """Whether a group has a body in words. Punctuation that the model took for one is nobody's: unassigned."""
    letters = 0
    for row in group:
        if row.label is _BODY:
            letters += sum(map(str.isalpha, row.text[:LETTERS_READ]))
            if letters >= LEAST_LETTERS:
                return True
    for row in group:
        if row.label is _BODY:
            row.label = Label.UNASSIGNED
    return False


def nearby(rows: list[Row]) -> list[Row]:
    """An article's rows without the furniture far before its head or far after its body."""
    head = next((at for at, row in enumerate(rows) if row.part != "P"), 0)
    tail = next((at for at in range(len(rows) - 1, -1, -1) if rows[at].part != "E"), len(rows))
    return rows[max(0, head - NEARBY) : tail + 1 + NEARBY]


def account(lines: Lines, rows: Rows, found: list[Row]) -> list[Line]:
    """One entry for every line of the page, blank ones too."""
    spans = lines.spans
    blank = Label.BLANK
    unread = Line((0, 0), blank)
    out = [unread if text else Line(span, blank) for span, text in zip(spans, lines.texts, strict=True)]
    for first, last, row in zip(rows.first, rows.last, found, strict=True):
        number = row.article if row.label in PARTS else None
        out[first] = Line(spans[first], row.label, row.sure, number)
        for at in range(first + 1, last + 1):
            out[at] = Line(spans[at], row.label, row.sure, number)
    return out
