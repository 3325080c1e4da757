"""Folds by publisher: each article is scored once, by a model that has seen no page of its publisher.

Pages of one site's HTML stay whole: publishers that share such a page go to the same fold. Composed pages mix
publishers of all folds inside a fixed frame; their articles, each with the furniture about it, are dealt again inside
each fold, so that layouts and numbers of articles stay what they were. Wire dumps have one publisher: each article is
held out with its file.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from split_pages import Labelled, Page, trail

if TYPE_CHECKING:
    from collections.abc import Iterable


#: An article on a page of its own site counts as so many composed ones when folds are filled: sites differ, frames
#: do not.
NATIVE = 5


class Fold(NamedTuple):
    """Pages to learn from, pages to score by, and the publishers that the first must not know."""

    learn: list[Page]
    held: list[Page]
    names: frozenset[str]


def folds(pages: list[Page], count: int) -> list[Fold]:
    """Divide labelled pages into `count` folds by publisher."""
    wires = [one for one in pages if one.case and "line_kinds" in one.case]
    native = [one for one in pages if one.case and one.case.get("family") == "native"]
    composed = [one for one in pages if one.case and one.case.get("family") == "composed"]
    home = homes(native, composed, count)
    found = []
    for number in range(count):
        names = frozenset(name for name, fold in home.items() if fold == number)
        learn = [one for one in native if names.isdisjoint(one.publishers)]
        held = [one for one in native if not names.isdisjoint(one.publishers)]
        learn += dealt(composed, frozenset(home) - names)
        held += dealt(composed, names)
        learn += [one for at, one in enumerate(wires) if at % count != number]
        held += wires[number::count]
        found.append(Fold(learn, held, names))
    return found


def homes(native: list[Page], composed: list[Page], count: int) -> dict[str, int]:
    """The fold of each publisher: groups that share a page together, the largest first to the emptiest fold."""
    group: dict[str, set[str]] = {}
    size: dict[str, int] = {}
    for page in native:
        joint = set(page.publishers).union(*(group.get(name, set()) for name in page.publishers))
        group.update(dict.fromkeys(joint, joint))
        size[page.publishers[0]] = size.get(page.publishers[0], 0) + NATIVE * len(page.bodies())
    for page in composed:
        for name in page.publishers:
            group.setdefault(name, {name})
            size[name] = size.get(name, 0) + 1
    groups = {id(one): one for one in group.values()}.values()
    filled = [0] * count
    home: dict[str, int] = {}
    for one in sorted(groups, key=lambda names: (-sum(size.get(name, 0) for name in names), min(names))):
        number = filled.index(min(filled))
        filled[number] += sum(size.get(name, 0) for name in one)
        home.update(dict.fromkeys(one, number))
    return home


class Piece(NamedTuple):
    """An article of a composed page with the furniture about it, without the blank lines at its end."""

    lines: list[Labelled]
    article: dict
    publisher: str


def dealt(composed: list[Page], names: Iterable[str]) -> list[Page]:
    """Composed pages of these publishers' articles alone: by layout, with the numbers of articles of before."""
    kinds: dict[tuple[str, str], list[Page]] = {}
    for page in composed:
        kinds.setdefault((page.case["layout"], page.case["mode"]), []).append(page)
    out = []
    for kind, group in kinds.items():
        pieces = [piece for page in group for piece in cut(page) if piece.publisher in names]
        gap = max((trail(page, 0) for page in group if len(page.bodies()) > 1), default=3)
        sizes = [page.case["k"] for page in group]
        while pieces:
            size = sizes[len(out) % len(sizes)]
            out.append(built(f"dealt:{':'.join(kind)}:{len(out)}", pieces[:size], gap, group[0]))
            del pieces[:size]
    return out


def cut(page: Page) -> list[Piece]:
    """The articles of a composed page."""
    found = []
    for number, article in enumerate(page.case["articles"]):
        lines = [line for line in page.lines if line.article == number]
        while lines and lines[-1].code == "_":
            lines.pop()
        found.append(Piece(lines, article, page.case["publishers"][number]))
    return found


def built(name: str, pieces: list[Piece], gap: int, like: Page) -> Page:
    """A page of pieces with `gap` blank lines between them, and its case as the scorer reads it."""
    blank = [[Labelled("", "_", number)] * gap for number in range(len(pieces) - 1)]
    own = [[replaced(line, number) for line in piece.lines] for number, piece in enumerate(pieces)]
    lines = list(chain.from_iterable(part + space for part, space in zip(own, [*blank, []], strict=True)))
    case = {
        "id": name,
        "layout": like.case["layout"],
        "family": "composed",
        "k": len(pieces),
        "text": "\n".join(line.text for line in lines),
        "line_codes": "".join(line.code for line in lines),
        "articles": [piece.article for piece in pieces],
    }
    return replace(like, id=name, publishers=[piece.publisher for piece in pieces], lines=lines, case=case)


def replaced(line: Labelled, number: int) -> Labelled:
    return Labelled(line.text, line.code, number)
