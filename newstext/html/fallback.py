"""What a page neither declares nor marks: its date and its writers, from the lines around the story.

A short line between the headline and the text that states a date states the story's; who wrote it is judged as on a
page of text (`newstext.extract.writers`). Where no line tells the date either, htmldate is asked: it guesses from
links, identifiers and running text too, so its answers are marked as less sure. (trafilatura's guess of an author was
right on half of the pages that had no other: such a value is better none.)
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from htmldate import extractors, find_date

from newstext.article import Draft, Evidence, Label, Mark
from newstext.extract.beside import is_date, likeliest
from newstext.extract.bylines import byline, opens
from newstext.extract.dates import Habit, announced, cues, role, stamps
from newstext.extract.writers import candidates
from newstext.html.lines import Lines, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.extract.dates import Stamp
    from newstext.extract.writers import Shown
    from newstext.html.page import Element, Page

#: Share of right answers on the development pages where nothing else gave one, rounded down.
_DATE, _BESIDE = 0.6, 0.85
#: A line names the writers of a web page when it is this likely: web pages that do declare them have other lines too.
_LIKELY = 0.6
#: Lines above the headline, into the text and below it (with a word that says so) where the story's date may stand.
_ABOVE, _INTO, _BELOW = 3, 2, 6
#: Lines above the text that are looked at where none of them is the headline.
_SEARCHED = 12
#: Characters of a line that states a date and little else, and of what else it may state unless it says of what.
_SHORT, _BESIDES = 70, 40
#: What parts a page's title.
_PARTS = re.compile(r"\s[|–—-]\s")


def fill(page: Page, root: Element, draft: Draft) -> None:
    """Add a date and writers to what a draft states and marks, where it has none."""
    read = [mark for mark in draft.marks if mark.label is Label.BYLINE and byline(mark.text).names]
    named = bool(draft.stated.bylines or read)
    around = None if draft.stated.published and named else lines(root, draft.headline or "", draft.body)
    if around and not named:
        _write(page, around, draft)
    if around and not draft.stated.published:
        _date(page, around, draft)
    dated = [mark for mark in draft.marks if mark.label in (Label.TIMESTAMP, Label.BYLINE)]
    if draft.stated.published or _titled(page, draft):
        return
    if not any(stamps(mark.text, Habit()) for mark in dated):
        _guess(root, draft)


def _write(page: Page, around: Lines, draft: Draft) -> None:
    """Mark the likeliest line that names writers, if it is likely enough."""
    story = around.story(draft.headline or "", draft.body)
    sure, chosen = likeliest(candidates(around.shown, story))
    if sure < _LIKELY:
        return
    best = chosen[0]
    span = page.place(around.elements[around.shown.index(best.line)], best.line.text)
    draft.marks = sorted([*draft.marks, Mark(Label.BYLINE, span, best.text)], key=lambda mark: mark.span)
    draft.evidence["bylines"] = Evidence("byline", span, round(sure, 3))


def _date(page: Page, around: Lines, draft: Draft) -> None:
    """State the date that the likeliest line beside the story has, as it is printed there."""
    for at in _places(around):
        line = around.shown[at]
        if stamp := _of_story(line):
            draft.stated.published = line.text[slice(*stamp.span)]
            draft.evidence["published"] = Evidence("beside", page.place(around.elements[at], line.text), _BESIDE)
            return


def _of_story(line: Shown) -> Stamp | None:
    """The date of a line that states one and little else, or says that it is; it may speak of the last change too."""
    found = stamps(line.text, Habit())
    if line.label is Label.BODY:
        return next((stamp for stamp in found[:1] if _bracketed(line.text, stamp)), None)
    if len(line.text) > _SHORT and not is_date(line):
        return next((stamp for stamp in found if announced(line.text, stamp)), None)
    besides = len(line.text) - sum(b - a for a, b in (stamp.span for stamp in found))
    if besides > _BESIDES and not opens(line.text) and not any(cues(line.text)):
        return None  # a caption
    return next((stamp for stamp in found if role(line.text, stamp) in (None, "published")), None)


def _bracketed(text: str, stamp: Stamp) -> bool:
    """Whether a text begins with a date in brackets: `(21. November 2022) Households get ...`."""
    start, end = stamp.span
    return text[:start] == "(" and text[end : end + 1] == ")"


def _places(around: Lines) -> Iterator[int]:
    """Lines where the story's own date may stand, in the order of their credit: headline to text, above, below."""
    end = len(around.shown)
    if around.head is None:  # the nearer to the text, the likelier
        yield from range(around.first - 1, max(-1, around.first - 1 - _SEARCHED), -1)
        yield from range(around.first, min(around.first + _INTO, end))
    else:
        yield from range(around.head, min(around.first + _INTO, end))
        yield from range(around.head - 1, max(-1, around.head - 1 - _ABOVE), -1)
    below = range(around.last + 1, min(around.last + 1 + _BELOW, end))
    yield from (at for at in below if any(cues(around.shown[at].text)))


class _Reader:
    """Reads a date's text for htmldate, which would ask dateparser and its month names of all languages: 42 MB in every
    worker, for no date of 988 pages that our own patterns do not read.
    """

    def get_date_data(self, text: str) -> dict[str, datetime | None]:
        """As htmldate calls dateparser's parser."""
        found = stamps(text, Habit())
        return {"date_obj": datetime.fromisoformat(found[0].iso[:10]) if found else None}


extractors.get_external_parser = cache(_Reader)
extractors.has_date_cue = lambda *_: True  # whether dateparser is worth its time


def _titled(page: Page, draft: Draft) -> bool:
    """State the date behind the last bar or dash of the page's title: `Harbour stays open | DW | 28.04.2023`."""
    last = _PARTS.split(page.title)[-1]
    stamp = next(iter(stamps(last, Habit())), None)
    if stamp is None or stamp.span != (0, len(last)):
        return False
    draft.stated.published = last
    draft.evidence["published"] = Evidence("title", page.find(last), _BESIDE)
    return True


def _guess(root: Element, draft: Draft) -> None:
    day = find_date(root, original_date=True, extensive_search=True)
    if day and not day.endswith("-01"):  # how htmldate completes a year or a month without a day
        draft.stated.published = day
        draft.evidence["published"] = Evidence("htmldate", None, _DATE)
