"""Where a page neither declares nor prints a writer or a date that we read: what trafilatura and htmldate make of it.

They guess from links, identifiers and running text too, so their answers are marked as less sure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from htmldate import find_date
from trafilatura.metadata import extract_author

from newstext.article import Draft, Evidence, Label
from newstext.extract.bylines import stated
from newstext.extract.dates import Habit, stamps

if TYPE_CHECKING:
    from newstext.html.page import Element

#: Share of right answers on the development pages where nothing else gave one.
_AUTHOR, _DATE = 0.6, 0.6


def fill(tree: Element, draft: Draft) -> None:
    """Add an author and a date to what a draft states, where it has none."""
    marks = [mark.text for mark in draft.marks if mark.label in (Label.TIMESTAMP, Label.BYLINE)]
    if not draft.stated.published and not any(stamps(text, Habit()) for text in marks):
        day = find_date(tree, original_date=True, extensive_search=True)
        if day:
            draft.stated.published = day
            draft.evidence["published"] = Evidence("htmldate", None, _DATE)
    if not draft.stated.bylines and not any(mark.label is Label.BYLINE for mark in draft.marks):
        names = [name for name in (extract_author(tree) or "").split("; ") if " " in name and stated(name).names]
        if names:
            draft.stated.bylines = names
            draft.evidence["bylines"] = Evidence("trafilatura", None, _AUTHOR)
