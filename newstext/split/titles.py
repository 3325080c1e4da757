"""Headlines of articles that the likeliest reading leaves without one: the best of the rows above the body.

The model learned each site's widgets with the few sites that print them: what stands between a headline and its body
on another site makes it doubt the headline rather than the body. An article has a headline nearly always.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.split.states import CODE, NUMBER, PART, state

if TYPE_CHECKING:
    from newstext.split.tokens import Floats

#: A headline stands at most so many rows above its body.
REACH = 60

#: A row is taken for the headline unless its own reading is likelier by more than this (a difference of scores).
DOUBT = 8.0

_BODIES = frozenset(at for at, part in enumerate(PART) if part == "B")
_HN, _BN, _BB = NUMBER["HN"], NUMBER["BN"], NUMBER["BB"]


def titled(path: list[int], scores: Floats) -> list[int]:
    """The path of states with a headline above each body that had none, where a row can be one."""
    path = list(path)
    last = -1  # the last row of the body before
    headed = False
    for at in range(len(path)):
        headed = headed or path[at] == _HN
        if path[at] not in _BODIES or (at and path[at - 1] in _BODIES and path[at] != _BN):
            continue
        if not headed:
            head(path, scores, max(last + 1, at - REACH), at)
        headed = False
        last = end(path, at)
    return path


def end(path: list[int], start: int) -> int:
    """The last row of the body that begins at a row."""
    at = start
    while at + 1 < len(path) and path[at + 1] in _BODIES and path[at + 1] != _BN:
        at += 1
    return at


def head(path: list[int], scores: Floats, start: int, body: int) -> None:
    """Make the likeliest row from `start` on the headline of the body, and what lies between a part of its head."""
    doubts = {at: float(scores[at, path[at]] - scores[at, _HN]) for at in range(start, body)}
    best = min(doubts, key=doubts.__getitem__, default=None)
    if best is None or doubts[best] > DOUBT:
        return
    path[best] = _HN
    for at in range(best + 1, body):
        path[at] = NUMBER[state("H", CODE[path[at]])]
    if path[body] == _BN:
        path[body] = _BB
