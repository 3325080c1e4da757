"""What kind of furniture a line is, and which of it tells of the article beside it: by word tables and shapes."""

from __future__ import annotations

import re

from newstext.article import Label
from newstext.remembered import remembered
from newstext.split.words import BULLETS, Words, key, words

#: A stamp, a byline or an agency line is one short statement; longer lines tell something else.
LONGEST_STAMP, LONGEST_BYLINE = 110, 90

_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}[년年.]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+")


@remembered(1 << 13, LONGEST_STAMP)
def kind(text: str) -> Label:
    """The kind of a furniture line; FURNITURE when no table and no shape tells."""
    folded = key(text)
    if not any(map(str.isalnum, folded)) and "#" not in folded:
        return Label.RULE
    return words().kinds.get(folded) or shape(text, folded, words())


def shape(text: str, folded: str, table: Words) -> Label:
    first = folded.partition(" ")[0].rstrip(":")
    for label, phrase in table.beginnings.get(first, ()):
        if begins(folded, phrase) and fits(label, text, table):
            return label
    if is_stamp(text, table):
        return Label.TIMESTAMP
    if "©" in text and len(text) < LONGEST_STAMP:
        return Label.LEGAL
    if text[:1] in BULLETS and len(text) < 40:
        return Label.NAVIGATION
    return Label.FURNITURE


def fits(label: Label, text: str, table: Words) -> bool:
    """Whether a line that begins like a kind is also shaped like it."""
    if label is Label.BYLINE:
        return len(text) <= LONGEST_BYLINE and text[-1] not in ".?!" and not is_stamp(text[:12], table)
    if label is Label.TIMESTAMP:
        return len(text) <= LONGEST_STAMP and _DIGIT.search(text) is not None
    return True


def begins(folded: str, phrase: str) -> bool:
    """Whether a folded line begins with a phrase, and the phrase ends where a word ends."""
    return folded.startswith(phrase) and not (phrase[-1].isalnum() and folded[len(phrase) : len(phrase) + 1].isalnum())


def is_stamp(text: str, table: Words) -> bool:
    """Whether a short line states a date or a time of day."""
    if len(text) > LONGEST_STAMP or not _DIGIT.search(text):
        return False
    spelt = {word.lower() for word in _WORDS.findall(text)}
    strength = bool(_DAY.search(text)) * 2 + bool(_CLOCK.search(text)) + bool(_YEAR.search(text))
    strength += bool(spelt & table.months) + bool(spelt & table.units)
    return strength >= 2 and len(spelt) <= 12


def is_agency(text: str, table: Words) -> bool:
    return key(text).strip("() .-–—") in table.agencies
