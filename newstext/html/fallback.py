"""Where a page neither declares nor prints a date that we read: what htmldate makes of it.

It guesses from links, identifiers and running text too, so its answers are marked as less sure. (trafilatura's guess
of an author was right on half of the pages that had no other: such a value is better none.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from htmldate import find_date

from newstext.article import Draft, Evidence, Label
from newstext.extract.dates import Habit, stamps

if TYPE_CHECKING:
    from newstext.html.page import Element

#: Share of right answers on the development pages where nothing else gave one, rounded down.
_DATE = 0.6


def fill(tree: Element, draft: Draft) -> None:
    """Add a date to what a draft states, where it has none."""
    marks = [mark.text for mark in draft.marks if mark.label in (Label.TIMESTAMP, Label.BYLINE)]
    if not draft.stated.published and not any(stamps(text, Habit()) for text in marks):
        day = find_date(tree, original_date=True, extensive_search=True)
        if day and not day.endswith("-01"):  # how htmldate completes a year or a month without a day
            draft.stated.published = day
            draft.evidence["published"] = Evidence("htmldate", None, _DATE)
