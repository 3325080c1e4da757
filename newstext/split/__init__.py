"""Splitting: a page of text in, its articles out, with what became of every line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.article import Unit
from newstext.split.audit import audit
from newstext.split.drafts import draft
from newstext.split.model import Model, shipped
from newstext.split.page import cut, join
from newstext.split.rows import account, articles, labelled
from newstext.split.search import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newstext.split.page import Lines, Rows
    from newstext.split.tags import Tag

__all__ = ["split", "split_all"]

#: Pages are read together up to about so many rows, which bounds memory.
TOGETHER = 1 << 15


def split(text: str, weights: Model | None = None) -> Unit:
    """Split the text of a page into its articles.

    Gives a Unit with one Draft an article in the page's order, one Line for each line of the text (the end of a long
    run of blank ones is one), and the audit of its characters. Pure; time and memory grow linearly with the text. A
    text without an article gives no drafts.
    `weights` are those that ship with the package where none are given.
    """
    return split_all([text], weights)[0]


def split_all(texts: Sequence[str], weights: Model | None = None) -> list[Unit]:
    """`split` of each text, in half the time when there are many: their pages are read together."""
    model = weights or shipped()
    units = []
    for group in groups(texts):
        tagged = iter(read([rows for _, _, rows in group if len(rows)], model))
        units += [unit(text, lines, rows, next(tagged) if len(rows) else []) for text, lines, rows in group]
    return units


def groups(texts: Sequence[str]) -> Iterator[list[tuple[str, Lines, Rows]]]:
    """Pages with their lines and rows, as many as are read together."""
    group: list[tuple[str, Lines, Rows]] = []
    size = 0
    for text in texts:
        lines = cut(text)
        rows = join(lines)
        if group and size + len(rows) > TOGETHER:
            yield group
            group, size = [], 0
        group.append((text, lines, rows))
        size += len(rows)
    if group:
        yield group


def unit(text: str, lines: Lines, rows: Rows, tags: list[Tag]) -> Unit:
    """A page's articles and its account, out of its rows' tags."""
    found = labelled(lines, rows, tags)
    drafts = [draft(position, group) for position, group in enumerate(articles(found))]
    accounted = account(lines, rows, found)
    return Unit(drafts=drafts, audit=audit(accounted), lines=accounted, text=text)
