"""What stands around an article and tells of it: repeated headlines, the path to it, bylines, stamps, datelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.article import Label, Mark
from newstext.split.datelines import opening
from newstext.split.words import key, words

if TYPE_CHECKING:
    from newstext.split.rows import Row

#: Labels whose text is raw material for an article's metadata.
TELLING = frozenset(
    {Label.BYLINE, Label.DATELINE, Label.TIMESTAMP, Label.AGENCY, Label.BREADCRUMB, Label.TAGS, Label.LEGAL}
)

#: A path from the front page has no more steps than this, and its first is a word or two.
PATH, FIRST = 6, 40


def marks(rows: list[Row]) -> list[Mark]:
    """The marks of an article's rows, in the page's order."""
    return [Mark(row.label, row.span, row.text) for row in rows if row.label in TELLING]


def dateline(first: Row, paragraph: str) -> tuple[Mark | None, str]:
    """The dateline that opens a body's first paragraph, and the paragraph without it."""
    found = opening(paragraph)
    if found is None or found.length >= len(paragraph):
        return None, paragraph
    start = first.span[0] + first.text.find(paragraph)
    printed = paragraph[: found.length].rstrip(" -–—_:")  # with its agency and day: `LONDON, March 1 (Reuters)`
    return Mark(Label.DATELINE, (start, start + found.length), printed), paragraph[found.length :]


def repeat(rows: list[Row]) -> Row | None:
    """Tell the headline's later prints from the headline, which is given: it opens the article's head."""
    name = Label.HEADLINE
    prints = [row for row in rows if row.label is name]
    headline = next((row for row in prints if row.part == "H"), None)
    for row in prints:
        if row is not headline:
            row.label = Label.REPEAT if headline else Label.FURNITURE
    return headline


def path(rows: list[Row], headline: Row | None) -> None:
    """Find the path from the site's front page to the article: entries that lead from "Home" to the headline."""
    if headline is None or headline not in rows:
        return
    home = words().home
    before = rows[: rows.index(headline) + 1]
    starts = [at for at, row in enumerate(before) if len(row.text) <= FIRST and key(row.text) in home]
    if not starts:
        return
    title = key(headline.text)
    steps = sorted({at for start in starts for at in range(start + 1, min(start + 1 + PATH, len(before)))})
    end = next((at for at in steps if key(before[at].text) == title), None)
    if end is None:
        return
    for crumb in before[next(at for at in starts if at >= end - PATH) : end]:
        crumb.label = Label.BREADCRUMB
    if before[end] is not headline:
        before[end].label = Label.REPEAT
