"""Who wrote the articles of a page of text: the likeliest of the lines that name somebody become its byline marks.

A splitter labels lines by their look; `complete` judges them by what stands around them and on the rest of the page
(`newstext.extract.writers`). The lines of a page compete: the chance of each is its share of the page's odds, with the
odds that none of them tells beside them (a multinomial logistic model; bench/writers.py fits its weights).
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

#: A second line names writers too when its odds are this share of the first's and it stands this near: one a line.
_MORE, _NEAR = 0.6, 2
#: Characters from one such line to the next where both say `By`.
_BESIDE = 80
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
        sure, chosen = likeliest(candidates(lines, draft))
        _mark(draft, chosen if sure >= toml("writers")["enough"] else [], sure)
        _date(draft, lines)


def _around(page: list[Shown], starts: list[int], draft: Draft) -> list[Shown]:
    """The lines of an article and those around it: a page may hold thousands of articles."""
    spans = [told.span for told in map(draft.evidence.get, ("headline", "body")) if told and told.span]
    if not spans:
        return []
    first, last = min(a for a, _ in spans), max(b for _, b in spans)
    return page[max(0, bisect_left(starts, first) - _REACH) : bisect_left(starts, last) + _REACH]


def likeliest(found: list[Candidate]) -> tuple[float, list[Candidate]]:
    """The lines that name an article's writers, and the chance that the first of them does."""
    weights: dict[str, float] = toml("writers")["weights"]
    return elected(
        [math.exp(sum(weights[sign] * value for sign, value in each.signs.items())) for each in found], found
    )


def elected(odds: list[float], found: list[Candidate]) -> tuple[float, list[Candidate]]:
    """The chance of the likeliest names, all their lines together, and the lines: their best and those like it beside
    it. Names for which nothing speaks are none.
    """
    share: dict[tuple[str, ...], float] = {}
    for each, line in zip(odds, found, strict=True):
        share[tuple(line.read.names)] = share.get(tuple(line.read.names), 0.0) + each
    likely = max(share, key=lambda names: share[names], default=())
    best = max(
        (at for at, line in enumerate(found) if tuple(line.read.names) == likely), key=odds.__getitem__, default=-1
    )
    if best < 0 or not found[best].spoken_for:
        return 0.0, []
    near = range(max(0, best - _NEAR), min(best + _NEAR + 1, len(odds)))
    alike = [at for at in near if at == best or odds[at] >= _MORE * odds[best] or _both_cued(found[at], found[best])]
    return share[likely] / (1 + sum(odds)), [found[at] for at in alike]


def _both_cued(one: Candidate, other: Candidate) -> bool:
    """Whether two lines right beside each other both say `By`."""
    return one.read.cued and other.read.cued and abs(one.line.span[0] - other.line.span[0]) <= _BESIDE


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
