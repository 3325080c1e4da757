"""The model of a row among its neighbours: a small convolutional network that scores every state of every row.

Three layers: one that reads a row, one that reads it with two rows on both sides, one with six (every third), the last
two with the means of what the layer before saw around the row and on the whole page; the scores read all three.
Trained together with the steps between states as a conditional random field (Lafferty,
McCallum and Pereira 2001) by `bench/train_split.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from newstext.split.features import VERSION
from newstext.split.lookup import Lookup
from newstext.split.stack import Stack

if TYPE_CHECKING:
    from newstext.split.features import Features
    from newstext.split.tokens import Floats, Ints, Keys

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
        stack = features.stack
        if stack.pages > 1:
            return self.block(features, stack, 0)
        count = len(stack)
        found = np.empty((count, self.out.shape[1]), np.float32)
        for start in range(0, count, BLOCK):
            end = min(start + BLOCK, count)
            low, high = max(0, start - MARGIN), min(end + MARGIN, count)
            found[start:end] = self.block(features, Stack.of([high - low]), low)[start - low : end - low]
        return found

    def block(self, features: Features, stack: Stack, start: int) -> Floats:
        """The scores of the rows from `start` on, which are a `stack` of their own."""
        end = start + len(stack)
        told = self.words[self.slots(features.keys[start:end])].sum(axis=1)
        first = layer(np.concatenate([features.dense(start, end), told], axis=1), self.row)
        second = layer(surroundings(stack, first, NEAR), self.near)
        third = layer(surroundings(stack, second, FAR), self.far)
        return weighted(np.concatenate([first, second, third], axis=1), self.out)

    @cached_property
    def lookup(self) -> Lookup:
        return Lookup(self.vocabulary)

    def slots(self, keys: Keys) -> Ints:
        """The rows of `words` for the words that the model knows, 0 for others."""
        found = np.zeros(keys.shape, np.int64)
        known, at = self.lookup.find(keys)
        found.flat[known] = at
        return found


def weighted(values: Floats, weights: Floats) -> Floats:
    """The sums of the values under weights, the last row of which is the bias."""
    found: Floats = values @ weights[:-1]
    found += weights[-1]
    return found


def layer(values: Floats, weights: Floats) -> Floats:
    """One layer: weighted sums, those below zero as zero."""
    found = weighted(values, weights)
    return np.maximum(found, 0, out=found)


def surroundings(stack: Stack, values: Floats, offsets: tuple[int, ...]) -> Floats:
    """What a layer reads of each row: the values of the rows at `offsets`, zeros beyond its page's ends; the sums of
    the `WIDE` rows before and after it, divided by `WIDE`; the mean of its page.
    """
    count, width = values.shape
    found = np.empty((count, len(offsets) + 3, width), np.float32)
    for at, by in enumerate(offsets):
        stack.shift(values, by, 0, found[:, at])
    total = np.zeros((count + 1, width))  # in double precision: the same whatever pages stand before
    np.cumsum(values, axis=0, out=total[1:])
    row = np.arange(count)
    found[:, -3] = total[:-1] - total[np.maximum(row - WIDE, stack.low)]
    found[:, -2] = total[np.minimum(row + 1 + WIDE, stack.high)] - total[1:]
    found[:, -3:-1] /= WIDE
    found[:, -1] = ((total[stack.end] - total[stack.start]) / stack.sizes[:, None])[stack.page]
    return found.reshape(count, -1)


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
