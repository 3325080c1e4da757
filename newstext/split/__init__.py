"""Splitting: a page of text in, its articles out, with what became of every line."""

from __future__ import annotations

from newstext.article import Unit
from newstext.split.audit import audit
from newstext.split.drafts import draft
from newstext.split.model import Model, shipped
from newstext.split.page import cut, join
from newstext.split.rows import account, articles, labelled
from newstext.split.search import read

__all__ = ["split"]


def split(text: str, weights: Model | None = None) -> Unit:
    """Split the text of a page into its articles.

    Gives a Unit with one Draft an article in the page's order, one Line for each line of the text, and the audit
    of its characters. Pure; time and memory grow linearly with the text. A text without an article gives no drafts.
    `weights` are those that ship with the package where none are given.
    """
    lines = cut(text)
    rows = join(lines)
    found = labelled(lines, rows, read(rows, weights or shipped()))
    drafts = [draft(position, group) for position, group in enumerate(articles(found))]
    accounted = account(lines, rows, found)
    return Unit(drafts=drafts, audit=audit(accounted), lines=accounted, text=text)
