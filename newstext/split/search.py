"""The best reading of pages: the likeliest sequence of states under the model (Viterbi), and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from newstext.split.features import features
from newstext.split.stack import Stack
from newstext.split.states import CODE, PART, STATES, allowed, begins
from newstext.split.tags import Tag
from newstext.split.titles import titled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from newstext.split.model import Model
    from newstext.split.page import Rows
    from newstext.split.tokens import Floats, Ints

#: Which steps from state to state open an article.
_BEGINS = np.array([[begins(before, after) for after in STATES] for before in STATES])

#: The states from which a step may lead to each state, as the rows of a matrix ``[most, states]``; where a state has
#: fewer than `_MOST` of them there is no step.
_INTO = [[number for number, before in enumerate(STATES) if allowed(before, after)] for after in STATES]
_MOST = max(map(len, _INTO))
_FROM = np.array([[*known, *[0] * (_MOST - len(known))] for known in _INTO]).T.ravel()
_NO_STEP = np.arange(_MOST)[:, None] >= np.array([len(known) for known in _INTO])

#: Pages are scored together up to about so many rows: more of them spare nothing further and leave the cache.
SCORED = 2048
#: The search holds so many places for rows at most, those beyond the ends of shorter pages among them.
SEARCHED = 1 << 16
#: And so many pages: their steps take 2 KB each.
PAGES = 512


def read(pages: Sequence[Rows], model: Model) -> list[list[Tag]]:
    """Tag every row of some pages, each of which has rows."""
    if not pages:
        return []
    stack = Stack.of([len(rows) for rows in pages])
    parts = [scored(group, model) for group in together(pages)]
    scores = np.concatenate(parts) if len(parts) > 1 else parts[0]
    paths = [titled(path, own) for path, own in zip(best(stack, scores, model), stack.split(scores), strict=True)]
    path = np.concatenate(paths)
    flat = tags(stack, path, sureness(stack, scores, model, path))
    return stack.split(flat)


def together(pages: Sequence[Rows]) -> Iterator[Sequence[Rows]]:
    """Pages that are scored together, in their order."""
    start = size = 0
    for end, rows in enumerate(pages):
        if end > start and size + len(rows) > SCORED:
            yield pages[start:end]
            start, size = end, 0
        size += len(rows)
    yield pages[start:]


def scored(pages: Sequence[Rows], model: Model) -> Floats:
    """The pages' scores; what they were made of is given up before the search takes its own memory."""
    return model.scores(features(pages))


def best(stack: Stack, scores: Floats, model: Model) -> list[list[int]]:
    """Each page's path of states with the highest sum of `scores` ``[rows, states]`` and of the model's steps."""
    found: list[list[int]] = [[]] * stack.pages
    order = np.argsort(-stack.sizes, kind="stable")  # pages of like length are searched together
    while len(order):
        group, order = np.split(order, [min(PAGES, max(1, SEARCHED // int(stack.sizes[order[0]])))])
        size = stack.sizes[group]
        alive = np.searchsorted(-size, -np.arange(size[0]), side="left")  # how many pages have a row of this number
        path = backward(forward(scores, stack.start[group], alive, model), model)
        for at, page in enumerate(group.tolist()):
            found[page] = path[: size[at], at].tolist()
    return found


def forward(scores: Floats, start: Ints, alive: Ints, model: Model) -> list[Floats]:
    """The best sums that end in each state of each row: ``[states, pages]``, of the pages that have so many rows."""
    gain = np.where(_NO_STEP, -np.inf, model.steps[_FROM.reshape(_MOST, -1), np.arange(len(STATES))]).astype(np.float32)
    add, most = np.add, np.maximum.reduce
    reach: list[Floats] = []
    for numbers in np.split(np.arange(len(alive)), np.flatnonzero(np.diff(alive)) + 1):
        pages = int(alive[numbers[0]])
        rows = np.ascontiguousarray(scores[numbers[:, None] + start[:pages]].transpose(0, 2, 1))
        if not reach:
            reach.append(add(rows[0], model.start[:, None], rows[0]))
            rows = rows[1:]
        before = np.ascontiguousarray(reach[-1][:, :pages])
        steps = np.repeat(gain[:, :, None], pages, axis=2)
        paths = np.empty_like(steps)
        flat, best = paths.reshape(-1, pages), np.empty_like(before)
        for here in rows:  # five microseconds each: what is spared counts
            before.take(_FROM, 0, flat, "clip")
            most(add(paths, steps, paths), axis=0, out=best)
            before = add(here, best, here)
            reach.append(before)
    return reach


def backward(reach: list[Floats], model: Model) -> Ints:
    """The path that led to each page's best end: ``[longest, pages]``, anything beyond a page's last row."""
    path = np.zeros((len(reach), reach[0].shape[1]), np.int64)
    steps = np.ascontiguousarray(model.steps)
    after = np.empty(0, np.int64)
    for row in range(len(reach) - 1, -1, -1):
        here, on = reach[row], len(after)
        last = here[:, on:].argmax(axis=0) if here.shape[1] > on else after[:0]  # of pages that end here
        after = (here[:, :on] + steps.take(after, 1)).argmax(axis=0)
        after = np.concatenate([after, last]) if len(last) else after
        path[row, : len(after)] = after
    return path


def sureness(stack: Stack, scores: Floats, model: Model, path: Ints) -> NDArray[np.float64]:
    """For each row how likely its state is when its neighbours' states are right, 0..1 to three digits."""
    first = stack.first
    local = scores + np.where(first[:, None], model.start, model.steps[np.roll(path, 1)])
    local[:-1] += np.where(first[1:, None], 0, model.steps.T[path[1:]])
    local -= local.max(axis=1, keepdims=True)
    odds: Floats = np.exp(local)
    share: NDArray[np.float64] = (odds[np.arange(len(path)), path] / odds.sum(axis=1)).astype(np.float64)
    return share.round(3)


def tags(stack: Stack, path: Ints, sure: NDArray[np.float64]) -> list[Tag]:
    """Rows' codes and articles, counted on each page, out of paths of states."""
    opened: Ints = np.cumsum(_BEGINS[np.roll(path, 1), path] & ~stack.first)
    articles: Ints = opened - opened[stack.low]
    return [
        Tag(CODE[state], PART[state], number, share)
        for state, number, share in zip(path.tolist(), articles.tolist(), sure.tolist(), strict=True)
    ]
