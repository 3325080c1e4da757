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

#: The steps that there may be, by the state that they lead to: from which, to which, where those to each state begin.
_INTO, _FROM = np.nonzero([[allowed(before, after) for before in STATES] for after in STATES])
_STEPS = np.searchsorted(_INTO, np.arange(len(STATES)))


#: Pages are scored together up to about so many rows: more of them spare nothing further and leave the cache.
SCORED = 2048
#: The search holds so many places for rows at most, those beyond the ends of shorter pages among them.
SEARCHED = 1 << 16


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
        group, order = np.split(order, [max(1, SEARCHED // int(stack.sizes[order[0]]))])
        size = stack.sizes[group]
        alive = np.searchsorted(-size, -np.arange(size[0]), side="left")  # how many pages have a row of this number
        reach = forward(scores, stack.start[group], alive, model)
        path = backward(reach, size, alive, model)
        for at, page in enumerate(group.tolist()):
            found[page] = path[: size[at], at].tolist()
    return found


def forward(scores: Floats, start: Ints, alive: Ints, model: Model) -> Floats:
    """The best sum that ends in each state of each row: ``[longest, states, pages]``, the longest page first."""
    rows = np.minimum(np.arange(len(alive))[:, None] + start, len(scores) - 1)
    reach = np.ascontiguousarray(scores[rows].transpose(0, 2, 1))
    gain = np.repeat(model.steps[_FROM, _INTO][:, None], len(start), axis=1)
    add, most, take = np.add, np.maximum.reduceat, np.take
    before, pages = reach[0], 0
    add(before, model.start[:, None], before)
    for here, count in zip(reach[1:], alive[1:].tolist(), strict=True):  # ten microseconds each: what is spared counts
        if count != pages:
            pages = count
            own = np.ascontiguousarray(gain[:, :pages])
            paths, best = np.empty_like(own), np.empty((len(STATES), pages), np.float32)
        take(before[:, :pages], _FROM, 0, paths, "clip")
        add(paths, own, paths)
        most(paths, _STEPS, 0, None, best)
        before = add(here[:, :pages], best, here[:, :pages])
    return reach


def backward(reach: Floats, size: Ints, alive: Ints, model: Model) -> Ints:
    """The path that led to each page's best end: ``[longest, pages]``, anything beyond a page's last row."""
    path = np.zeros((len(reach), len(size)), np.int64)
    steps = np.ascontiguousarray(model.steps)
    after = 0
    for row in range(len(reach) - 1, -1, -1):
        here, count = reach[row], int(alive[row])
        if after:
            path[row, :after] = (here[:, :after] + steps[:, path[row + 1, :after]]).argmax(axis=0)
        if count > after:
            path[row, after:count] = here[:, after:count].argmax(axis=0)
        after = count
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
