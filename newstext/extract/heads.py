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
from newstext.extract.tables import fold, toml
from newstext.split.kinds import is_stamp, kind
from newstext.split.words import BULLETS, bare
from newstext.split.words import words as split_words

if TYPE_CHECKING:
    from newstext.article import Draft, Line, Span, Unit

#: Lines above a story that are looked at: long menus stand between a title and its story.
_REACH = 400
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


def _row(page: str, line: Line) -> _Row:
    """A line without the blanks around it."""
    whole = page[slice(*line.span)]
    start = line.span[0] + len(whole) - len(whole.lstrip())
    text = whole.strip()
    return _Row(text, (start, start + len(text)), line.label)


class Rows:
    """The lines of a page that are not blank, and which of them say the same."""

    def __init__(self, unit: Unit) -> None:
        self.rows = [_row(unit.text, line) for line in unit.lines if line.label is not Label.BLANK]
        self._starts = [row.span[0] for row in self.rows]

    def line(self, place: int) -> int:
        """The number of the first line that begins at or after a place of the text."""
        return bisect_left(self._starts, place)

    @cached_property
    def times(self) -> Counter[str]:
        """How often each line stands on the page."""
        return Counter(_letters(row.text) for row in self.rows)

    @cached_property
    def _backwards(self) -> list[str]:
        return sorted(letters[::-1] for letters in self.times)

    def ends_another(self, letters: str) -> bool:
        """Whether a longer line ends with this one."""
        after = bisect_left(self._backwards, letters[::-1]) + 1
        return after < len(self._backwards) and self._backwards[after].startswith(letters[::-1])


def headed(unit: Unit) -> None:
    """Give each article of a page the likeliest of the lines above it for its headline."""
    rows = Rows(unit)
    end = 0
    for draft in sorted(unit.drafts, key=lambda each: each.span):
        best = likeliest(titles(rows, draft, end))
        if best is not None and not best.chosen:
            draft.headline = best.text
            draft.evidence["headline"] = Evidence("title", best.span, toml("heads")["sure"])
            draft.span = (min(best.span[0], draft.span[0]), draft.span[1])
        end = draft.span[1]


def likeliest(found: list[Title]) -> Title | None:
    """The title with the best odds; the splitter's own, unless another one's are clearly better."""
    weights: dict[str, float] = toml("heads")["weights"]
    odds = [sum(weights[sign] * value for sign, value in each.signs.items()) for each in found]
    best = max(range(len(found)), key=odds.__getitem__, default=None)
    own = next((at for at, each in enumerate(found) if each.chosen), None)
    if best is None or own is None:
        return None
    return found[best if odds[best] > odds[own] + toml("heads")["clearly"] else own]


def titles(rows: Rows, draft: Draft, after: int) -> list[Title]:
    """The lines between a place (the end of the story before) and an article's text that may be its headline."""
    told = draft.evidence
    body, head = (told[field].span if field in told else None for field in ("body", "headline"))
    if body is None or head is None:
        return []
    story, opening = set(_WORD.findall(fold(draft.body))), set(_WORD.findall(fold(draft.body[:_OPENING])))
    first, last, own = (rows.line(place) for place in (after, body[0], head[0]))
    found = []
    for at in range(max(first, last - _REACH), last):
        text = bare(rows.rows[at].text)
        if not _SHORTEST <= len(text) <= _LONGEST or not any(map(str.isalpha, text)):
            continue
        place = {"away": math.log1p(last - at), "below": float(at > own), "above": float(at < own)}
        signs = _looks(rows.rows[at].text, text) | place | _beside(rows, at) | _told(text, story, opening)
        found.append(Title(text, rows.rows[at].span, at == own, signs | {"chosen": float(at == own)}))
    return found


def _looks(printed: str, text: str) -> dict[str, float]:
    """What a line itself tells."""
    many = len(text.split())
    return {
        "few words": float(many < _FEW),
        "some words": float(_FEW <= many < _SOME),
        "many words": float(many > _MANY),
        "long": float(len(text) > _LONG),
        "stop": float(text[-1] in ".…"),
        "colon": float(text[-1] == ":"),
        "bullet": float(printed[0] in BULLETS and printed[1:2].isspace()),
        "number": float(_NUMBERED.match(printed) is not None),
        "steps": float(_STEP.search(text) is not None),
        "glued": float(_GLUED.search(text) is not None),
        "by": float(opens(text)),
        "stamp": float(is_stamp(text, split_words())),
        "kind": float(kind(text) is not Label.FURNITURE),
        "small": float(text[0].islower()),
        "digit": float(text[0].isdigit()),
    }


def _beside(rows: Rows, at: int) -> dict[str, float]:
    """What the lines around it and the rest of the page tell."""
    row, letters = rows.rows[at], _letters(rows.rows[at].text)
    near = [each.label for each in rows.rows[at + 1 : at + 3]]
    return {
        f"is {row.label.value}": 1.0,
        "top": float(at < 2),
        "again": math.log1p(rows.times[letters] - 1),
        "tail": float(len(letters) > _TAIL and rows.ends_another(letters)),
        "byline next": float(Label.BYLINE in near or Label.TIMESTAMP in near),
    }


def _told(text: str, story: set[str], opening: set[str]) -> dict[str, float]:
    """The share of its words that the story has, and its opening."""
    own = set(_WORD.findall(fold(text)))
    return {"told": len(own & story) / max(1, len(own)), "told first": len(own & opening) / max(1, len(own))}


def _letters(text: str) -> str:
    return "".join(bare(text).lower().split())
