"""Two versions of a story side by side: which words only one of them has.

Rows are aligned where both texts begin a new paragraph after common words. Editors cut, append and move sentences;
word by word is what a person compares.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

#: Words of each text that are compared: beyond them a comparison would keep the page waiting.
MOST_WORDS = 4_000
_BREAK = "\n\n"
_WORD = re.compile(r"\n\s*\n|[^\s]+")


class Run(NamedTuple):
    """Some words, and whether the other text lacks them."""

    text: str
    own: bool


class Row(NamedTuple):
    """What stands side by side."""

    left: list[Run]
    right: list[Run]


class Difference(NamedTuple):
    """The rows, words only on the left, only on the right, in both; `cut` when the texts were too long for all."""

    rows: list[Row]
    left: int
    right: int
    both: int
    cut: bool


def compare(left: str, right: str) -> Difference:
    a, b = _words(left), _words(right)
    cut = len(a) > MOST_WORDS or len(b) > MOST_WORDS
    a, b = a[:MOST_WORDS], b[:MOST_WORDS]
    matcher = difflib.SequenceMatcher(
        None, [w.casefold() for w in a], [w.casefold() for w in b], autojunk=len(a) > 1000
    )
    rows = list(_rows(a, b, matcher.get_opcodes()))
    own_left = sum(len(run.text.split()) for row in rows for run in row.left if run.own)
    own_right = sum(len(run.text.split()) for row in rows for run in row.right if run.own)
    both = sum(len(run.text.split()) for row in rows for run in row.left if not run.own)
    return Difference(rows, own_left, own_right, both, cut)


def _words(text: str) -> list[str]:
    return [_BREAK if word[0] == "\n" else word for word in _WORD.findall(text)]


def _rows(a: list[str], b: list[str], steps: Sequence[tuple[str, int, int, int, int]]) -> Iterator[Row]:
    row = Row([], [])
    for kind, a1, a2, b1, b2 in steps:
        if kind != "equal":
            row.left.extend(_run(a[a1:a2], own=True))
            row.right.extend(_run(b[b1:b2], own=True))
            continue
        start = 0
        same = a[a1:a2]
        for at, word in enumerate(same):
            if word == _BREAK:
                row.left.extend(_run(a[a1 + start : a1 + at], own=False))
                row.right.extend(_run(b[b1 + start : b1 + at], own=False))
                yield row
                row, start = Row([], []), at + 1
        row.left.extend(_run(a[a1 + start : a2], own=False))
        row.right.extend(_run(b[b1 + start : b2], own=False))
    if row.left or row.right:
        yield row


def _run(words: list[str], *, own: bool) -> Iterator[Run]:
    if words:
        yield Run(" ".join(words).replace(f" {_BREAK} ", _BREAK), own)
