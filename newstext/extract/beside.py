"""Who wrote the articles of a page of text: the likeliest of the lines that name somebody become its byline marks.

A splitter labels lines by their look; `complete` judges them by what stands around them and on the rest of the page
(`newstext.extract.writers`), with a logistic model whose weights bench/writers.py fits.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING

from newstext.article import Evidence, Label, Mark
from newstext.extract.bylines import byline
from newstext.extract.dates import Habit, announced, stamps
from newstext.extract.tables import toml
from newstext.extract.writers import Candidate, Shown, candidates, shown

if TYPE_CHECKING:
    from newstext.article import Draft, Unit

#: A second line names writers too when it is this likely and stands this near the first: one writer a line.
_MORE, _NEAR = 0.7, 2
#: Lines before and after an article where its writer may be told of; web pages have 200 to 500 in all.
_REACH = 250
#: A line that is a date, how far from the story it may stand, and how many of the body's first lines may be one.
_DATE, _AROUND, _FIRST = 100, 300, 3
_TITLES = frozenset({Label.HEADLINE, Label.REPEAT, Label.SUBHEADLINE, Label.CAPTION})


def complete(unit: Unit) -> None:
    """Give each article of a page the byline marks that are likely, and no others."""
    page = shown(unit)
    starts = [line.span[0] for line in page]
    for draft in unit.drafts:
        lines = _around(page, starts, draft)
        likely = [(chance(each.signs), each) for each in candidates(lines, draft)]
        best = max(range(len(likely)), key=lambda at: likely[at][0], default=0)
        sure = likely[best][0] if likely else 0.0
        enough = sure >= toml("writers")["enough"]
        near = likely[max(0, best - _NEAR) : best + _NEAR + 1] if enough else []
        _mark(draft, [each for share, each in near if share >= min(_MORE, sure)], sure)
        _date(draft, lines)


def _around(page: list[Shown], starts: list[int], draft: Draft) -> list[Shown]:
    """The lines of an article and those around it: a page may hold thousands of articles."""
    spans = [told.span for told in map(draft.evidence.get, ("headline", "body")) if told and told.span]
    if not spans:
        return []
    first, last = min(a for a, _ in spans), max(b for _, b in spans)
    return page[max(0, bisect_left(starts, first) - _REACH) : bisect_left(starts, last) + _REACH]


def chance(signs: dict[str, float]) -> float:
    """The chance that a line names the article's writers."""
    weights: dict[str, float] = toml("writers")["weights"]
    return 1 / (1 + math.exp(-sum(weights[sign] * value for sign, value in signs.items())))


def _mark(draft: Draft, chosen: list[Candidate], sure: float) -> None:
    """Let the chosen lines be the draft's byline marks; of the others what is no name stays: dates, agencies."""
    kept = [mark for old in draft.marks if (mark := _without_names(old)) is not None]
    new = [Mark(Label.BYLINE, each.line.span, each.text) for each in chosen]
    draft.marks = sorted([*kept, *new], key=lambda mark: mark.span)
    if chosen:
        draft.evidence["bylines"] = Evidence("byline", chosen[0].line.span, round(sure, 3))


def _date(draft: Draft, lines: list[Shown]) -> None:
    """Mark lines around the story that are hardly more than a date, whatever they were taken for."""
    head, body = draft.evidence.get("headline"), draft.evidence.get("body")
    if body is None or body.span is None:
        return
    start, end = (head.span if head and head.span else body.span)[0] - _AROUND, body.span[1] + _AROUND
    known = {mark.span[0] for mark in draft.marks}
    late = [line for line in lines if line.label is Label.BODY and line.span[0] >= body.span[0]][_FIRST:]
    story = {line.span for line in late}
    draft.marks += [
        Mark(Label.TIMESTAMP, line.span, line.text)
        for line in lines
        if start <= line.span[0] < end
        and line.span[0] not in known
        and ((is_date(line) and line.span not in story) or (line.span[1] >= body.span[1] and _announces(line)))
    ]
    draft.marks.sort(key=lambda mark: mark.span)


def is_date(line: Shown) -> bool:
    """Whether a line is hardly more than a date."""
    if len(line.text) > _DATE or not any(map(str.isdigit, line.text)) or line.label in _TITLES:
        return False
    found = stamps(line.text, Habit())
    return bool(found) and 2 * sum(b - a for a, b in (stamp.span for stamp in found)) >= len(line.text)


def _announces(line: Shown) -> bool:
    """`This entry was posted on Tuesday, September 3rd, 2013 at 12:53 pm and is filed under ...` below a story."""
    if len(line.text) > _AROUND or not any(map(str.isdigit, line.text)):
        return False
    return any(announced(line.text, stamp) for stamp in stamps(line.text, Habit()))


def _without_names(mark: Mark) -> Mark | None:
    if mark.label is not Label.BYLINE or not byline(mark.text).names:
        return mark
    return Mark(Label.TIMESTAMP, mark.span, mark.text) if stamps(mark.text, Habit()) else None
