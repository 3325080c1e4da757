"""The shape of rows in numbers: how long, how written, where set; counted over whole pages at once with NumPy."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Classes of characters. The rest of Unicode falls to LETTER (scripts without case) or OTHER.
OTHER, LOWER, UPPER, DIGIT, SPACE, STOP, COMMA, COLON, QUOTE, DASH, SIGN, LETTER, OPEN, CLOSE, MARK, BREAK = range(16)
CLASSES = 16

_SIGNS = {
    STOP: ".!?…。！？।",
    COMMA: ",;、，؛،",
    COLON: ":：",
    QUOTE: "\"'“”‘’«»„‚「」『』`´",
    DASH: "-–—_−",
    SIGN: "|/>•·*+▪▸►‣◦‹›→←▲▼#\\=~^",
    OPEN: "([{（【",
    CLOSE: ")]}）】",
    MARK: "@©®%$€£₹&",
    BREAK: "\n",
}
_CATEGORIES = {
    "Ll": LOWER,
    "Lu": UPPER,
    "Lt": UPPER,
    "Nd": DIGIT,
    "Zs": SPACE,
    "Lo": LETTER,
    "Lm": LETTER,
    "Mn": LETTER,
}

#: Rows are counted in blocks of about so many characters, which bounds memory whatever the page's size.
BLOCK = 1 << 18


@cache
def classes() -> NDArray[np.uint8]:
    """The class of every character of the first plane; what lies beyond is read as its last, an OTHER."""
    table = np.fromiter(
        (_CATEGORIES.get(unicodedata.category(chr(code)), OTHER) for code in range(0x10000)), np.uint8, 0x10000
    )
    for name, signs in _SIGNS.items():
        table[[ord(sign) for sign in signs]] = name
    table[ord("\t")] = SPACE
    table[0xFFFF] = OTHER
    return table


def shapes(texts: Sequence[str]) -> NDArray[np.float32]:
    """Counts of each row: ``[rows, CLASSES + 5]``: characters by class, then words that begin with a capital,
    ends of sentences inside, class of the first and the last character and of the one before the last.
    """
    out = np.empty((len(texts), CLASSES + 5), np.float32)
    start, size = 0, 0
    for end, text in enumerate(texts, 1):
        size += len(text)
        if size > BLOCK or end == len(texts):
            out[start:end] = block(texts[start:end])
            start, size = end, 0
    return out


def block(texts: Sequence[str]) -> NDArray[np.float32]:
    """`shapes` of rows that fit into memory together."""
    raw = ("\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass")
    kinds = classes()[np.minimum(np.frombuffer(raw, np.uint32), 0xFFFF)]
    breaks = np.flatnonzero(kinds == BREAK)
    starts = np.concatenate(([0], breaks[:-1] + 1))
    row = np.repeat(np.arange(len(texts)), breaks - starts + 1)
    counts = np.bincount(row * CLASSES + kinds, minlength=len(texts) * CLASSES).reshape(-1, CLASSES)
    space = kinds == SPACE
    before = np.concatenate(([True], (space | (kinds == BREAK))[:-1]))
    capital = (kinds == UPPER) & before
    ends = np.zeros(len(kinds), np.bool_)
    ends[:-2] = (kinds[:-2] == STOP) & space[1:-1] & capital[2:]
    return np.column_stack(
        [
            counts,
            np.add.reduceat(capital, starts, dtype=np.int64),
            np.add.reduceat(ends, starts, dtype=np.int64),
            kinds[starts],
            kinds[breaks - 1],
            kinds[np.maximum(breaks - 2, starts)],
        ]
    ).astype(np.float32)
