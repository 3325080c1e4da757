"""What a page's paragraphs say of each other: headlines told again below, words that stop where a story ends.

After Hearst's TextTiling (1997), with ties between near paragraphs instead of blocks: two prints of a word in
paragraphs at most `TIE` apart tie everything between them together; few ties cross the border of two stories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from newstext.split.lookup import among
from newstext.split.tokens import BLOCK

if TYPE_CHECKING:
    from newstext.split.stack import Stack
    from newstext.split.tokens import Flags, Floats, Ints, Keys, Smalls, Tokens

#: From this length on a row reads as a paragraph.
LONG = 80

#: A row that may be a headline, in characters; how many paragraphs after it are compared with it, and how far off.
TITLES, COMPARED, AHEAD = (15, 200), 4, 30

#: Words of this length say what a text is about, shorter ones stand in every text; a headline has two of them.
CONTENT, FEWEST = 4, 2

#: Paragraphs this far apart may be tied; words of this length tie, and names.
TIE, TYING = 6, 6

#: Numbers of paragraphs that are left out between two pages: what is tied or compared lies nearer.
APART = TIE + COMPARED


class Index:
    """The content words of paragraphs, each with the numbers of the paragraphs that hold it, in order."""

    def __init__(self, tokens: Tokens, told: Paragraphs, holds: Flags) -> None:
        order = np.argsort(tokens.key[holds], kind="stable")
        self.chosen = np.flatnonzero(holds).astype(np.int32)[order]
        del order
        self.key = tokens.key[self.chosen]
        self.paragraph = told.below[tokens.row[self.chosen]]
        self.borders = len(told)
        self.base = self.borders + 2 * COMPARED
        changes = np.ones(len(self.key), np.bool_)
        np.not_equal(self.key[1:], self.key[:-1], out=changes[1:])
        self.words = self.key[changes]
        places = (np.cumsum(changes) - 1) * self.base + self.paragraph + COMPARED
        once = np.append(places[:-1] != places[1:], True)[: len(places)]
        self.places = np.append(places[once], -1)  # beyond the last is before the first

    def ties(self, chosen: Flags) -> Floats:
        """How many ties of the `chosen` words cross the border before each paragraph."""
        key, paragraph = self.key[chosen], self.paragraph[chosen]
        apart = paragraph[1:] - paragraph[:-1]
        tied = (key[1:] == key[:-1]) & (apart > 0) & (apart <= TIE)
        opened = np.bincount(paragraph[:-1][tied] + 1, minlength=self.borders + 1)
        closed = np.bincount(paragraph[1:][tied] + 1, minlength=self.borders + 1)
        found: Floats = np.cumsum(opened - closed)[:-1].astype(np.float32)
        return found

    def near(self, key: Keys, below: Smalls, own: Flags) -> tuple[Ints, Flags]:
        """For words above paragraph `below`: the next paragraph that holds each (-1: none of the `COMPARED` after
        its `own`, if it stands in one), and whether one of the last ones holds it.
        """
        after, behind = np.full(len(key), -1), np.zeros(len(key), np.bool_)
        known, word = among(self.words, key)
        base, below = word * self.base + COMPARED, below[known]
        place = np.searchsorted(self.places[:-1], base + below)
        last = self.places[place - 1] - base
        behind[known] = (last >= below - COMPARED) & (last < below)
        place += own[known] & (self.places[place] == base + below)  # its own paragraph is not below it
        found, below = self.places[place] - base, below + own[known]
        after[known] = np.where((found >= below) & (found < below + COMPARED), found, -1)
        return after, behind


class Paragraphs:
    """The long rows of pages: `below` the number of the first one at or after each row, `row` the row of each
    number (none's where a number is left out between two pages), `low` and `high` where each number's page has its own.
    """

    def __init__(self, stack: Stack, long: Flags) -> None:
        held = np.bincount(stack.page[long], minlength=stack.pages)
        room = held + 1 + APART  # a border more than paragraphs
        start: Ints = np.cumsum(room) - room
        before = np.cumsum(held) - held
        below = np.cumsum(long) - long + (start - before)[stack.page]
        self.below: Smalls = below.astype(np.int32)
        self.row = np.full(int(room.sum()), -1)
        self.row[self.below[long]] = np.flatnonzero(long)
        self.low, self.high = np.repeat(start, room), np.repeat(start + held + 1, room)

    def __len__(self) -> int:
        return len(self.row)


def cohesion(stack: Stack, tokens: Tokens, sizes: Ints) -> Floats:
    """For each row: the share of its words that the next paragraphs hold, that the last ones held, the difference,
    whether it was compared; the ties across the border at or after it, of words and of names: in logarithms, and
    against those around.

    A headline is told again in the story under it, not in the story above.
    """
    long = sizes >= LONG
    told = Paragraphs(stack, long)
    content = (tokens.size >= CONTENT) & ~tokens.digits
    index = Index(tokens, told, content & long[tokens.row])
    alike = likeness(index, tokens, content, sizes, told)
    tying = tokens.size[index.chosen] >= TYING
    ties = np.stack([index.ties(tying), index.ties(tokens.name[index.chosen])], axis=1)
    return np.concatenate([alike, strength(ties, told)[told.below]], axis=1)


def likeness(index: Index, tokens: Tokens, content: Flags, sizes: Ints, told: Paragraphs) -> Floats:
    """How much of each possible headline the paragraphs after and before it say."""
    title = (sizes >= TITLES[0]) & (sizes <= TITLES[1])
    asked = np.flatnonzero(content & title[tokens.row]).astype(np.int32)
    words = np.bincount(tokens.row[asked], minlength=len(sizes))
    said = np.zeros((2, len(sizes)))
    for start in range(0, len(asked), BLOCK):  # which bounds memory
        part = asked[start : start + BLOCK]
        row = tokens.row[part]
        after, behind = index.near(tokens.key[part], told.below[row], sizes[row] >= LONG)
        ahead = (after >= 0) & (told.row[after] - row <= AHEAD)
        first, count = int(row[0]), int(row[-1] - row[0]) + 1
        for own, where in zip(said, (ahead, behind), strict=True):
            own[first : first + count] += np.bincount(row[where] - first, minlength=count)
    compared = words >= FEWEST
    one, two = said * np.where(compared, 1 / np.maximum(words, 1), 0)
    return np.stack([one, two, one - two, compared], axis=1).astype(np.float32)


def strength(crossing: Floats, told: Paragraphs) -> Floats:
    """Ties in logarithms, and their logarithm against the mean of those around: ``[borders, 4]``."""
    logs = np.log1p(crossing)
    number = np.arange(len(logs))
    total = np.concatenate([np.zeros((1, 2)), np.cumsum(logs, axis=0, dtype=np.float64)])
    low, high = np.maximum(number - TIE, told.low), np.minimum(number + TIE + 1, told.high)
    around = (total[high] - total[low]) / np.maximum(high - low, 1)[:, None]
    found: Floats = np.concatenate([logs / 3, logs - around], axis=1).astype(np.float32)
    return found
