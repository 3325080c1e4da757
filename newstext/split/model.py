"""The model of a row among its neighbours: a small convolutional network that scores every state of every row.

Three layers: one that reads a row, one that reads it with two rows on both sides, one with six (every third); the
scores read all three. Trained together with the steps between states as a conditional random field (Lafferty,
McCallum and Pereira 2001) by `bench/train_split.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from newstext.split.features import VERSION

if TYPE_CHECKING:
    from newstext.split.features import Features, Floats

#: How far apart the rows are that the second and the third layer read.
NEAR, FAR = (-2, -1, 0, 1, 2), (-6, -3, 0, 3, 6)

#: Rows that are scored together, which bounds memory; rows on both sides that a row's score depends on.
BLOCK, MARGIN = 4096, NEAR[-1] + FAR[-1]


#: How much of what whole words say is believed. The pages to learn from are few and their words are learned too well:
#: of 60 generated pages in layouts of their own 41 are split right at 1.0, 56 at 0.5, all at 0.4; below 0.5 headlines
#: of labelled pages begin to suffer (`bench/split.py share`, tests/eval_gate).
WORDS_SHARE = 0.5


@dataclass(frozen=True)
class Model:
    """The weights: matrices of the layers, hashed words' vectors, steps between states (-inf where forbidden)."""

    words: Floats
    row: Floats
    near: Floats
    far: Floats
    out: Floats
    steps: Floats
    start: Floats

    def scores(self, features: Features) -> Floats:
        """Score every state of every row: ``[rows, states]``."""
        count = len(features.size)
        found = np.empty((count, self.out.shape[1]), np.float32)
        for start in range(0, count, BLOCK):
            end = min(start + BLOCK, count)
            low, high = max(0, start - MARGIN), min(end + MARGIN, count)
            found[start:end] = self.block(features, low, high)[start - low : end - low]
        return found

    def block(self, features: Features, start: int, end: int) -> Floats:
        """The scores of some rows, as if the page had no others."""
        told = self.words[features.slots(start, end)].sum(axis=1)
        first = relu(np.hstack([features.dense(start, end), told]), self.row)
        second = relu(neighbours(first, NEAR), self.near)
        third = relu(neighbours(second, FAR), self.far)
        found: Floats = np.hstack([first, second, third]) @ self.out[:-1] + self.out[-1]
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


@cache
def shipped() -> Model:
    """The weights that ship with the package."""
    with files("newstext.split").joinpath("weights.npz").open("rb") as stored:
        arrays = np.load(stored)
        if int(arrays["version"]) != VERSION:
            raise RuntimeError("newstext/split/weights.npz is of another version: run bench/train_split.py")
        model = unpacked({name: arrays[name] for name in arrays.files})
    return replace(model, words=model.words * WORDS_SHARE)


def unpacked(arrays: dict[str, np.ndarray]) -> Model:
    """A model out of stored arrays: whole numbers of 8 bits, each column with its scale, or plain floats."""
    parts = {}
    for name in Model.__dataclass_fields__:
        values = arrays[name].astype(np.float32)
        scale = arrays.get(name + ".scale")
        parts[name] = values * scale if scale is not None else values
    return Model(**parts)
