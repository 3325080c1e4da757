"""What the words of rows say: whole lines and beginnings that the tables know, stamps, credits, appeals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from newstext.article import Label
from newstext.split import tokens as tk
from newstext.split.lookup import Lookup
from newstext.split.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newstext.split.tokens import Flags, Floats, Ints, Keys, Shapes, Smalls, Tokens

#: Kinds of whole lines and of beginnings, in the order of their columns.
TABLED = (Label.SHARE, Label.NAVIGATION, Label.RELATED, Label.ADVERT, Label.LEGAL, Label.AGENCY, Label.BREADCRUMB)
STARTED = (Label.BYLINE, Label.LEGAL, Label.RELATED, Label.TAGS, Label.TIMESTAMP, Label.SHARE)

#: Words that count by themselves, in the order of their bits.
COUNTED = ("months", "units", "photo", "promo", "reader", "web")
MONTH, UNIT, PHOTO, PROMO, READER, WEB = range(6)

#: Beginnings have up to so many words.
OPENING = 5

#: A photo credit stands among a row's last words: these, or at least these. Who is spoken to shows in the first ones.
CREDITED, CREDIT_NEAR, SPOKEN = 4, 12, 28

_COLON, _DATE, _CLOCK = (tuple(map(ord, chars)) for chars in (":：", "-./", ":.h"))


@dataclass(frozen=True)
class Table:
    """Numbers of phrases, and the bits of what each stands for."""

    keys: Lookup
    bits: Ints

    @classmethod
    def of(cls, entries: Mapping[int, int]) -> Table:
        keys = sorted(entries)
        return cls(Lookup(np.array(keys, np.uint64)), np.array([entries[key] for key in keys], np.int64))

    def look(self, keys: Keys) -> Ints:
        """The bits of each key, 0 where the table does not know it."""
        found = np.zeros(keys.shape, np.int64)
        known, at = self.keys.find(keys)
        found.flat[known] = self.bits[at]
        return found


@dataclass(frozen=True)
class Tables:
    """The word tables of `words.toml` under the numbers of their phrases."""

    lines: Table
    starts: Table
    counted: Table


@cache
def tables() -> Tables:
    """The tables, made once a process. Beginnings that end in a colon count before one: their bits are shifted."""
    known = words()
    lines = {label: {entry for entry, kind in known.kinds.items() if kind is label} for label in TABLED}
    lines[Label.BREADCRUMB] |= known.home
    plain = {label: [e for e in known.starts[label] if not e.endswith(":")] for label in STARTED}
    colon = {label: [e for e in known.starts[label] if e.endswith(":")] for label in STARTED}
    starts = bits(plain.values())
    for key, value in bits(colon.values()).items():
        starts[key] = starts.get(key, 0) | value << len(STARTED)
    counted = (known.months, known.units, known.photo, known.promo, known.reader, {"http", "https", "www"})
    return Tables(Table.of(bits(lines.values())), Table.of(starts), Table.of(bits(counted)))


def bits(groups: Iterable[Iterable[str]]) -> dict[int, int]:
    """The number of each phrase, with a bit for each group that holds it."""
    found: dict[int, int] = {}
    for bit, entries in enumerate(groups):
        for key in phrases(sorted(entries)):
            found[key] = found.get(key, 0) | 1 << bit
    return found


def phrases(texts: list[str]) -> list[int]:
    """The numbers of whole phrases that have words."""
    if not texts:
        return []
    tokens, _ = tk.read(texts)
    named = rows(tokens, len(texts))
    return [key for key, count in zip(named.whole.tolist(), named.count.tolist(), strict=True) if count]


@dataclass(frozen=True)
class Named:
    """The words of rows: where each row's begin, how many it has, the number of the whole, and of its beginnings by
    their length in words ``[rows, OPENING]`` (0: it is shorter).
    """

    start: Ints
    count: Ints
    whole: Keys
    begun: Keys


def rows(tokens: Tokens, count: int) -> Named:
    """The numbers of whole rows and of their beginnings."""
    power, _ = tk.powers(tk.BLOCK * 2)
    start = np.searchsorted(tokens.row, np.arange(count + 1))
    sizes = np.diff(start)
    total = np.zeros(len(tokens.key) + 1, np.uint64)
    np.cumsum(tokens.key * power[tokens.at], out=total[1:])
    places = start[:-1, None] + np.arange(1, OPENING + 1)
    inside = sizes[:, None] >= np.arange(1, OPENING + 1)
    before = total[start[:-1]]
    begun = np.where(inside, total[np.minimum(places, len(total) - 1)] - before[:, None], np.uint64(0))
    return Named(start[:-1], sizes, total[start[1:]] - before, begun)


def lines(named: Named) -> Floats:
    """Whether the tables know a row as a whole, by kind; whether it has no words at all."""
    found = tables().lines.look(named.whole)
    return np.concatenate([unpacked(found, len(TABLED)), (named.count == 0)[:, None]], axis=1)


def starts(named: Named, tokens: Tokens) -> Flags:
    """Whether a row begins like a kind."""
    if not len(tokens.key):
        return np.zeros((len(named.count), len(STARTED)), np.bool_)
    last = np.minimum(named.start[:, None] + np.arange(OPENING), len(tokens.key) - 1)
    found = tables().starts.look(named.begun) * (named.begun != 0)
    found &= np.where(among(tokens.sign[last], _COLON), -1, (1 << len(STARTED)) - 1)
    merged = np.bitwise_or.reduce(found, axis=1)
    return unpacked(merged | merged >> len(STARTED), len(STARTED))


def unpacked(bits: Ints, count: int) -> Flags:
    found: Flags = (bits[:, None] >> np.arange(count)) & 1 == 1
    return found


def counts(named: Named, tokens: Tokens, shapes: Shapes) -> Flags:
    """How many words of time, of credits, of appeal a row has, as thermometers; addresses; separated pieces."""
    found = tables().counted.look(tokens.key)

    def has(kind: int) -> Flags:
        known: Flags = found & (1 << kind) != 0
        return known

    left = named.count[tokens.row] - tokens.at
    photo, early = has(PHOTO), tokens.at < SPOKEN
    marks = (
        has(MONTH),
        has(UNIT),
        tokens.year,
        dates(tokens),
        clocks(tokens),
        tokens.digits,
        photo & (left <= CREDITED),
        photo & (left <= CREDIT_NEAR),
        has(PROMO) & early,
        has(READER) & early,
        has(WEB),
    )
    rows = [np.bincount(tokens.row[mark], minlength=len(named.count)).astype(np.int32) for mark in marks]
    total = np.stack(rows, axis=1)
    others = (total[:, -1] + shapes.mails, shapes.signs, shapes.signs - 1, shapes.first == ord("#"))
    columns = [total[:, :-1], total[:, [4, 8]] - 1, total[:, [5, 8]] - 2, np.stack(others, axis=1)]
    counted: Flags = np.concatenate(columns, axis=1) > 0
    return counted


def among(values: Smalls, some: tuple[int, ...]) -> Flags:
    """Whether each value is one of a few."""
    found: Flags = values == some[0]
    for one in some[1:]:
        found = found | (values == one)
    return found


def dates(tokens: Tokens) -> Flags:
    """Where three numbers stand as a day does: 2024-05-06, 6.5.2024."""
    joint = tokens.digits & tokens.near & among(tokens.sign, _DATE)
    out = np.zeros(len(joint), np.bool_)
    out[:-2] = joint[:-2] & joint[1:-1] & tokens.digits[2:]
    return out


def clocks(tokens: Tokens) -> Flags:
    """Where two numbers stand as a time of day does: 18:05."""
    two = tokens.size == 2
    out = np.zeros(len(two), np.bool_)
    joint = tokens.digits & tokens.near & (tokens.size <= 2) & among(tokens.sign, _CLOCK)
    out[:-1] = joint[:-1] & tokens.digits[1:] & two[1:]
    return out
