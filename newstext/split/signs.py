"""What the words of single rows say: tables, stamps, datelines, credits; one small integer of flags for each row."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from newstext.article import Label
from newstext.split import kinds
from newstext.split.datelines import REACH, opening
from newstext.split.words import BULLETS, Words, key, words

#: Number of slots for hashed words; slot 0 means "no word". Enough that the words that count seldom share one.
SLOTS = 1 << 15

#: Words of a row that are hashed: its first two, its last, and the row as a whole.
HASHED = 4

#: Rows up to this many characters are looked up in the tables; longer ones are prose.
SHORT = 120

#: The flags, by bit.
TABLED = (Label.SHARE, Label.NAVIGATION, Label.RELATED, Label.ADVERT, Label.LEGAL, Label.AGENCY, Label.RULE)
STARTED = (Label.BYLINE, Label.LEGAL, Label.RELATED, Label.TAGS, Label.TIMESTAMP, Label.SHARE)
SHAPED = (
    "stamp",
    "dateline",
    "credit-end",
    "credit-word",
    "address",
    "heading",
    "bullet",
    "pieces",
    "lower",
    "home",
    "promo",
    "promos",
    "reader",
)
FLAGS = len(TABLED) + len(STARTED) + len(SHAPED)

#: A paragraph with a dateline is longer than this; a photo credit stands in so many characters of a caption's end.
DATELINED, TAIL = 40, 60

#: Who is spoken to shows in the first so many characters.
SPOKEN = 160

_PAUSE = re.compile(r"[-–—_:] ")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|©")

_TABLED = {label: 1 << bit for bit, label in enumerate(TABLED)}
_STARTED = {label: 1 << bit for bit, label in enumerate(STARTED, len(TABLED))}
_SHAPED = {name: 1 << bit for bit, name in enumerate(SHAPED, len(TABLED) + len(STARTED))}


class Sign(NamedTuple):
    """Of one row: the key that equal rows share, its flags as bits, its hashed words."""

    key: str
    flags: int
    slots: tuple[int, int, int, int]


@lru_cache(maxsize=1 << 14)
def short_sign(text: str) -> Sign:
    """The sign of a short row; remembered, since furniture is the same on every page of a site."""
    table = words()
    folded = key(text)
    flags = _TABLED.get(table.kinds.get(folded, Label.BODY), 0)
    if folded in table.home:
        flags |= _SHAPED["home"]
    first, _, _ = folded.partition(" ")
    for label, phrase in table.beginnings.get(first.rstrip(":"), ()):
        if folded.startswith(phrase) and kinds.fits(label, text, table):
            flags |= _STARTED[label]
    if kinds.is_stamp(text, table):
        flags |= _SHAPED["stamp"]
    parts = folded.split()
    one, two, last = (slot(parts[at]) if -len(parts) <= at < len(parts) else 0 for at in (0, 1, -1))
    return Sign(folded, flags | shaped(text, table), (one, two, last, slot("=" + folded)))


def long_sign(text: str) -> Sign:
    """The sign of a long row: its own text is its key."""
    first, _, rest = text.partition(" ")
    last = rest[-24:].rpartition(" ")[2]
    return Sign(text, shaped(text, words()), (slot(first.lower()), 0, slot(last.lower()), 0))


def shaped(text: str, table: Words) -> int:
    """The flags that shapes give, for rows of every length."""
    flags = 0
    if len(text) > DATELINED and _PAUSE.search(text, 0, REACH) and opening(text):
        flags |= _SHAPED["dateline"]
    tail = _WORD.findall(text[-TAIL:].lower())
    if not table.photo.isdisjoint(tail):
        flags |= _SHAPED["credit-word" if table.photo.isdisjoint(tail[-4:]) else "credit-end"]
    spoken = _WORD.findall(text[:SPOKEN].lower())
    promo = sum(map(table.promo.__contains__, spoken))
    if promo:
        flags |= _SHAPED["promo" if promo == 1 else "promos"]
    if not table.reader.isdisjoint(spoken):
        flags |= _SHAPED["reader"]
    if "@" in text or "http" in text or "www." in text:
        flags |= _SHAPED["address"]
    if text[0] == "#":
        flags |= _SHAPED["heading"]
    elif text[0] in BULLETS:
        flags |= _SHAPED["bullet"]
    if " | " in text or " > " in text or " / " in text or " · " in text:
        flags |= _SHAPED["pieces"]
    if text[0].islower():
        flags |= _SHAPED["lower"]
    return flags


def slot(word: str) -> int:
    return 1 + crc32(word.encode("utf-8", "surrogatepass")) % (SLOTS - 1)


def sign(text: str) -> Sign:
    return short_sign(text) if len(text) <= SHORT else long_sign(text)
