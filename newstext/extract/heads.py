"""Which line above a story is its headline: the splitter's choice, weighed once more with the rest of the page.

The splitter reads a page line by line and learned where headlines stand on the sites that it knows. On another site a
teaser, a caption or a cookie notice may stand there. What it cannot see is said by the page as a whole: a headline's
words come again in the story, it ends the breadcrumbs (`Home > Ports > Bridge opens`), it stands more than once. The
lines compete in a multinomial logistic model, as those of writers do; bench/heads.py fits its weights.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from newstext.article import Evidence, Label
from newstext.extract.bylines import opens
from newstext.extract.tables import toml
from newstext.remembered import remembered
from newstext.split.kinds import is_stamp, kind
from newstext.split.words import BULLETS, bare
from newstext.split.words import words as split_words

if TYPE_CHECKING:
    from newstext.article import Draft, Line, Span, Unit

#: Lines above a story that are looked at: long menus stand between a title and its story.
_REACH = 400
#: A page of more lines is a dump of many stories, each headed like the next, and holds memory for each line.
_MOST = 5_000
#: Characters of a headline.
_SHORTEST, _LONGEST, _LONG = 4, 300, 140
#: Characters of a line that ends another one because it is the same title.
_TAIL = 12
#: Characters of the story's opening, which tells a headline's news again.
_OPENING = 600
_FEW, _SOME, _MANY = 3, 5, 16
_WORD = re.compile(r"\w{4,}")
_GLUED = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ]")
_STEP = re.compile(r"[>›»]| / ")
_NUMBERED = re.compile(r"\d{1,3}\.\s")
_TELLING = frozenset({Label.BYLINE, Label.TIMESTAMP})


class Title(NamedTuple):
    """A line that may be the headline: its words, its place, whether it is the splitter's, what speaks for it."""

    text: str
    span: Span
    chosen: bool
    signs: dict[str, float]


class _Row(NamedTuple):
    text: str
    span: Span
    label: Label


class _Print(NamedTuple):
    """What a line alone tells: its text without bullets, its longer words, the signs that it has."""

    text: str
    words: frozenset[str]
    signs: dict[str, float]


def _row(page: str, line: Line) -> _Row:
    """A line without the blanks around it."""
    start, end = line.span
    whole = page[start:end]
    text = whole.strip()
    start += whole.find(text)
    return _Row(text, (start, start + len(text)), line.label)


class Rows:
    """The lines of a page that are not blank, and which of the short ones say the same."""

    def __init__(self, unit: Unit) -> None:
        self.rows = [_row(unit.text, line) for line in unit.lines if line.label is not Label.BLANK]
        self._starts = [row.span[0] for row in self.rows]

    def line(self, place: int) -> int:
        """The number of the first line that begins at or after a place of the text."""
        return bisect_left(self._starts, place)

    @cached_property
    def times(self) -> Counter[str]:
        """How often each line stands on the page."""
        return Counter(_letters(row.text) for row in self.rows if len(row.text) <= _LONGEST)

    @cached_property
    def _backwards(self) -> list[str]:
        return sorted(letters[::-1] for letters in self.times)

    def ends_another(self, letters: str) -> bool:
        """Whether a longer line ends with this one."""
        after = bisect_left(self._backwards, letters[::-1]) + 1
        return after < len(self._backwards) and self._backwards[after].startswith(letters[::-1])


def headed(unit: Unit) -> None:
    """Give each article of a page the likeliest of the lines above it for its headline."""
    if len(unit.lines) > _MOST:
        return
    rows = Rows(unit)
    end = 0
    for draft in sorted(unit.drafts, key=lambda each: each.span):
        best = likeliest(titles(rows, draft, end))
        if best is not None and not best.chosen:
            draft.evidence["headline"] = Evidence("title", best.span, toml("heads")["sure"], draft.headline)
            draft.headline = best.text
            draft.span = (min(best.span[0], draft.span[0]), draft.span[1])
        end = draft.span[1]


def likeliest(found: list[Title]) -> Title | None:
    """The title with the best odds; None where the splitter's own is not among them."""
    weights: dict[str, float] = toml("heads")["weights"]
    odds = [sum(weights[sign] * value for sign, value in each.signs.items()) for each in found]
    own = any(each.chosen for each in found)
    return found[max(range(len(found)), key=odds.__getitem__)] if own else None


def titles(rows: Rows, draft: Draft, after: int) -> list[Title]:
    """The lines between a place (the end of the story before) and an article's text that may be its headline."""
    told = draft.evidence
    body, head = (told[field].span if field in told else None for field in ("body", "headline"))
    if body is None or head is None:
        return []
    story, opening = _words(draft.body), _words(draft.body[:_OPENING])
    first, last, own = (rows.line(place) for place in (after, body[0], head[0]))
    found = []
    for at in range(max(first, last - _REACH), last):
        row = rows.rows[at]
        if len(row.text) > _LONGEST:
            continue
        printed = _print(row.text)
        if printed is None:
            continue
        place = {"away": math.log1p(last - at), "below" if at > own else "above" if at < own else "chosen": 1.0}
        signs = printed.signs | place | _beside(rows, at) | _told(printed.words, story, opening)
        found.append(Title(printed.text, row.span, at == own, signs))
    return found


@remembered(1 << 13, _LONGEST)  # a site prints the same furniture around all of its stories
def _print(printed: str) -> _Print | None:
    """A line that may be a headline, as far as it goes alone."""
    text = bare(printed)
    fits = len(text) >= _SHORTEST and any(map(str.isalpha, text))
    return _Print(text, _words(text), _looks(printed, text)) if fits else None


@remembered(1 << 13, _LONGEST)
def _letters(printed: str) -> str:
    return "".join(bare(printed).lower().split())


def _words(text: str) -> frozenset[str]:
    """Its longer words; one page prints a word with the same accents everywhere."""
    return frozenset(_WORD.findall(text.lower()))


def _looks(printed: str, text: str) -> dict[str, float]:
    """The signs that a line alone has."""
    many = len(text.split())
    signs = {
        "few words": many < _FEW,
        "some words": _FEW <= many < _SOME,
        "many words": many > _MANY,
        "long": len(text) > _LONG,
        "stop": text[-1] in ".…",
        "colon": text[-1] == ":",
        "bullet": printed[0] in BULLETS and printed[1:2].isspace(),
        "number": _NUMBERED.match(printed) is not None,
        "steps": _STEP.search(text) is not None,
        "glued": _GLUED.search(text) is not None,
        "by": opens(text),
        "stamp": is_stamp(text, split_words()),
        "kind": kind(text) is not Label.FURNITURE,
        "small": text[0].islower(),
        "digit": text[0].isdigit(),
    }
    return {sign: 1.0 for sign, value in signs.items() if value}


def _beside(rows: Rows, at: int) -> dict[str, float]:
    """What the lines around it and the rest of the page tell."""
    letters = _letters(rows.rows[at].text)
    signs = {f"is {rows.rows[at].label.value}": 1.0, "again": math.log1p(rows.times[letters] - 1)}
    if at < 2:
        signs["top"] = 1.0
    if len(letters) > _TAIL and rows.ends_another(letters):
        signs["tail"] = 1.0
    if any(row.label in _TELLING for row in rows.rows[at + 1 : at + 3]):
        signs["byline next"] = 1.0
    return signs


def _told(own: frozenset[str], story: frozenset[str], opening: frozenset[str]) -> dict[str, float]:
    """The share of its words that the story has, and its opening."""
    return {"told": len(own & story) / max(1, len(own)), "told first": len(own & opening) / max(1, len(own))}
