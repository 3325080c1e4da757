"""Finding a few known numbers among many: a bit tells of nearly all that they are unknown, the rest is searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from newstext.split.tokens import Ints, Keys

#: So many last bits of a key say whether a known one ends so: with 2,000 known three unknown ones of a hundred do.
_ENDS = (1 << 16) - 1


class Lookup:
    """Known keys in rising order, whose bits are spread evenly; zero is never known."""

    def __init__(self, known: Keys) -> None:
        self.known = known
        self.ends = np.zeros(_ENDS + 1, np.bool_)
        self.ends[known[known != 0].view(np.int64) & _ENDS] = True

    def find(self, keys: Keys) -> tuple[Ints, Ints]:
        """Where known keys stand among all (as numbers of `keys.flat`), and which each is."""
        flat = keys.ravel()
        likely = np.flatnonzero(self.ends[flat.view(np.int64) & _ENDS])
        known, at = among(self.known, flat[likely])
        return likely[known], at


def among(known: Keys, keys: Keys) -> tuple[Ints, Ints]:
    """Which of the keys stand among those in rising order, and where there."""
    if not len(known):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    at = np.searchsorted(known, keys)
    at[at == len(known)] = 0
    right = np.flatnonzero(known[at] == keys)
    return right, at[right]
