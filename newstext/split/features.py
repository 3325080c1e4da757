"""The features of a page's rows: one matrix row for each, all that the model sees.

Thermometers (``value >= step`` for rising steps) stand for quantities, so that a small model can bend them as it
needs. Order and meaning of the columns are fixed: the weights file belongs to this module (`VERSION`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from newstext.split import shapes as sh
from newstext.split.cohesion import LONG, cohesion
from newstext.split.signs import FLAGS, sign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newstext.split.page import Rows
    from newstext.split.signs import Sign

    Floats = NDArray[np.float32]

#: Raised when columns change: weights of another version are refused.
VERSION = 2

_LENGTHS = np.array([2, 4, 8, 15, 25, 40, 60, 80, 110, 150, 220, 350])
_WORDS = np.array([2, 3, 4, 6, 9, 13, 20, 35])
_GAPS = np.array([1, 2, 3, 4])
_TIMES = np.array([2, 3, 5])
_NEAR = np.array([1, 4, 12, 40])
_EDGES = np.array([1, 3, 6, 11, 21])

#: How many blank lines stand after a page's last row.
LAST = 9


@dataclass(frozen=True)
class Features:
    """What is known of a page's rows; `dense` gives it as numbers, some rows at a time to bound memory."""

    rows: Rows
    signs: list[Sign]
    shape: Floats
    size: NDArray[np.int64]
    gaps: NDArray[np.int64]
    usual: int  # blank lines that mostly stand before a paragraph
    related: Floats  # what other rows say of a row
    page: Floats  # what holds for all rows

    def dense(self, start: int, end: int) -> Floats:
        """The columns of rows `start` to `end`."""
        page = np.broadcast_to(self.page, (end - start, len(self.page)))
        own = (written(self.shape[start:end], self.size[start:end]), flags(self.signs[start:end]))
        return np.concatenate((*own, placed(self, start, end), self.related[start:end], page), axis=1, dtype=np.float32)

    def slots(self, start: int, end: int) -> NDArray[np.int64]:
        """The hashed words of rows `start` to `end`: ``[rows, HASHED]``."""
        return np.array([one.slots for one in self.signs[start:end]], np.int64)


def features(rows: Rows) -> Features:
    """Compute the features of all rows of a page."""
    signs = [sign(text) for text in rows.texts]
    shape = sh.shapes(rows.texts)
    size = np.fromiter(map(len, rows.texts), np.int64, len(rows))
    gaps = np.array(rows.gaps, np.int64)
    long = (size >= LONG).astype(np.float32)
    related = (repeated([one.key for one in signs]), cohesion(rows.texts, size.tolist()), around(long))
    page = whole(long, gaps, shape, rows)
    usual = int(np.bincount(gaps[size >= LONG], minlength=1).argmax())
    return Features(rows, signs, shape, size, gaps, usual, np.concatenate(related, axis=1), page)


def steps(values: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    return values[:, None] >= at


def written(shape: Floats, size: NDArray[np.int64]) -> Floats:
    """How a row is written: length, words, shares of the character classes, capitals, sentences, both ends."""
    words = shape[:, sh.SPACE] + 1
    letters = shape[:, sh.LOWER] + shape[:, sh.UPPER] + 1
    eye = np.eye(sh.CLASSES, dtype=np.float32)
    capitals, sentences, first, last, before = (shape[:, sh.CLASSES + i] for i in range(5))
    return np.concatenate(
        [
            steps(size, _LENGTHS),
            steps(words.astype(np.int64), _WORDS),
            shape[:, : sh.BREAK] / np.maximum(size, 1)[:, None],
            (capitals / words)[:, None],
            (shape[:, sh.UPPER] / letters)[:, None],
            steps(sentences.astype(np.int64), np.array([1, 2, 4])),
            eye[first.astype(np.int64)],
            eye[last.astype(np.int64)],
            eye[before.astype(np.int64)],
        ],
        axis=1,
        dtype=np.float32,
    )


def flags(signs: list[Sign]) -> Floats:
    bits = np.array([one.flags for one in signs], np.int64)
    return ((bits[:, None] >> np.arange(FLAGS)) & 1).astype(np.float32)


def placed(page: Features, start: int, end: int) -> Floats:
    """Where a row stands: blank lines on both sides, indent, distance from both ends of the page, neighbours' size."""
    count = len(page.gaps)
    number = np.arange(start, end)
    after = np.append(page.gaps, LAST)[start + 1 : end + 1]
    indent = np.array(page.rows.indents[start:end], np.int64)
    beside = np.concatenate(([0], page.size, [0]))
    size = page.size[start:end]
    return np.concatenate(
        [
            steps(page.gaps[start:end], _GAPS),
            steps(after, _GAPS),
            np.sign(page.gaps[start:end] - page.usual)[:, None] == np.array([-1, 0, 1]),
            steps(indent, np.array([1, 3])),
            ~steps(number, _EDGES),
            ~steps(count - 1 - number, _EDGES),
            (number / count)[:, None],
            (size < beside[start + 2 : end + 2])[:, None],
            (size < beside[start:end])[:, None],
        ],
        axis=1,
        dtype=np.float32,
    )


def repeated(keys: list[str]) -> Floats:
    """How often a row stands on the page, how near its last and next prints are, whether the neighbour is one."""
    count = len(keys)
    times: dict[str, int] = {}
    last: dict[str, int] = {}
    back = np.full(count, 1 << 20)
    ahead = np.full(count, 1 << 20)
    for at, one in enumerate(keys):
        times[one] = times.get(one, 0) + 1
        if (seen := last.get(one)) is not None:
            back[at] = ahead[seen] = at - seen
        last[one] = at
    often = np.fromiter((times[one] for one in keys), np.int64, count)
    return np.concatenate(
        [steps(often, _TIMES), ~steps(back, _NEAR + 1), ~steps(ahead, _NEAR + 1)], axis=1, dtype=np.float32
    )


def around(long: Floats) -> Floats:
    """The share of paragraphs among the next and the last 3, 8 and 20 rows."""
    count = len(long)
    total = np.concatenate(([0], np.cumsum(long)))
    number = np.arange(count)
    columns = []
    for reach in (3, 8, 20):
        columns.append((total[np.minimum(number + 1 + reach, count)] - total[number + 1]) / reach)
        columns.append((total[number] - total[np.maximum(number - reach, 0)]) / reach)
    return np.stack(columns, axis=1).astype(np.float32)


def whole(long: Floats, gaps: NDArray[np.int64], shape: Floats, rows: Rows) -> Floats:
    """What holds for the page as a whole: its size, how it sets paragraphs, how much of it is prose."""
    count = len(long)
    pairs = (long[1:] > 0) & (long[:-1] > 0)
    spaced = float((gaps[1:][pairs] > 0).mean()) if pairs.any() else 0.5
    joined = float(np.mean(np.array(rows.last) > np.array(rows.first)))
    page = [
        np.log1p(count) / 8,
        float(long.mean()),
        spaced,
        float((gaps == 0).mean()),
        float((gaps >= 3).mean()) * 5,
        joined,
        float(shape[:, sh.LETTER].sum() / (shape[:, : sh.BREAK].sum() + 1)),
    ]
    return np.array(page, np.float32)
