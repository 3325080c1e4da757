"""Factiva's XML: `ppsarticle` records in a result set that declares its count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newstext.article import Stated
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Record, cut, found
from newstext.formats.fragment import block_lines
from newstext.formats.languages import tag
from newstext.formats.paragraphs import paragraphs
from newstext.formats.xml import child, every, first, line, tree_of
from newstext.source import Source

if TYPE_CHECKING:
    from lxml import etree

_RECORD = re.compile(r"<(?:\w{1,20}:)?ppsarticle\b(?![\w-])", re.IGNORECASE)


def sniff(look: Look) -> float:
    return 0.95 if "ppsarticleresultset" in look.text.lower() else 0


def parse(text: str, _: Source) -> Found:
    root = tree_of(text)
    articles = every(root, "ppsarticle")
    spans = cut(text, [mark.start() for mark in _RECORD.finditer(text)])
    if len(spans) != len(articles):
        spans = [(0, len(text))] * len(articles)
    counts = [results.get("count") or "" for results in every(root, "ppsarticleResultSet")]
    declared = sum(int(count) for count in counts if count.isdigit()) or None
    return found([(span, _record(article)) for span, article in zip(spans, articles, strict=True)], text, declared)


def _record(article: etree._Element) -> Record:
    stated = Stated(
        rule="factiva",
        id=line(first(article, "accessionNo")),
        language=tag(line(first(article, "baseLanguage"))),
        publisher=line(first(article, "sourceName")),
        section=line(first(article, "sectionName")),
        published=line(first(article, "publicationDate")),
        topics=[name for subject in every(article, "newsSubject") if (name := line(child(subject, "name")))],
    )
    byline, count = line(first(article, "byline")), line(first(article, "wordCount"))
    stated.bylines = [byline] if byline else []
    stated.words = int(count) if count and count.isdigit() else None
    parts = (_prose(first(article, name)) for name in ("leadParagraph", "tailParagraphs"))
    return Record(line(first(article, "headline")), "\n\n".join(filter(None, parts)), stated)


def _prose(part: etree._Element | None) -> str:
    if part is None:
        return ""
    inner = every(part, "paragraph")
    if inner:
        return "\n\n".join(text for paragraph in inner if (text := " ".join(block_lines(paragraph))))
    return paragraphs("".join(map(str, part.itertext())))


FACTIVA_XML = Whole("factiva-xml", "`ppsArticleResponse` around `ppsarticle` records", sniff, parse)
