"""The features of pages' rows: one matrix row for each, all that the model sees.

Thermometers (``value >= step`` for rising steps) stand for quantities, so that a small model can bend them as it
needs. Order and meaning of the columns are fixed: the weights file belongs to this module (`VERSION`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from newstext.split import glyphs as gl
from newstext.split import signs, tokens
from newstext.split.cohesion import LONG, cohesion
from newstext.split.datelines import REACH, opening
from newstext.split.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newstext.split.page import Rows
    from newstext.split.signs import Named
    from newstext.split.tokens import Flags, Floats, Ints, Keys, Shapes, Tokens

#: Raised when columns change: weights of another version are refused.
VERSION = 3

_LENGTHS = np.array([2, 4, 8, 15, 25, 40, 60, 80, 110, 150, 220, 350])
_WORDS = np.array([1, 2, 3, 4, 6, 9, 13, 20, 35])
_SENTENCES = np.array([1, 2, 4])
_GAPS = np.array([1, 2, 3, 4])
_TIMES = np.array([2, 3, 5])
_NEAR = np.array([1, 4, 12, 40])
_EDGES = np.array([1, 3, 6, 11, 21])
_RUNS = np.array([1, 2, 4, 8, 16, 32])
_REACHES = (3, 8, 20, 50)

#: Farther than any row, and more blank lines than are told apart.
_FAR, _MOST = 1 << 20, 64

#: How many blank lines stand after a page's last row.
LAST = 9

#: Words of a row that the model may know by themselves: its first three, its last two, and the row as a whole.
KNOWN = 6

#: A letter of an unspaced script says what so many letters more say elsewhere.
GLYPH_WORTH = 1.3

#: A paragraph with a dateline is longer than this.
DATELINED = 40

_EYE = np.eye(gl.CLASSES, dtype=np.bool_)


@dataclass(frozen=True)
class Features:
    """What is known of the rows of pages; `dense` gives it as numbers, some rows at a time to bound memory."""

    stack: Stack
    parts: list[NDArray[np.generic]]
    page: Floats  # what holds for all rows of a page: [pages, ...]
    keys: Keys  # numbers of words that the model may know: [rows, KNOWN], 0 where there is none

    def __len__(self) -> int:
        return len(self.keys)

    def dense(self, start: int, end: int) -> Floats:
        """The columns of rows `start` to `end`."""
        page = self.page[self.stack.page[start:end]]
        return np.concatenate([*(part[start:end] for part in self.parts), page], axis=1, dtype=np.float32)


def features(pages: Sequence[Rows]) -> Features:
    """Compute the features of all rows of some pages; each page has rows."""
    stack = Stack.of([len(rows) for rows in pages])
    texts = [text for rows in pages for text in rows.texts]
    gaps = np.array([gap for rows in pages for gap in rows.gaps], np.int64)
    indents = np.array([indent for rows in pages for indent in rows.indents], np.int64)
    joined = np.array([a != b for rows in pages for a, b in zip(rows.first, rows.last, strict=True)], np.bool_)
    words, shapes = tokens.read(texts)
    size = told(texts, shapes)
    named = signs.rows(words, len(texts))
    long = size >= LONG
    begun = named.begun[:, -1]
    parts = [
        *written(words, shapes, named, size),
        signs.lines(named),
        signs.starts(named, words),
        signs.counts(named, words, shapes),
        datelines(texts, shapes, size),
        *placed(stack, gaps, indents, size),
        repeated(stack, np.where(named.count == 0, shapes.first.astype(np.uint64), named.whole)),
        repeated(stack, np.where(begun == 0, stack.number.astype(np.uint64), begun)),
        cohesion(stack, words, size),
        *around(stack, long),
    ]
    return Features(stack, parts, whole(stack, long, gaps, shapes, joined), known(words, named))


def told(texts: list[str], shapes: Shapes) -> Ints:
    """How much each row tells: its characters, those of unspaced scripts at their worth."""
    size = np.fromiter(map(len, texts), np.int64, len(texts))
    read = shapes.counts.sum(axis=1)
    found: Ints = (size * (1 + GLYPH_WORTH * shapes.counts[:, gl.GLYPH] / np.maximum(read, 1))).astype(np.int64)
    return found


def known(words: Tokens, named: Named) -> Keys:
    """The numbers of words that the model may know by themselves: ``[rows, KNOWN]``."""
    if not len(words.key):
        return np.zeros((len(named.count), KNOWN), np.uint64)
    at = np.stack([np.full_like(named.count, n) for n in (0, 1, 2)] + [named.count - 2, named.count - 1])
    inside = (at >= 0) & (at < named.count)
    key = np.where(inside, words.key[np.minimum(named.start + np.maximum(at, 0), len(words.key) - 1)], np.uint64(0))
    return np.concatenate([key, named.whole[None]]).T


def steps(values: Ints, at: Ints) -> Flags:
    return values[:, None] >= at


def written(words: Tokens, shapes: Shapes, named: Named, size: Ints) -> tuple[Flags, Floats, Flags]:
    """How a row is written: its length in characters and words; shares of the character classes, of capitals among its
    words and letters; its sentences and both ends.
    """
    counts = shapes.counts.astype(np.float32)
    letters = counts[:, gl.LOWER] + counts[:, gl.UPPER] + 1
    capitals = np.bincount(words.row[words.capital], minlength=len(size))
    shares = [
        counts[:, : gl.BREAK] / np.maximum(counts[:, : gl.BREAK].sum(axis=1), 1)[:, None],
        (capitals / np.maximum(named.count, 1))[:, None],
        (counts[:, gl.UPPER] / letters)[:, None],
    ]
    return (
        np.concatenate([steps(size, _LENGTHS), steps(named.count, _WORDS)], axis=1),
        np.concatenate(shares, axis=1, dtype=np.float32),
        np.concatenate([steps(shapes.sentences, _SENTENCES), _EYE[shapes.ends].reshape(len(size), -1)], axis=1),
    )


def datelines(texts: list[str], shapes: Shapes, size: Ints) -> Flags:
    """Whether a paragraph opens with a dateline."""
    found = np.zeros((len(texts), 1), np.bool_)
    for at in np.flatnonzero((size > DATELINED) & (shapes.dash > 0) & (shapes.dash < REACH)).tolist():
        found[at] = opening(texts[at]) is not None
    return found


def usual(stack: Stack, gaps: Ints, counted: Flags) -> Ints:
    """How many blank lines most of a page's counted rows have before them, by page."""
    told = (np.minimum(gaps, _MOST - 1) + stack.page * _MOST)[counted]
    found: Ints = np.bincount(told, minlength=stack.pages * _MOST).reshape(-1, _MOST).argmax(axis=1)
    return found


