"""What two texts have in common and where they differ, word by word: `ISIS` in the one, `Daesh` in the other.

Runs of words that stand once in each text anchor the alignment (patience diff; Cohen 2003); between anchors small gaps
are compared word by word. Anchors take time linear in the texts' length whatever the texts are, and a gap that is
large has nothing in common worth showing, so hostile texts cost no more than news does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

import msgspec

from newstext.article import Span

#: Words in a run that anchors: shorter ones stand twice in long articles.
ANCHOR: Final = 4
#: Words of both sides of a gap that are still compared word by word: 100 each take about a millisecond.
GAP: Final = 200
#: Words from which a common run is a passage that someone took over rather than a set phrase.
PASSAGE: Final = 8

_WORD: Final = re.compile(r"\w+|[^\w\s]")


class Change(StrEnum):
    """What happened to a piece of the earlier text on its way to the later."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"
    REPLACED = "replaced"


class Piece(msgspec.Struct, frozen=True):
    """A stretch of the earlier and the later text; spans in characters, empty where the piece is missing."""

    change: Change
    earlier: Span
    later: Span


class Passage(msgspec.Struct, frozen=True):
    """A run of words that stands in both texts, wherever; spans in characters."""

    earlier: Span
    later: Span
    words: int


class _Text:
    """A text's words, for comparison and with their places."""

    def __init__(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        self.keys = [match.group().casefold() for match in found]
        self.starts = [match.start() for match in found]
        self.ends = [match.end() for match in found]

    def span(self, first: int, last: int) -> Span:
        """Characters of the words from `first` up to `last`; empty, where they would stand, when there are none."""
        if first < last:
            return self.starts[first], self.ends[last - 1]
        here = self.ends[first - 1] if first else 0
        return here, here


#: Words [0] of the earlier and [1] of the later text from which on [2] words are the same.
_Run = tuple[int, int, int]


def difference(earlier: str, later: str) -> list[Piece]:
    """The pieces that lead from one text to the other, in order. Case does not count, punctuation does."""
    a, b = _Text(earlier), _Text(later)
    pieces: list[Piece] = []
    done_a = done_b = 0
    for start_a, start_b, length in [*_aligned(a.keys, b.keys), (len(a.keys), len(b.keys), 0)]:
        if start_a > done_a or start_b > done_b:
            change = _change(start_a > done_a, start_b > done_b)
            pieces.append(Piece(change, a.span(done_a, start_a), b.span(done_b, start_b)))
        if length:
            pieces.append(Piece(Change.SAME, a.span(start_a, start_a + length), b.span(start_b, start_b + length)))
        done_a, done_b = start_a + length, start_b + length
    return pieces


def passages(earlier: str, later: str, least: int = PASSAGE) -> list[Passage]:
    """Common runs of at least `least` words, longest first, wherever they stand: moved ones too."""
    a, b = _Text(earlier), _Text(later)
    runs = (run for run in _runs(a.keys, b.keys, _anchors(a.keys, b.keys)) if run[2] >= least)
    found = [Passage(a.span(i, i + n), b.span(j, j + n), n) for i, j, n in runs]
    return sorted(found, key=lambda passage: -passage.words)


def _change(removed: bool, added: bool) -> Change:
    if removed and added:
        return Change.REPLACED
    return Change.DELETED if removed else Change.INSERTED


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the runs of ANCHOR words that stand once in each text, in the order of the first."""
    places_a, places_b = _once(a), _once(b)
    return [(i, places_b[run]) for run, i in places_a.items() if run in places_b]


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Runs of ANCHOR words that stand exactly once, with their places."""
    seen: dict[tuple[str, ...], int] = {}
    for i in range(len(words) - ANCHOR + 1):
        run = tuple(words[i : i + ANCHOR])
        seen[run] = -1 if run in seen else i
    return {run: i for run, i in seen.items() if i >= 0}


def _runs(a: Sequence[str], b: Sequence[str], anchors: Sequence[tuple[int, int]]) -> Iterator[_Run]:
    """Anchors grown in both directions as far as the words agree; each run once."""
    until: dict[int, int] = {}  # per offset between the texts: the word of the first up to which a run went
    for i, j in anchors:
        if i < until.get(j - i, 0):
            continue
        first = i
        while first > until.get(j - i, 0) and j - i + first > 0 and a[first - 1] == b[j - i + first - 1]:
            first -= 1
        last = i + ANCHOR
        while last < len(a) and j - i + last < len(b) and a[last] == b[j - i + last]:
            last += 1
        until[j - i] = last
        yield first, j - i + first, last - first


def _aligned(a: Sequence[str], b: Sequence[str]) -> list[_Run]:
    """Runs that are the same in both, in the order of both, small gaps filled."""
    kept: list[_Run] = []
    done_a = done_b = 0
    for i, j, n in [*_runs(a, b, _rising(_anchors(a, b))), (len(a), len(b), 0)]:
        skip = max(0, done_a - i, done_b - j)  # a run may overlap the one before by repeated words
        if skip >= n > 0:
            continue
        i, j, n = i + skip, j + skip, n - skip  # noqa: PLW2901  (the run without its overlap)
        kept += _gap(a, b, (done_a, i), (done_b, j))
        if n > 0:
            kept.append((i, j, n))
        done_a, done_b = i + n, j + n
    return kept


def _gap(a: Sequence[str], b: Sequence[str], of_a: Span, of_b: Span) -> list[_Run]:
    """Runs in the gap between two anchors; none where it is too large to be compared."""
    left, right = a[slice(*of_a)], b[slice(*of_b)]
    if not left or not right or len(left) + len(right) > GAP:
        return []
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return [(of_a[0] + i, of_b[0] + j, n) for i, j, n in blocks if n]


def _rising(anchors: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most anchors that stand in the same order in both texts (longest increasing subsequence)."""
    ends: list[int] = []  # places in the second text of the lowest end of a sequence of each length
    index: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(anchors):
        at = bisect_left(ends, j)
        before.append(index[at - 1] if at else -1)
        if at == len(ends):
            ends.append(j)
            index.append(number)
        else:
            ends[at], index[at] = j, number
    chain: list[tuple[int, int]] = []
    number = index[-1] if index else -1
    while number >= 0:
        chain.append(anchors[number])
        number = before[number]
    return chain[::-1]
