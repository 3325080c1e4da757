"""Text as words are compared: an array of characters in which case, accents and typesetting have left no trace.

House style (quotes, dashes, accents, case, full-width letters) and the habits of page extractors (soft hyphens,
zero-width joiners, direction marks) are folded away by one table of code points; what is neither letter nor digit
becomes the separator 0.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Folded text, a character an item.
Page = NDArray[np.uint8] | NDArray[np.uint32]

#: Combining marks in a row from which a text is none of any language: Unicode's own bound for streams is 30.
MARKS: Final = 30

#: Code points whose folding is tabulated; all above are taken as ideographs (CJK extensions start there).
TABLED: Final = 0x20000

SEPARATOR: Final = 0
DROPPED: Final = 0xFFFFFFFF

#: Scripts without spaces between words: first and last code point, characters that make an average word.
#: Chinese runs near 1.6 and Japanese near 2.4 characters a word, Thai and its neighbours near 4.
UNSPACED: Final = (
    (0x0E00, 0x0EFF, 4),  # Thai, Lao
    (0x1000, 0x109F, 4),  # Myanmar
    (0x1780, 0x17FF, 4),  # Khmer
    (0x3040, 0x30FF, 2),  # Hiragana, Katakana
    (0x3400, 0x9FFF, 2),  # Han
    (0xF900, 0xFAFF, 2),
    (TABLED, 0x10FFFF, 2),
)

#: Combining classes of marks that the same word is printed with and without: points of Hebrew and Arabic, accents.
#: The others (vowel signs of Indic scripts, Japanese voicing, Thai tones) make another word.
OPTIONAL_MARKS: Final = frozenset({*range(10, 36), *range(200, 241)})

_ASCII_FOLD: Final = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else 0 for c in range(256))


def page(text: str) -> Page:
    """The text folded; one byte a character where the text is ASCII."""
    if not text.isascii():
        return fold(text)
    return np.frombuffer(text.encode().translate(_ASCII_FOLD), np.uint8)


def fold(text: str) -> NDArray[np.uint32]:
    """The text's code points as words are compared: SEPARATOR for what stands between words, invisible ones gone."""
    points = _points(_normal(text))
    table = _fold_table()
    folded: NDArray[np.uint32] = table[np.minimum(points, TABLED)]
    np.copyto(folded, points, where=points >= TABLED)
    return folded[folded != DROPPED] if (folded == DROPPED).any() else folded


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")


def _normal(text: str) -> str:
    """The text in NFKC; as it is where that would take long or much.

    Ordering a run of combining marks takes time in its square (131,000 pairs: a minute), and single characters stand
    for phrases of 18.
    """
    if "\xa0" in text:  # the one character that would send most English pages down the slow path of NFKC
        text = text.replace("\xa0", " ")
    if _longest_run_of_marks(text) > MARKS or unicodedata.is_normalized("NFKC", text):
        return text
    normal = unicodedata.normalize("NFKC", text)
    return normal if len(normal) <= 2 * len(text) else text


def _longest_run_of_marks(text: str) -> int:
    others = np.flatnonzero(_mark_table()[np.minimum(_points(text), TABLED)] == 0)
    return int(np.diff(others, prepend=-1, append=len(text)).max()) - 1


@cache
def _mark_table() -> NDArray[np.uint8]:
    """Combining classes of the code points below TABLED."""
    return np.array([*(unicodedata.combining(chr(c)) for c in range(TABLED)), 0], np.uint8)


@cache
def _fold_table() -> NDArray[np.uint32]:
    """What each code point below TABLED folds to; one entry more stands for those above."""
    return np.array([*(_fold_character(chr(c)) for c in range(TABLED)), SEPARATOR], np.uint32)


def _fold_character(char: str) -> int:
    kind = unicodedata.category(char)
    if kind == "Cf" or (kind == "Mn" and unicodedata.combining(char) in OPTIONAL_MARKS) or char == "\u0640":
        return DROPPED  # joiners, soft hyphens, direction marks; accents; the Arabic stretching stroke
    if kind[0] not in "LNM":
        return SEPARATOR
    lower = char.lower()[0]
    if not unicodedata.decomposition(lower):
        return ord(lower)
    parts = unicodedata.normalize("NFD", lower)
    return ord(parts[0] if all(unicodedata.combining(mark) in OPTIONAL_MARKS for mark in parts[1:]) else lower)


@cache
def _reach_table() -> NDArray[np.uint8]:
    """Characters an average word, for those that words are not spaced by; 0 for all others."""
    table = np.zeros(TABLED + 1, np.uint8)
    for first, last, length in UNSPACED:
        table[first : last + 1] = length
    return table


def reach(folded: Page) -> NDArray[np.uint8] | None:
    """Per character how long words are in its script when it has no spaces, else 0; None when none is such."""
    if not folded.size or folded.max() < UNSPACED[0][0]:
        return None
    reach = _reach_table()[np.minimum(folded, TABLED)]
    return reach if reach.any() else None
