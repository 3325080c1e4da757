"""Drafts out of labelled rows: each article's parts put together."""

from __future__ import annotations

from math import exp, fsum, log
from typing import TYPE_CHECKING

from newstext.article import Caption, Draft, Evidence, Label
from newstext.split import marks
from newstext.split.captions import caption
from newstext.split.rows import PARTS, nearby
from newstext.split.words import bare, key

if TYPE_CHECKING:
    from newstext.article import Span
    from newstext.split.rows import Row

#: The rule that evidence names: one model reads all lines of a page together.
RULE = "line model"

#: Rows that make an article's body.
BODY = frozenset({Label.BODY, Label.SUBHEAD})

#: Looked up here once: Python 3.11 takes as long over a member's name as over a row.
_STANDFIRST = Label.SUBHEADLINE

#: What makes sureness a chance: slope and offset on its log-odds (`bench/train_split.py --folds 3` prints them).
SLOPE, OFFSET = 0.48, -0.11


def draft(position: int, rows: list[Row]) -> Draft:
    """Put one article together from its rows."""
    headline = marks.repeat(rows)
    near = nearby(rows)
    marks.path(near, headline)
    body = [row for row in rows if row.label in BODY]
    paragraphs = [unmarked(row.text) for row in body]
    filed, paragraphs[0] = marks.dateline(body[0], paragraphs[0])
    told = sorted([*marks.marks(near), *([filed] if filed else [])], key=lambda mark: mark.span)
    parts = [row.span for row in rows if row.label in PARTS]
    span = (parts[0][0], parts[-1][1])
    standfirst = next((row.text for row in rows if row.label is _STANDFIRST), None)
    return Draft(
        position=position,
        span=span,
        body="\n\n".join(paragraphs),
        headline=bare(headline.text) if headline else None,
        subheadline=bare(standfirst) if standfirst else None,
        captions=captions(rows),
        marks=told,
        evidence=evidence(headline, body, span),
    )


def unmarked(text: str) -> str:
    """A paragraph without the number signs that some converters set before headings."""
    return text.lstrip("#").lstrip() or text


def captions(rows: list[Row]) -> list[Caption]:
    """The captions of an article, each once; a credit alone on its line goes to the caption before it."""
    found: dict[str, Caption] = {}
    last = ""
    name = Label.CAPTION
    for row in [row for row in rows if row.label is name]:
        one = caption(row.text)
        if one.text:
            last = key(one.text)
            found.setdefault(last, one)
        elif one.credit:
            row.label = Label.CREDIT
            if last and found[last].credit is None:
                found[last] = Caption(found[last].text, one.credit, found[last].file_photo or one.file_photo)
    return list(found.values())


def chance(sure: float) -> float:
    """How likely an article of this sureness has the right body and headline, on a site that was not learned."""
    held = min(max(sure, 0.001), 0.999)
    return 1 / (1 + exp(-SLOPE * log(held / (1 - held)) - OFFSET))


def evidence(headline: Row | None, body: list[Row], span: Span) -> dict[str, Evidence]:
    """How sure the reading is: of the article as a whole, of its body's rows, of its headline."""
    rows = fsum([row.sure for row in body]) / len(body)
    opener = headline or body[0]
    told = {
        "split": Evidence(RULE, span, round(chance(opener.sure * rows), 3)),
        "body": Evidence(RULE, (body[0].span[0], body[-1].span[1]), round(rows, 3)),
    }
    if headline:
        told["headline"] = Evidence(RULE, headline.span, round(headline.sure, 3))
    return told