def placed(stack: Stack, gaps: Ints, indents: Ints, size: Ints) -> tuple[Flags, Floats, Flags]:
    """Where a row stands: blank lines on both sides and against those that mostly stand before a paragraph, indent,
    distance from both ends of the page, neighbours' size.
    """
    number, count = stack.number, stack.high - stack.low
    widest = np.maximum.reduceat(gaps, stack.start)[stack.page]
    mostly = usual(stack, gaps, size >= LONG)[stack.page]
    after = stack.shifted(gaps, 1, LAST)
    where = [
        steps(gaps, _GAPS),
        steps(after, _GAPS),
        np.sign(gaps - mostly)[:, None] == np.array([-1, 0, 1]),
        ((gaps == widest) & (widest > mostly))[:, None],
        np.sign(after - mostly)[:, None] == np.array([-1, 0, 1]),
        steps(indents, np.array([1, 3])),
        ~steps(number, _EDGES),
        ~steps(count - 1 - number, _EDGES),
    ]
    sides = np.stack([size < stack.shifted(size, 1), size < stack.shifted(size, -1)], axis=1)
    return np.concatenate(where, axis=1), (number / count).astype(np.float32)[:, None], sides


def repeated(stack: Stack, keys: Keys) -> Flags:
    """How often a row stands on its page, how near its last and next prints are."""
    keys = stack.apart(keys)
    count = len(keys)
    order = np.argsort(keys, kind="stable")
    same = keys[order[1:]] == keys[order[:-1]]
    apart = np.where(same, order[1:] - order[:-1], _FAR)
    back = np.full(count, _FAR)
    ahead = np.full(count, _FAR)
    back[order[1:]] = apart
    ahead[order[:-1]] = apart
    group = np.concatenate(([0], np.cumsum(~same)))
    often = np.empty(count, np.int64)
    often[order] = np.bincount(group)[group]
    return np.concatenate([steps(often, _TIMES), ~steps(back, _NEAR + 1), ~steps(ahead, _NEAR + 1)], axis=1)


def around(stack: Stack, long: Flags) -> tuple[Floats, Flags]:
    """The share of paragraphs among the next and the last rows, and how far the next and the last paragraphs are."""
    total = np.concatenate(([0], np.cumsum(long)))
    number = np.arange(len(long))
    columns = []
    for reach in _REACHES:
        columns.append((total[np.minimum(number + 1 + reach, stack.high)] - total[number + 1]) / reach)
        columns.append((total[number] - total[np.maximum(number - reach, stack.low)]) / reach)
    at = np.concatenate(([-_FAR], np.flatnonzero(long), [_FAR]))
    last, following = at[total[number]], at[np.minimum(total[number + 1] + 1, len(at) - 1)]
    back = np.where(last >= stack.low, number - last, _FAR)
    ahead = np.where(following < stack.high, following - number, _FAR)
    far = np.concatenate([~steps(back, _RUNS + 1), ~steps(ahead, _RUNS + 1)], axis=1)
    return np.stack(columns, axis=1).astype(np.float32), far


def whole(stack: Stack, long: Flags, gaps: Ints, shapes: Shapes, joined: Flags) -> Floats:
    """What holds for a page as a whole: its size, how it sets paragraphs, how much of it is prose."""
    pairs = long[1:] & long[:-1] & ~stack.first[1:]
    paired = np.bincount(stack.page[1:][pairs], minlength=stack.pages)
    wide = np.bincount(stack.page[1:][pairs & (gaps[1:] > 0)], minlength=stack.pages)
    caseless = shapes.counts[:, gl.LETTER] + shapes.counts[:, gl.GLYPH]
    page = [
        np.log1p(stack.sizes) / 8,
        stack.means(long),
        np.where(paired > 0, wide / np.maximum(paired, 1), 0.5),
        stack.means(gaps == 0),
        stack.means(gaps >= 3) * 5,
        stack.means(joined),
        stack.sums(caseless) / (stack.sums(shapes.counts.sum(axis=1)) + 1),
    ]
    return np.stack(page, axis=1).astype(np.float32)
