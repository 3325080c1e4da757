"""Factiva exports as HTML, in both of its layouts: the article as printed, and the table of codes (`HD`, `LP`, ...)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newstext.article import Stated
from newstext.errors import Unreadable
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Record, cut, found, words
from newstext.formats.factiva import header
from newstext.formats.factiva_codes import CODES, coded
from newstext.formats.fragment import block_lines, block_text, select
from newstext.formats.fragment import parse as tree_of
from newstext.formats.paragraphs import tidy
from newstext.source import Source

if TYPE_CHECKING:
    from lxml import etree

#: Where an article's own `<div>` begins; its language stands in the class (`article enArticle`).
_ARTICLE = re.compile(r"""<div\b[^<>]{0,200}\bclass=["']article [a-z]{2,5}Article\b[^<>]{0,200}>""", re.IGNORECASE)
_PLAIN = re.compile(r"""<div\b[^<>]{0,80}\bclass=["']article["'][^<>]{0,200}>""")
_OUTER = re.compile(r"""<div\b[^<>]{0,80}\bid=["']article-([A-Z0-9a-z]{10,40})["'][^<>]{0,200}>""")
_FOOTER = re.compile(
    r"""<div\b[^<>]{0,80}\bid=["']pageFooter|<div\b[^<>]{0,80}\bclass=["']searchSummary""", re.IGNORECASE
)
#: What marks an article, the surest first: an outer `<div>` may hold one of the others.
_DIVS = (_ARTICLE, _OUTER, _PLAIN)
_CODED = re.compile(r"<td[^<>]{0,80}>\s*<b>HD</b>")
#: The page carries 200 KB of its styles before the first article.
_STYLES = re.compile(r"divFactivaException|factivalogo|\.articleParagraph\b|fcpNavContainer")
_NUMBER = re.compile(r"(?:Document|Dokument|Documento|Документ|文件|文書) (\w{10,40})$")


def sniff(look: Look) -> float:
    if _ARTICLE.search(look.text) or _CODED.search(look.text):
        return 0.95
    named = "factiva" in look.text and _OUTER.search(look.text)
    return 0.95 if named or (look.start.startswith("<") and _STYLES.search(look.text)) else 0


def parse(text: str, _: Source) -> Found:
    starts = next(filter(None, ([mark.start() for mark in kind.finditer(text)] for kind in _DIVS)), [])
    spans = cut(text, starts)
    if not spans:
        raise Unreadable("no-article", "a Factiva page without an article in it")
    last_start, last_end = spans[-1]
    footer = _FOOTER.search(text, last_start)
    spans[-1] = (last_start, footer.start() if footer else last_end)
    records = [(span, _record(tree_of(text[slice(*span)]))) for span in spans]
    result = found(records, text)
    result.furniture += [(0, spans[0][0]), (spans[-1][1], len(text))]
    return result


def _record(tree: etree._Element) -> Record:
    rows = _rows(tree)
    return coded(rows) if "HD" in rows else _printed(tree)


def _printed(tree: etree._Element) -> Record:
    """The article as printed: classes name headline, writer and paragraphs, the header's lines are `<div>`s."""
    stated = Stated(rule="factiva")
    headline = _first(tree, ".//span[contains(@class, 'Headline')]")
    stated.bylines = list(filter(None, [_first(tree, ".//div[@class='author']")]))
    body = [tidy(block_text(p)) for p in select(tree, ".//p[contains(@class, 'articleParagraph')]")]
    lines = _header_lines(tree)
    counted = next((n for n, line in enumerate(lines) if words(line) and re.match(r"[\d.,\s]+\w+$", line)), 0)
    above = [line for line in lines[:counted] if line != headline and line not in stated.bylines]
    stated.section = above[0] if above else None
    header(lines[counted:], stated)
    last = [match[1] for p in tree.iter("p") if (match := _NUMBER.search(tidy(p.text or "")))]
    stated.id = last[-1] if last else None
    return Record(headline, "\n\n".join(filter(None, body)), stated)


def _header_lines(tree: etree._Element) -> list[str]:
    """The lines above the first paragraph of the article."""
    lines: list[str] = []
    for element in tree.iter("div", "p"):
        if element.tag == "p" and "articleParagraph" in (element.get("class") or ""):
            break
        if element.find("div") is None and (line := tidy(block_text(element))):
            lines.append(line)
    return lines


def _first(tree: etree._Element, path: str) -> str | None:
    hit = select(tree, path)
    return (tidy(block_text(hit[0])) or None) if hit else None


def _rows(tree: etree._Element) -> dict[str, list[str]]:
    """The rows of a table of codes: each code's paragraphs."""
    rows: dict[str, list[str]] = {}
    for row in tree.iter("tr"):
        cells = row.findall("td")
        code = tidy(block_text(cells[0])) if len(cells) > 1 else ""
        if code in CODES:
            rows[code] = block_lines(cells[1])
    return rows


FACTIVA_HTML = Whole("factiva-html", '`<div class="article enArticle">` around each article', sniff, parse)
