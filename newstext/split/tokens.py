"""The words of a page's rows as arrays: where each stands and a number that equal words share.

A word's number is a polynomial of its characters modulo 2^64 (Karp and Rabin 1987): the numbers of all words of a page
come out of one running sum, without a Python object for any of them. Case is folded; numbers are all one word; letters
of unspaced scripts are read in pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from newstext.split.glyphs import BREAK, CLASSES, COLON, DASH, DIGITS, PLANE, SIGN, SPACE, STOP, UNSPACED, UPPER, glyphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]
    Ints = NDArray[np.int64]
    Smalls = NDArray[np.int32]  # half the memory of a page of a million words
    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float32]

#: Rows are read in blocks of about so many characters, which bounds memory whatever the page's size.
BLOCK = 1 << 17

#: Of a long row its beginning and its end are read: more of a paragraph says the same.
HEAD, TAIL = 400, 80

#: The base of the polynomial, an odd number, and what spreads its values over all 64 bits.
BASE, SPREAD = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93

#: A pair of unspaced letters counts as a word of so many letters more: what they say takes a long word elsewhere.
PAIR = 6

#: The number of every number.
NUMBER = np.uint64(0x23)


@dataclass(frozen=True)
class Tokens:
    """The words of a page: parallel arrays, in the order of the text.

    `row` the number of its row, `at` its place among the row's words, `key` its number, `size` in characters,
    `capital` whether it begins with a capital letter, `name` whether it does so inside a sentence, `digits` whether
    it is a number, `year` whether one of these two centuries, `sign` the character after it, `near` whether the next
    word stands right behind that character.
    """

    row: Smalls
    at: Smalls
    key: Keys
    size: Smalls
    capital: Flags
    name: Flags
    digits: Flags
    year: Flags
    sign: Smalls
    near: Flags


@dataclass(frozen=True)
class Shapes:
    """Counts of each row's characters: by class ``[rows, CLASSES]``; `signs` that stand alone between words,
    `sentences` that end inside, `at`-signs; where the first dash or colon before a space stands (-1: none); the first
    character; classes of the first, the last and the last but one.
    """

    counts: Smalls
    signs: Ints
    sentences: Ints
    mails: Ints
    dash: Ints
    first: Ints
    ends: NDArray[np.uint8]


Part = TypeVar("Part", Tokens, Shapes)


@cache
def powers(size: int) -> tuple[Keys, Keys]:
    """The powers of BASE from 0 on, and their inverses, modulo 2^64."""
    return raised(BASE, size), raised(pow(BASE, -1, 1 << 64), size)


def raised(base: int, size: int) -> Keys:
    factors = np.full(size, base, np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


def spread(keys: Keys) -> Keys:
    keys = (keys ^ (keys >> np.uint64(32))) * np.uint64(SPREAD)
    return keys ^ (keys >> np.uint64(29))


def clipped(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"


def read(texts: Sequence[str]) -> tuple[Tokens, Shapes]:
    """Read all rows of a page."""
    tokens: list[Tokens] = []
    shapes: list[Shapes] = []
    start, size = 0, 0
    held: list[str] = []
    for end, text in enumerate(texts, 1):
        held.append(clipped(text))
        size += len(held[-1]) + 1
        if size > BLOCK or end == len(texts):
            found = block(held, start)
            tokens.append(found[0])
            shapes.append(found[1])
            start, size, held = end, 0, []
    return joined(Tokens, tokens), joined(Shapes, shapes)


def joined(kind: type[Part], parts: list[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    return kind(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(kind)))


def block(texts: list[str], first: int) -> tuple[Tokens, Shapes]:
    """Read some rows, the first of which is number `first` of the page."""
    raw = np.frombuffer(("\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))
    codes = np.minimum(raw, PLANE - 1).astype(np.int64)
    kinds = glyphs().kind[codes]
    breaks = np.flatnonzero(kinds == BREAK)
    row = np.repeat(np.arange(len(texts)), np.diff(breaks, prepend=-1))
    return words(codes, kinds, row, first), shapes(codes, kinds, row, breaks)


def words(codes: Ints, kinds: NDArray[np.uint8], row: Ints, first: int) -> Tokens:
    """The words of a block of characters, each row of which ends in a line break."""
    part = glyphs().word[codes]
    at, ends = bounds(part)
    pair = (part[at] == UNSPACED) & (part[ends] == UNSPACED)
    digits = part[at] == DIGITS
    owner = row[at]
    opens = np.ones(len(at), np.bool_)
    np.not_equal(owner[1:], owner[:-1], out=opens[1:])
    begun = np.flatnonzero(opens)
    capital = kinds[at] == UPPER
    near = np.zeros(len(at), np.bool_)
    near[:-1] = (at[1:] == ends[:-1] + 1) & ~opens[1:]
    return Tokens(
        row=(owner + first).astype(np.int32),
        at=(np.arange(len(at)) - np.repeat(begun, np.diff(begun, append=len(at)))).astype(np.int32),
        key=np.where(digits, NUMBER, numbered(codes, at, ends + pair)),
        size=(ends - at + pair * PAIR).astype(np.int32),
        capital=capital,
        name=capital & ~opens & (kinds[np.maximum(at - 2, 0)] != STOP),
        digits=digits,
        year=digits & (ends - at == 4) & century(codes[at], codes[at + 1]),
        sign=codes[ends].astype(np.int32),
        near=near,
    )


def bounds(part: NDArray[np.uint8]) -> tuple[Ints, Ints]:
    """Where words begin and end; the last character is a line break and belongs to none."""
    edge = np.ones(len(part) + 1, np.bool_)
    np.not_equal(part[1:], part[:-1], out=edge[1:-1])
    edge[:-1] |= part == UNSPACED
    edges = np.flatnonzero(edge)
    inside = part[edges[:-1]] > 0
    return edges[:-1][inside], edges[1:][inside]


def numbered(codes: Ints, start: Ints, end: Ints) -> Keys:
    """The number of what stands between each start and end."""
    power, inverse = powers(max(BLOCK * 2, len(codes)))
    total = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum((glyphs().lower[codes] + np.uint64(1)) * power[: len(codes)], out=total[1:])
    return spread((total[end] - total[start]) * inverse[start])


def century(one: Ints, two: Ints) -> Flags:
    """Whether a number's first two digits are those of a year in which pages are dated: 19 or 20."""
    found: Flags = ((one == ord("1")) & (two == ord("9"))) | ((one == ord("2")) & (two == ord("0")))
    return found


