"""What a page's paragraphs say of each other: headlines told again below, words that stop where a story ends.

After Hearst's TextTiling (1997), with ties between near paragraphs instead of blocks: two prints of a word in
paragraphs at most `TIE` apart tie everything between them together; few ties cross the border of two stories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    """The content words of pages, equal ones together in the order of the text.

    `place` numbers word and paragraph: the places of one word lie nearer to each other than to another word's by more
    than is compared. A word that stands in no paragraph has the place that it would have in the next one.
    """

    def __init__(self, tokens: Tokens, told: Paragraphs, content: Flags, long: Flags) -> None:
        chosen = np.flatnonzero(content).astype(np.int32)
        self.chosen = chosen[ordered(tokens.key[chosen])]
        self.row = tokens.row[self.chosen]
        self.held = long[self.row]
        self.paragraph = told.below[self.row]
        self.borders = len(told)
        self.place = numbered(tokens.key[self.chosen])
        self.place *= self.borders + 2 * COMPARED
        self.place += self.paragraph
        once = self.held.copy()  # of the prints of a word in one paragraph
        once[1:] &= (self.place[1:] != self.place[:-1]) | ~self.held[:-1]
        self.holding = np.append(self.place[once], -1)  # beyond the last is before the first
        self.seen = np.cumsum(once, dtype=np.int32)

    def ties(self, chosen: Flags) -> Floats:
        """How many ties of the `chosen` words cross the border before each paragraph."""
        place, paragraph = self.place[chosen], self.paragraph[chosen]
        apart = place[1:] - place[:-1]
        tied = (apart > 0) & (apart <= TIE)
        opened = np.bincount(paragraph[:-1][tied] + 1, minlength=self.borders + 1)
        closed = np.bincount(paragraph[1:][tied] + 1, minlength=self.borders + 1)
        found: Floats = np.cumsum(opened - closed)[:-1].astype(np.float32)
        return found

    def near(self, start: int, end: int) -> tuple[Ints, Flags]:
        """For words `start` to `end`: how many paragraphs below its own, or the next one, the next that holds the word
        is (-1: none of the `COMPARED`); whether one of the `COMPARED` above holds it.
        """
        seen, own, place = self.seen[start:end], self.held[start:end], self.place[start:end]
        below = self.holding[seen] - place
        below[below >= COMPARED + own] = -1
        return below, place - self.holding[seen - own - 1] <= COMPARED


def ordered(keys: Keys) -> Ints:
    """The order in which equal keys stand together, each as they came.

    One number of both is sorted: as many of a key's first bits as its place leaves. Two words that share all of these
    stand among each other and miss a tie; less than one batch of pages in 100,000 has two.
    """
    place = np.uint64(len(keys).bit_length())
    found = keys >> place << place
    found |= np.arange(len(keys), dtype=np.uint64)
    found.sort()
    found &= (np.uint64(1) << place) - np.uint64(1)
    return found.view(np.int64)


def numbered(keys: Keys) -> Ints:
    """A number for each run of equal keys, from 1 on."""
    other = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=other[1:])
    found: Ints = np.cumsum(other)
    return found


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
    index = Index(tokens, told, (tokens.size >= CONTENT) & ~tokens.digits, long)
    alike = likeness(index, sizes, told)
    tying = index.held & (tokens.size[index.chosen] >= TYING)
    ties = np.stack([index.ties(tying), index.ties(index.held & tokens.name[index.chosen])], axis=1)
    return np.concatenate([alike, strength(ties, told)[told.below]], axis=1)


def likeness(index: Index, sizes: Ints, told: Paragraphs) -> Floats:
    """How much of each possible headline the paragraphs after and before it say."""
    title = (sizes >= TITLES[0]) & (sizes <= TITLES[1])
    asked = title[index.row]
    words = np.bincount(index.row[asked], minlength=len(sizes))
    said = np.zeros((2, len(sizes)))
    for start in range(0, len(asked), BLOCK):  # which bounds memory
        some = slice(start, start + BLOCK)
        row = index.row[some]
        below, behind = index.near(start, start + BLOCK)
        ahead = asked[some] & (below >= 0)
        ahead[ahead] = told.row[(index.paragraph[some] + below)[ahead]] - row[ahead] <= AHEAD
        said[0] += np.bincount(row[ahead], minlength=len(sizes))
        said[1] += np.bincount(row[asked[some] & behind], minlength=len(sizes))
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
