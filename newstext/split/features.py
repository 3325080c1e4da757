"""The features of a page's rows: one matrix row for each, all that the model sees.

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

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newstext.split.page import Rows
    from newstext.split.signs import Named
    from newstext.split.tokens import Flags, Ints, Keys, Shapes, Tokens

    Floats = NDArray[np.float32]

#: Raised when columns change: weights of another version are refused.
VERSION = 3

_LENGTHS = np.array([2, 4, 8, 15, 25, 40, 60, 80, 110, 150, 220, 350])
_WORDS = np.array([1, 2, 3, 4, 6, 9, 13, 20, 35])
_GAPS = np.array([1, 2, 3, 4])
_TIMES = np.array([2, 3, 5])
_NEAR = np.array([1, 4, 12, 40])
_EDGES = np.array([1, 3, 6, 11, 21])
_RUNS = np.array([1, 2, 4, 8, 16, 32])
_REACHES = (3, 8, 20, 50)

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
    """What is known of a page's rows; `dense` gives it as numbers, some rows at a time to bound memory."""

    parts: list[NDArray[np.generic]]
    page: Floats  # what holds for all rows
    keys: Keys  # numbers of words that the model may know: [rows, KNOWN], 0 where there is none

    def __len__(self) -> int:
        return len(self.keys)

    def dense(self, start: int, end: int) -> Floats:
        """The columns of rows `start` to `end`."""
        page = np.broadcast_to(self.page, (end - start, len(self.page)))
        return np.concatenate([*(part[start:end] for part in self.parts), page], axis=1, dtype=np.float32)


def features(rows: Rows) -> Features:
    """Compute the features of all rows of a page."""
    gaps = np.array(rows.gaps, np.int64)
    words, shapes = tokens.read(rows.texts)
    size = told(rows.texts, shapes)
    named = signs.rows(words, len(rows))
    long = size >= LONG
    parts = [
        written(words, shapes, named, size),
        signs.lines(named),
        signs.starts(named, words),
        signs.counts(named, words, shapes),
        datelines(rows.texts, size),
        placed(rows, gaps, size, int(np.bincount(gaps[long], minlength=1).argmax())),
        repeated(np.where(named.count == 0, shapes.first.astype(np.uint64), named.whole)),
        repeated(np.where(named.begun[:, -1] == 0, np.arange(len(rows)).astype(np.uint64), named.begun[:, -1])),
        cohesion(words, size),
        around(long),
    ]
    return Features(parts, whole(long, gaps, shapes, rows), known(words, named))


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


def written(words: Tokens, shapes: Shapes, named: Named, size: Ints) -> Floats:
    """How a row is written: length, words, shares of the character classes, capitals, sentences, both ends."""
    counts = shapes.counts
    letters = counts[:, gl.LOWER] + counts[:, gl.UPPER] + 1
    capitals = np.bincount(words.row[words.capital], minlength=len(size))
    ends = _EYE[shapes.ends]
    return np.concatenate(
        [
            steps(size, _LENGTHS),
            steps(named.count, _WORDS),
            counts[:, : gl.BREAK] / np.maximum(counts[:, : gl.BREAK].sum(axis=1), 1)[:, None],
            (capitals / np.maximum(named.count, 1))[:, None],
            (counts[:, gl.UPPER] / letters)[:, None],
            steps(shapes.sentences, np.array([1, 2, 4])),
            ends.reshape(len(ends), -1),
        ],
        axis=1,
        dtype=np.float32,
    )


def datelines(texts: list[str], size: Ints) -> Flags:
    """Whether a paragraph opens with a dateline."""
    found = np.zeros((len(texts), 1), np.bool_)
    for at in np.flatnonzero(size > DATELINED).tolist():
        head = texts[at][:REACH]
        if ("- " in head or "– " in head or "— " in head or ": " in head or "_ " in head) and opening(head):
            found[at] = True
    return found


def placed(rows: Rows, gaps: Ints, size: Ints, usual: int) -> Floats:
    """Where a row stands: blank lines on both sides and against those that mostly stand before a paragraph, indent,
    distance from both ends of the page, neighbours' size.
    """
    count = len(gaps)
    number = np.arange(count)
    widest = gaps.max()
    after = np.append(gaps[1:], LAST)
    beside = np.concatenate(([0], size, [0]))
    return np.concatenate(
        [
            steps(gaps, _GAPS),
            steps(after, _GAPS),
            np.sign(gaps - usual)[:, None] == np.array([-1, 0, 1]),
            ((gaps == widest) & (widest > usual))[:, None],
            np.sign(after - usual)[:, None] == np.array([-1, 0, 1]),
            steps(np.array(rows.indents, np.int64), np.array([1, 3])),
            ~steps(number, _EDGES),
            ~steps(count - 1 - number, _EDGES),
            (number / count)[:, None],
            (size < beside[2:])[:, None],
            (size < beside[:-2])[:, None],
        ],
        axis=1,
        dtype=np.float32,
    )


def repeated(keys: Keys) -> Flags:
    """How often a row stands on the page, how near its last and next prints are."""
    count = len(keys)
    order = np.argsort(keys, kind="stable")
    same = keys[order[1:]] == keys[order[:-1]]
    apart = np.where(same, order[1:] - order[:-1], 1 << 20)
    back = np.full(count, 1 << 20)
    ahead = np.full(count, 1 << 20)
    back[order[1:]] = apart
    ahead[order[:-1]] = apart
    group = np.concatenate(([0], np.cumsum(~same)))
    often = np.empty(count, np.int64)
    often[order] = np.bincount(group)[group]
    return np.concatenate([steps(often, _TIMES), ~steps(back, _NEAR + 1), ~steps(ahead, _NEAR + 1)], axis=1)


def around(long: Flags) -> Floats:
    """The share of paragraphs among the next and the last rows, and how far the next and the last paragraphs are."""
    count = len(long)
    total = np.concatenate(([0], np.cumsum(long)))
    number = np.arange(count)
    columns = []
    for reach in _REACHES:
        columns.append((total[np.minimum(number + 1 + reach, count)] - total[number + 1]) / reach)
        columns.append((total[number] - total[np.maximum(number - reach, 0)]) / reach)
    at = np.concatenate(([-(1 << 20)], np.flatnonzero(long), [1 << 20]))
    last = number - at[total[number]]
    following = at[np.minimum(total[number + 1] + 1, len(at) - 1)] - number
    return np.concatenate([np.stack(columns, axis=1), ~steps(last, _RUNS + 1), ~steps(following, _RUNS + 1)], axis=1)


def whole(long: Flags, gaps: Ints, shapes: Shapes, rows: Rows) -> Floats:
    """What holds for the page as a whole: its size, how it sets paragraphs, how much of it is prose."""
    count = len(long)
    pairs = long[1:] & long[:-1]
    spaced = float((gaps[1:][pairs] > 0).mean()) if pairs.any() else 0.5
    joined = float(np.mean(np.array(rows.last) > np.array(rows.first)))
    caseless = shapes.counts[:, gl.LETTER].sum() + shapes.counts[:, gl.GLYPH].sum()
    page = [
        np.log1p(count) / 8,
        float(long.mean()),
        spaced,
        float((gaps == 0).mean()),
        float((gaps >= 3).mean()) * 5,
        joined,
        float(caseless / (shapes.counts.sum() + 1)),
    ]
    return np.array(page, np.float32)
