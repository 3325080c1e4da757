"""Several pages as one: their rows stand one after the other, and nothing that is computed reaches from page to page.

An operation on an array costs microseconds before its first number; a page has some eighty rows. Read alone, most of
a page's time is that (`bench/split.py speed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from newstext.split.tags import Tag
    from newstext.split.tokens import Flags, Floats, Ints, Keys

#: Something that slices into its own kind: an array, a list.
Cut = TypeVar("Cut", "Floats", "list[Tag]")
Values = TypeVar("Values", "Ints", "Floats")

#: Spreads the numbers of pages over all bits of a key.
_APART = np.uint64(0xA24BAED4963EE407)


@dataclass(frozen=True)
class Stack:
    """Where pages lie: `start` and `end` of each page; of each row its `page` and where that begins and ends."""

    start: Ints
    end: Ints
    page: Ints
    low: Ints
    high: Ints

    @classmethod
    def of(cls, sizes: Sequence[int]) -> Stack:
        """Pages of so many rows each, at least one."""
        size = np.array(sizes, np.int64)
        end: Ints = np.cumsum(size)
        start = end - size
        page = np.repeat(np.arange(len(size)), size)
        return cls(start, end, page, start[page], end[page])

    def __len__(self) -> int:
        return len(self.page)

    @property
    def pages(self) -> int:
        return len(self.start)

    @property
    def sizes(self) -> Ints:
        return self.end - self.start

    @property
    def number(self) -> Ints:
        """Each row's number on its page."""
        return np.arange(len(self)) - self.low

    @property
    def first(self) -> Flags:
        """Whether a row is its page's first."""
        found = np.zeros(len(self), np.bool_)
        found[self.start] = True
        return found

    def split(self, rows: Cut) -> list[Cut]:
        """What belongs to each page of what belongs to all rows."""
        return [rows[start:end] for start, end in zip(self.start.tolist(), self.end.tolist(), strict=True)]

    def sums(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Each page's sum of the rows' values."""
        return np.bincount(self.page, values.astype(np.float64), self.pages).astype(np.float64)

    def means(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        return self.sums(values) / self.sizes

    def apart(self, keys: Keys) -> Keys:
        """Keys that are equal on one page only."""
        return keys if self.pages == 1 else keys ^ (self.page.astype(np.uint64) * _APART)

    def shifted(self, values: Values, by: int, beyond: int = 0) -> Values:
        """For each row the values of the row `by` further on its page, `beyond` where the page has none."""
        found = np.empty_like(values)
        self.shift(values, by, beyond, found)
        return found

    def shift(self, values: Values, by: int, beyond: int, found: Values) -> None:
        """Write to `found` what `shifted` gives."""
        count = len(values)
        ahead, back = min(max(0, by), count), min(max(0, -by), count)
        found[back : count - ahead] = values[ahead : count - back]
        for edge in range(back):
            found[np.minimum(self.start + edge, self.end - 1)] = beyond
        for edge in range(ahead):
            found[np.maximum(self.end - 1 - edge, self.start)] = beyond