def shapes(codes: Ints, kinds: NDArray[np.uint8], row: Ints, breaks: Ints) -> Shapes:
    """The shapes of a block's rows."""
    starts = np.concatenate(([0], breaks[:-1] + 1))
    counts = np.bincount(row * CLASSES + kinds, minlength=len(breaks) * CLASSES).reshape(-1, CLASSES)
    space = kinds == SPACE
    alone = np.zeros(len(kinds), np.bool_)
    alone[1:-1] = space[:-2] & space[2:] & (kinds[1:-1] == SIGN)
    ends = np.zeros(len(kinds), np.bool_)
    ends[:-2] = (kinds[:-2] == STOP) & space[1:-1] & (kinds[2:] == UPPER)

    dash = np.full(len(breaks), -1)
    at = np.flatnonzero(((kinds[:-1] == DASH) | (kinds[:-1] == COLON)) & space[1:])[::-1]
    dash[row[at]] = at - starts[row[at]]  # the first of each row is written last

    def each(where: Flags) -> Ints:
        return np.bincount(row[np.flatnonzero(where)], minlength=len(breaks))

    edges = np.stack([kinds[starts], kinds[np.maximum(breaks - 1, 0)], kinds[np.maximum(breaks - 2, starts)]], axis=1)
    return Shapes(counts.astype(np.int32), each(alone), each(ends), each(codes == ord("@")), dash, codes[starts], edges)
