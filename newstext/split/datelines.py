"""Datelines: where a story was filed, as the first words of its body say."""

from __future__ import annotations

import re
from typing import NamedTuple

#: Datelines end within this many characters: the longest seen names two towns, a state and a date.
REACH = 90

_UPPER = r"[A-ZÀ-ÞŞĞİŁŚŻ][A-ZÀ-ÞŞĞİŁŚŻ.'’-]*"
_TITLE = r"[A-ZÀ-ÞŞĞİŁŚŻ][\w.'’-]*"
_TAIL = rf"(?:, ?{_TITLE}(?: {_TITLE}){{0,2}}){{0,2}}"
_DATE = r"(?:, ?[A-Z][a-z]{2,8}\.? \d{1,2}|, ?\d{1,2} [A-Z][a-z]{2,8}\.?)"
_AGENCY = r"(?: ?\([A-Za-z][A-Za-z .&/]{0,28}\)|, (?:IRNA|TASS|PTI|ANI|AFP|AP|SPA|WAM))"
_END = r"\s*(?:--|[-–—_:])(?=\s)\s*"
_UPPER_PLACE = rf"{_UPPER}(?:[ /]{_UPPER}){{0,4}}"
_TITLE_PLACE = rf"{_TITLE}(?:[ /]{_TITLE}){{0,3}}"

_FORMS = (
    # CAIRO: / WASHINGTON (AP) — / NEW YORK, March 18 - / BEIRUT, Lebanon —
    re.compile(rf"(?P<place>{_UPPER_PLACE}{_TAIL}){_DATE}?{_AGENCY}?{_END}"),
    # New York, March 18 - / Berlin (dpa) - / Tehran, IRNA –
    re.compile(rf"(?P<place>{_TITLE_PLACE}{_TAIL}?)(?:{_DATE}{_AGENCY}?|{_AGENCY}){_END}"),
    # (dpa) - before the text alone
    re.compile(rf"(?P<place>)\([A-Za-z]{{2,10}}\){_END}"),
)


class Opening(NamedTuple):
    """A dateline at a body's start: the place as printed, and how many characters it takes with its dash."""

    place: str
    length: int


def opening(text: str) -> Opening | None:
    """The dateline with which a paragraph opens, if it does.

    >>> opening("WASHINGTON (AP) — Two officers were charged")
    Opening(place='WASHINGTON', length=18)
    """
    head = text[:REACH]
    for form in _FORMS:
        if (found := form.match(head)) and any(c.isalpha() for c in found[0]):
            place = found["place"]
            if len(place) != 1 and not (place and place.endswith(".") and "," not in place):
                return Opening(place, found.end())
    return None
