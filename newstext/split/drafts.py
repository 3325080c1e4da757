"""Drafts out of labelled rows: each article's parts put together, and every line of the page accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from newstext.article import Caption, Draft, Evidence, Label, Line, Mark
from newstext.split import kinds
from newstext.split.captions import caption
from newstext.split.datelines import opening
from newstext.split.words import BULLETS, bare, key, words

if TYPE_CHECKING:
    from newstext.article import Span
    from newstext.split.page import Lines, Rows
    from newstext.split.tags import Tag

#: Parts of an article proper: what its span reaches over.
PARTS = frozenset({Label.HEADLINE, Label.REPEAT, Label.SUBHEADLINE, Label.CAPTION, Label.CREDIT, Label.BODY})
PARTS |= {Label.BYLINE, Label.DATELINE, Label.TIMESTAMP, Label.AGENCY, Label.TAGS, Label.SUBHEAD}

#: What stands around a body and tells of the article.
TELLING = frozenset(
    {Label.BYLINE, Label.DATELINE, Label.TIMESTAMP, Label.AGENCY, Label.BREADCRUMB, Label.TAGS, Label.LEGAL}
)

#: Furniture that reads like prose and that the model was not sure of is called unassigned: a person may look.
DOUBTFUL, PROSE = 0.6, 60


@dataclass
class Row:
    """One row of the page with all that is known of it."""

    text: str
    span: Span
    label: Label
    article: int | None
    sure: float


def label(texts: list[str], tags: list[Tag], spans: list[Span], labels: dict[str, Label]) -> list[Row]:
    """Give each row its label: by its code, and for furniture by its words."""
    rows = []
    for text, tag, span in zip(texts, tags, spans, strict=True):
        name = labels[tag.code]
        if name is Label.FURNITURE:
            name = kinds.kind(text)
            if name is Label.FURNITURE and tag.sure < DOUBTFUL and len(text) > PROSE:
                name = Label.UNASSIGNED
        elif name is Label.TIMESTAMP and kinds.is_agency(text, words()):
            name = Label.AGENCY
        rows.append(Row(text, span, name, tag.article, tag.sure))
    return rows


def spans_of(lines: Lines, rows: Rows) -> list[Span]:
    """Where each row's text stands in the page, without the white space around it."""
    return [
        (lines.places[a], lines.places[b] + len(lines.texts[b])) for a, b in zip(rows.first, rows.last, strict=True)
    ]


def articles(rows: list[Row]) -> list[list[Row]]:
    """The rows of each article, furniture among them included, in the page's order."""
    groups: dict[int, list[Row]] = {}
    for row in rows:
        if row.article is not None:
            groups.setdefault(row.article, []).append(row)
    return [groups[number] for number in sorted(groups)]


def draft(position: int, rows: list[Row]) -> Draft:
    """Put one article together from its rows."""
    headline = next((row for row in rows if row.label is Label.HEADLINE), None)
    title = bare(headline.text) if headline else None
    repeats(rows, headline)
    crumbs(rows, headline)
    body = [row for row in rows if row.label in {Label.BODY, Label.SUBHEAD}]
    marks = [Mark(row.label, row.span, row.text) for row in rows if row.label in TELLING]
    paragraphs = [bare_heading(row.text) for row in body]
    if body and (found := opening(paragraphs[0])):
        at = body[0].span[0] + body[0].text.find(paragraphs[0])
        marks.append(Mark(Label.DATELINE, (at, at + found.length), found.place or paragraphs[0][: found.length]))
        paragraphs[0] = paragraphs[0][found.length :]
    inside = [row.span for row in rows if row.label in PARTS] or [row.span for row in rows]
    span = (inside[0][0], max(end for _, end in inside))
    standfirst = next((row.text for row in rows if row.label is Label.SUBHEADLINE), None)
    return Draft(
        position=position,
        span=span,
        body="\n\n".join(filter(None, paragraphs)),
        headline=title,
        subheadline=bare(standfirst) if standfirst else None,
        captions=captions(rows),
        marks=sorted(marks, key=lambda mark: mark.span),
        evidence=evidence(headline, body, span),
    )


def bare_heading(text: str) -> str:
    """A paragraph without the number signs that some converters set before headings."""
    return text.lstrip("#").lstrip() if text.startswith("#") else text


def repeats(rows: list[Row], headline: Row | None) -> None:
    """Tell the headline's later prints from the headline."""
    for row in rows:
        if row.label is Label.HEADLINE and row is not headline:
            row.label = Label.REPEAT


def crumbs(rows: list[Row], headline: Row | None) -> None:
    """Find the path from the site's front page to the article: short entries that lead from "Home" to the headline."""
    if headline is None:
        return
    table = words()
    title = key(headline.text)
    before = rows[: rows.index(headline) + 1]
    for at, row in enumerate(before):
        if key(row.text) in table.home and row.text[0] in BULLETS:
            stop = next((i for i in range(at, len(before)) if key(before[i].text) == title), None)
            if stop is not None and stop - at <= 6:
                for crumb in before[at:stop]:
                    crumb.label = Label.BREADCRUMB
                if before[stop] is not headline:
                    before[stop].label = Label.REPEAT
                return


def captions(rows: list[Row]) -> list[Caption]:
    """The captions of an article, each once; a credit alone on its line goes to the caption before it."""
    found: dict[str, Caption] = {}
    for row in rows:
        if row.label is Label.CAPTION:
            one = caption(row.text)
            found.setdefault(key(one.text), one)
    return list(found.values())


def evidence(headline: Row | None, body: list[Row], span: Span) -> dict[str, Evidence]:
    sure = fmean(row.sure for row in body) if body else 0.0
    told = {
        "split": Evidence("lines", span, round(min([row.sure for row in body[:1]] or [0.0]), 3)),
        "body": Evidence("lines", (body[0].span[0], body[-1].span[1]) if body else span, round(sure, 3)),
    }
    if headline:
        told["headline"] = Evidence("lines", headline.span, round(headline.sure, 3))
    return told


def account(lines: Lines, rows: Rows, labelled: list[Row]) -> list[Line]:
    """One entry for every line of the page, blank ones too."""
    out = [Line(span, Label.BLANK) for span in lines.spans]
    for first, last, row in zip(rows.first, rows.last, labelled, strict=True):
        number = row.article if row.label in PARTS else None
        for at in range(first, last + 1):
            if lines.texts[at]:
                out[at] = Line(lines.spans[at], row.label, round(row.sure, 3), number)
    return out
