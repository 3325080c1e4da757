"""The best reading of a page: the likeliest sequence of states under the model (Viterbi), and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from newstext.split.features import features
from newstext.split.states import CODE, PART, STATES, begins
from newstext.split.tags import Tag
from newstext.split.titles import titled

if TYPE_CHECKING:
    from newstext.split.features import Floats
    from newstext.split.model import Model
    from newstext.split.page import Rows

#: Which steps from state to state open an article.
_BEGINS = np.array([[begins(before, after) for after in STATES] for before in STATES])


def read(rows: Rows, model: Model) -> list[Tag]:
    """Tag every row of a page."""
    if not len(rows):
        return []
    scores = model.scores(features(rows))
    path = titled(best(scores, model.steps, model.start), scores)
    return tags(path, sureness(scores, model.steps, model.start, path))


def best(scores: Floats, steps: Floats, start: Floats) -> list[int]:
    """The path of states with the highest sum of `scores` ``[rows, states]`` and `steps` ``[from, to]``."""
    into = np.ascontiguousarray(steps.T)
    reach = np.empty_like(scores)
    reach[0] = start + scores[0]
    paths, add, most = np.empty_like(into), np.add, np.maximum.reduce
    before, *rows = reach
    for row, own in zip(rows, scores[1:], strict=True):  # seven microseconds each: what is spared here counts
        add(into, before, paths)
        most(paths, 1, None, row)
        add(row, own, row)
        before = row
    path = [int(reach[-1].argmax())]
    for values in reach[-2::-1]:
        path.append(int((values + into[path[-1]]).argmax()))
    return path[::-1]


def sureness(scores: Floats, steps: Floats, start: Floats, path: list[int]) -> Floats:
    """For each row how likely its state is when its neighbours' states are right, 0..1."""
    taken = np.array(path)
    local = scores + np.vstack([start, steps[taken[:-1]]])
    local[:-1] += steps[:, taken[1:]].T
    local -= local.max(axis=1, keepdims=True)
    odds: Floats = np.exp(local)
    share: Floats = odds[np.arange(len(path)), taken] / odds.sum(axis=1)
    return share


def tags(path: list[int], sure: Floats) -> list[Tag]:
    """Rows' codes and articles out of a path of states."""
    article = np.cumsum(_BEGINS[path[:-1], path[1:]])
    numbers = [0, *article.tolist()]
    return [
        Tag(CODE[state], PART[state], number, share)
        for state, number, share in zip(path, numbers, sure.tolist(), strict=True)
    ]
