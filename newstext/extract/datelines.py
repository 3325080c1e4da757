"""Where a story was filed: the dateline at the start of a body or alone on its line.

CAIRO: ...        LONDON, March 1 (Reuters) - ...        BUENOS AIRES, Argentina (AP) _ ...        Berlin (dpa) - ...
"""

from __future__ import annotations

import re
from typing import NamedTuple

from newstext.article import Dateline
from newstext.extract.agencies import only_agencies
from newstext.extract.dates import Habit, stamps
from newstext.extract.places import place, region
from newstext.extract.tables import fold, rows, words

#: The longest dateline seen is under 90 characters; the separator must come by then.
_REACH = 110
_END = re.compile(r"\s*(?P<sep>[—–―_]+|--?|:|،|/)(?=\s|[A-ZÀ-Þ\"“'‘«„\u0600-\u06ff])\s*|\s*$")
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]\n]{2,40})[)\]]")
_PLACE = re.compile(r"[^\W\d_][^\n:–—―_()\[\]\"“”|«»]{1,60}")
_DAY = re.compile(r"[^\W\d_]{3,10}\.? \d{1,2}$|\d{1,2}\.? [^\W\d_]{3,10}\.?$")


class Found(NamedTuple):
    """A dateline with the agencies in it and its offsets in the text; `sure` 0..1."""

    dateline: Dateline
    agencies: list[str]
    span: tuple[int, int]
    sure: float


def dateline(text: str, *, alone: bool = False) -> Found | None:
    """The dateline that `text` starts with; `alone`: the whole line was taken for one already."""
    head = text[:_REACH].split("\n", 1)[0]
    match = _PLACE.match(head)
    if not match:
        return None
    bracket = _BRACKET.match(head, match.end())
    agencies = only_agencies(bracket.group(1)) if bracket else []
    after = bracket.end() if bracket else match.end()
    printed = match.group()
    if not bracket and (cut := re.search(r"\s-{1,2}(?=\s)", printed)):
        after, printed = cut.start(), printed[: cut.start()]
    end = _END.match(head, after)
    if not end or (bracket and not agencies) or not (end["sep"] or alone or agencies):
        return None
    return _read(printed, agencies, tight=end["sep"] in (":", "/", "،"), alone=alone)


def _read(printed: str, agencies: list[str], *, tight: bool, alone: bool) -> Found | None:
    pieces = [piece.strip() for piece in printed.split(",")]
    kept: list[str] = []
    dated = False
    for piece in pieces:
        if _dated(piece):
            dated = True
        elif kept and (by := only_agencies(piece)):
            agencies = agencies + by
        else:
            kept.append(piece)
    if not kept or len(kept) > 3 or not all(kept):
        return None
    name, rest = kept[0], kept[1:]
    country = next((code for piece in reversed(rest) if (code := region(piece))), None)
    if rest and country is None:
        return None
    sure = _sure(name, known=bool(country), credited=bool(agencies), dated=dated, tight=tight, alone=alone)
    if not sure:
        return None
    shown = ", ".join(kept)
    return Found(_dateline(shown, name, country), agencies, (0, len(shown)), sure)


def _dated(piece: str) -> bool:
    if stamps(piece, Habit()):
        return True
    months = {name for name, _, _ in rows("months")} if _DAY.fullmatch(piece) else set()
    return any(fold(word) in months for word in piece.split())


def _sure(name: str, *, known: bool, credited: bool, dated: bool, tight: bool, alone: bool) -> float:
    """How sure it is that `name` is where the story was filed; 0 when it is not one."""
    if fold(name) in words("datelines", "words", "never") or len(name.split()) > 4:
        return 0.0
    listed = place(name)
    if name.isupper() and len(name) > 2:
        return 0.98 if credited or known or dated else 0.95 * bool(listed)
    if credited:
        return 0.95 * (name[:1].isupper() or not name.isascii())
    if not listed or listed.kind != "city" or (name[:1].islower()):
        return 0.0
    if dated or known:
        return 0.9
    # In running text a small town's name is a word or a person's; a colon after a name starts many a list.
    return (0.7 if tight and not alone else 0.8) * (alone or (listed.people > 500_000 and len(name) > 3))


def _dateline(text: str, name: str, country: str | None) -> Dateline:
    listed = place(name.partition("/")[0].strip())
    if listed and country in (None, listed.country):
        usual = listed.name if not name[:1].isascii() or name.isupper() else name
        return Dateline(text, name.title() if name.isascii() and name.isupper() else usual, listed.country)
    return Dateline(text, name.title() if name.isupper() else name, country)
