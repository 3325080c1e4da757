"""Splitting: a page of text in, its articles out, with what became of every line."""

from __future__ import annotations

from newstext.article import Unit
from newstext.split import drafts
from newstext.split.audit import audit
from newstext.split.guess import guess
from newstext.split.page import cut, join
from newstext.split.tags import LABELS

__all__ = ["split"]


def split(text: str) -> Unit:
    """Split the text of a page into its articles.

    Gives a Unit with one Draft an article in the page's order, one Line for each line of the text, and the audit
    of its characters. Pure; time and memory grow linearly with the text. A text without an article gives no drafts.
    """
    lines = cut(text)
    rows = join(lines)
    spans = drafts.spans_of(lines, rows)
    labelled = drafts.label(rows.texts, guess(rows), spans, LABELS)
    found = [drafts.draft(number, group) for number, group in enumerate(drafts.articles(labelled))]
    accounted = drafts.account(lines, rows, labelled)
    return Unit(drafts=found, audit=audit(accounted), lines=accounted, text=text)
