"""Characters in tables: the class of each, its lower case, and which of them make words."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Classes of characters. The rest of Unicode falls to LETTER (scripts without case) or OTHER. GLYPH are letters of
#: scripts that set no spaces between words: each begins a word of its own.
OTHER, LOWER, UPPER, DIGIT, SPACE, STOP, COMMA, COLON, QUOTE, DASH, SIGN, LETTER, OPEN, CLOSE, MARK, GLYPH, BREAK = (
    range(17)
)
CLASSES = 17

#: What a character is to a word: not part of one, a letter, a letter that is read with the next one, a digit.
NO_WORD, LETTERS, UNSPACED, DIGITS = range(4)

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
    "Mc": LETTER,
}

#: Thai, Lao, Burmese, Khmer, kana, ideographs; and Hangul, whose words carry their particles with them.
_UNSPACED = (
    (0x0E00, 0x0F00),
    (0x1000, 0x10A0),
    (0x1780, 0x1800),
    (0x3040, 0x3100),
    (0x3400, 0xA000),
    (0xAC00, 0xD7B0),
    (0xF900, 0xFB00),
)

#: Characters of the first plane; what lies beyond is read as its last, an OTHER.
PLANE = 0x10000


class Glyphs(NamedTuple):
    """Of each character of the first plane: its class, the lower case under which it is compared (digits are all
    one), what it is to a word.
    """

    kind: NDArray[np.uint8]
    lower: NDArray[np.uint64]
    word: NDArray[np.uint8]


@cache
def glyphs() -> Glyphs:
    """The tables, made once a process."""
    kind = np.fromiter((_CATEGORIES.get(unicodedata.category(chr(c)), OTHER) for c in range(PLANE)), np.uint8, PLANE)
    for start, end in _UNSPACED:
        part = kind[start:end]
        part[part == LETTER] = GLYPH
    for name, signs in _SIGNS.items():
        kind[[ord(sign) for sign in signs]] = name
    kind[ord("\t")] = SPACE
    kind[PLANE - 1] = OTHER
    lower = np.fromiter((ord(chr(c).lower()[0]) for c in range(PLANE)), np.uint64, PLANE)
    lower[kind == DIGIT] = ord("0")
    word = np.full(PLANE, NO_WORD, np.uint8)
    word[(kind == LOWER) | (kind == UPPER) | (kind == LETTER)] = LETTERS
    word[kind == GLYPH] = UNSPACED
    word[kind == DIGIT] = DIGITS
    return Glyphs(kind, lower, word)
