"""The model of a row among its neighbours: a small convolutional network that scores every state of every row.

Three layers: one that reads a row, one that reads it with two rows on both sides, one with six (every third), the last
two with the means of what the layer before saw around the row and on the whole page; the scores read all three.
Trained together with the steps between states as a conditional random field (Lafferty,
McCallum and Pereira 2001) by `bench/train_split.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from newstext.split.features import VERSION

if TYPE_CHECKING:
    from newstext.split.features import Features, Floats
    from newstext.split.tokens import Ints, Keys

#: How far apart the rows are that the second and the third layer read.
NEAR, FAR = (-2, -1, 0, 1, 2), (-6, -3, 0, 3, 6)

#: How many rows before and after a row the second and the third layer read in the mean, beside the mean of the whole
#: page: how a page sets its headlines elsewhere tells whether this line is one (F80 of held-out pages .80 -> .89).
WIDE = 16

#: Rows that are scored together, which bounds memory; rows on both sides that a row's score depends on, but for the
#: mean of the page, which on longer pages is that of the block.
BLOCK, MARGIN = 4096, 2 * WIDE


@dataclass(frozen=True)
class Model:
    """The weights: the numbers of the words that it knows and their vectors, the matrices of the layers, the steps
    between states (-inf where forbidden).
    """

    vocabulary: Keys
    words: Floats
    row: Floats
    near: Floats
    far: Floats
    out: Floats
    steps: Floats
    start: Floats

    def scores(self, features: Features) -> Floats:
        """Score every state of every row: ``[rows, states]``."""
        count = len(features)
        found = np.empty((count, self.out.shape[1]), np.float32)
        for start in range(0, count, BLOCK):
            end = min(start + BLOCK, count)
            low, high = max(0, start - MARGIN), min(end + MARGIN, count)
            found[start:end] = self.block(features, low, high)[start - low : end - low]
        return found

    def block(self, features: Features, start: int, end: int) -> Floats:
        """The scores of some rows, as if the page had no others."""
        told = self.words[self.slots(features.keys[start:end])].sum(axis=1)
        first = relu(np.hstack([features.dense(start, end), told]), self.row)
        second = relu(np.hstack([neighbours(first, NEAR), beside(first)]), self.near)
        third = relu(np.hstack([neighbours(second, FAR), beside(second)]), self.far)
        found: Floats = np.hstack([first, second, third]) @ self.out[:-1] + self.out[-1]
        return found

    def slots(self, keys: Keys) -> Ints:
        """The rows of `words` for the words that the model knows, 0 for others."""
        at = np.searchsorted(self.vocabulary, keys)
        at[at == len(self.vocabulary)] = 0
        found: Ints = np.where(self.vocabulary[at] == keys, at, 0)
        return found


def relu(values: Floats, weights: Floats) -> Floats:
    """One layer; the last row of `weights` is the bias."""
    found: Floats = np.maximum(values @ weights[:-1] + weights[-1], 0)
    return found


def neighbours(values: Floats, offsets: tuple[int, ...]) -> Floats:
    """Beside each row's values those of the rows at `offsets`, zeros beyond the page's ends."""
    count, width = values.shape
    edge = max(offsets)
    padded = np.zeros((count + 2 * edge, width), np.float32)
    padded[edge : edge + count] = values
    return np.hstack([padded[edge + by : edge + by + count] for by in offsets])


def around(values: Floats, lengths: Ints) -> Floats:
    """The means of the `WIDE` rows before and after each row (zeros beyond a page's ends) and of the page:
    ``[pages, rows, 3 width]`` of ``[pages, rows, width]``, where rows after a page's length are zeros.
    """
    before, after = windows(values)
    mean = values.sum(axis=1, keepdims=True) / lengths[:, None, None]
    whole = np.broadcast_to(mean, values.shape)
    found: Floats = np.concatenate([before, after, whole], axis=2, dtype=np.float32)
    return found


def beside(values: Floats) -> Floats:
    """`around` of a single page: ``[rows, 3 width]``."""
    found: Floats = around(values[None], np.array([len(values)]))[0]
    return found


def windows(values: Floats) -> tuple[Floats, Floats]:
    """The sums of the `WIDE` rows before and after each row, divided by `WIDE`."""
    pages, count, width = values.shape
    total = np.zeros((pages, count + 1, width), np.float32)
    np.cumsum(values, axis=1, out=total[:, 1:])
    before, after = total[:, :-1].copy(), total[:, -1:] - total[:, 1:]
    before[:, WIDE:] -= total[:, : max(count - WIDE, 0)]
    after[:, : max(count - WIDE, 0)] = total[:, WIDE + 1 :] - total[:, 1 : max(count - WIDE, 0) + 1]
    share = np.float32(1 / WIDE)
    return before * share, after * share


@cache
def shipped() -> Model:
    """The weights that ship with the package."""
    with files("newstext.split").joinpath("weights.npz").open("rb") as stored:
        arrays = np.load(stored)
        if int(arrays["version"]) != VERSION:
            raise RuntimeError("newstext/split/weights.npz is of another version: run bench/train_split.py")
        return unpacked({name: arrays[name] for name in arrays.files})


def unpacked(arrays: dict[str, np.ndarray]) -> Model:
    """A model out of stored arrays: whole numbers of 8 bits, each column with its scale, or plain floats."""
    parts = {}
    for name in Model.__dataclass_fields__:
        if name == "vocabulary":
            parts[name] = arrays[name]
            continue
        values = arrays[name].astype(np.float32)
        scale = arrays.get(name + ".scale")
        parts[name] = values * scale if scale is not None else values
    return Model(**parts)
