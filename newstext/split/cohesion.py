"""What a page's paragraphs say of each other: headlines told again below, words that stop where a story ends.

After Hearst's TextTiling (1997), with ties between near paragraphs instead of blocks: two prints of a word in
paragraphs at most `TIE` apart tie everything between them together; few ties cross the border of two stories.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from newstext.split.features import Floats

#: From this length on a row reads as a paragraph.
LONG = 80

#: A row that may be a headline, in characters; how many paragraphs after it are compared with it, and how far off.
TITLES, COMPARED, AHEAD = (15, 200), 4, 30

#: Where a paragraph tells what it is about, in characters.
OPENING = 400

#: Paragraphs this far apart may be tied; words of this length tie, shorter ones stand in every text.
TIE, TYING = 6, 6

_CONTENT = re.compile(r"\w{4,}")


class Bag(NamedTuple):
    """The content words of a row, and the capitalised ones among them after the first."""

    words: frozenset[str]
    names: frozenset[str]


def bag(text: str) -> Bag:
    """The content words of a text: by their length where words are spaced, pairs of characters where not."""
    found = _CONTENT.findall(text)
    if len(found) * 20 < len(text) and not text.isascii() and text.count(" ") * 12 < len(text):
        return Bag(frozenset(map("".join, pairwise(text))), frozenset())
    names = frozenset(word for word in found[1:] if word[0].isupper())
    return Bag(frozenset(map(str.lower, found)), names)


class Ties:
    """Counts, for each border between paragraphs, the ties that cross it."""

    def __init__(self, borders: int) -> None:
        self.change = np.zeros((borders + 2, 2), np.float32)
        self.seen: tuple[dict[str, int], dict[str, int]] = ({}, {})

    def add(self, number: int, words: Bag) -> None:
        """Tie a paragraph to the last ones with the same words."""
        for column, some in enumerate(words):
            seen = self.seen[column]
            for word in some:
                if column or len(word) >= TYING or not word.isascii():
                    last = seen.get(word, -TIE - 1)
                    if number - last <= TIE:
                        self.change[last + 1, column] += 1
                        self.change[number + 1, column] -= 1
                    seen[word] = number

    def crossing(self) -> Floats:
        """Ties across the border before each paragraph ``[paragraphs + 1, 2]``: of words, of names."""
        found: Floats = np.cumsum(self.change, axis=0)[:-1]
        return found


def cohesion(texts: list[str], sizes: list[int]) -> Floats:
    """For each row: the share of its words that the next paragraphs hold, that the last ones held, the difference,
    whether it was compared; the ties across the border at or after it: in logarithms, and against those around.

    A headline is told again in the story under it, not in the story above.
    """
    paragraphs = [at for at, length in enumerate(sizes) if length >= LONG]
    bags: dict[int, Bag] = {}
    ties = Ties(len(paragraphs))
    told: list[tuple[float, float, float, float]] = []
    borders: list[int] = []
    below = 0  # the first paragraph at or after the row, by its number among the paragraphs
    for at, length in enumerate(sizes):
        own = below < len(paragraphs) and paragraphs[below] == at
        if own:
            bags.setdefault(at, bag(texts[at][:OPENING]))
            ties.add(below, bags[at])
        told.append(likeness(at, length, below + own, below, texts, paragraphs, bags))
        borders.append(below)
        if own:
            below += 1
            if below > COMPARED:
                bags.pop(paragraphs[below - COMPARED - 1], None)
    return np.concatenate([np.array(told, np.float32), strength(ties.crossing())[borders]], axis=1)


def likeness(
    at: int, length: int, after: int, before: int, texts: list[str], paragraphs: list[int], bags: dict[int, Bag]
) -> tuple[float, float, float, float]:
    """How much of a possible headline the paragraphs after and before it say."""
    title = bag(texts[at]).words if TITLES[0] <= length <= TITLES[1] else frozenset[str]()
    if len(title) < 2:
        return (0.0, 0.0, 0.0, 0.0)
    following = [p for p in paragraphs[after : after + COMPARED] if p - at <= AHEAD]
    for p in following:
        if p not in bags:
            bags[p] = bag(texts[p][:OPENING])
    ahead = shared(title, following, bags)
    behind = shared(title, paragraphs[max(0, before - COMPARED) : before], bags)
    return (ahead, behind, ahead - behind, 1.0)


def shared(title: frozenset[str], at: list[int], bags: dict[int, Bag]) -> float:
    return len(frozenset().union(*(title & bags[p].words for p in at))) / len(title)


def strength(crossing: Floats) -> Floats:
    """Ties in logarithms, and their logarithm against the mean of those around: ``[borders, 4]``."""
    logs = np.log1p(crossing)
    count = len(logs)
    total = np.concatenate([np.zeros((1, 2), np.float32), np.cumsum(logs, axis=0)])
    number = np.arange(count)
    low, high = np.maximum(number - TIE, 0), np.minimum(number + TIE + 1, count)
    around = (total[high] - total[low]) / (high - low)[:, None]
    found: Floats = np.concatenate([logs / 3, logs - around], axis=1).astype(np.float32)
    return found
