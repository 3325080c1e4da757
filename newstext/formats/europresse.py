"""Europresse (Eureka.cc) exports: HTML of two generations, and its text; `Numéro de document : news·...` ends each.

The newer HTML has an `<article>` an item, the older only `<span class="DocPublicationName">` at its start.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newstext.article import Span, Stated
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Block, Record, blocks, cut, found
from newstext.formats.fragment import block_lines, block_text, select
from newstext.formats.fragment import parse as tree_of
from newstext.formats.languages import tag
from newstext.formats.paragraphs import tidy
from newstext.source import Source

if TYPE_CHECKING:
    from lxml import etree

_ARTICLE = re.compile(r"<article\b[^<>]{0,300}>", re.IGNORECASE)
_OLD = re.compile(r"""<span\b[^<>]{0,80}class=["']DocPublicationName["'][^<>]{0,80}>""", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:Num[^\s\d]{1,6}ro de document|Document number|Documentnummer)\s?:\s*(\S{6,60})", re.IGNORECASE
)
_CERTIFICATE = re.compile(
    r"^(?:Certificat|Ce certificat|Date d'.{1,2}mission|Le pr.{1,2}sent document|This certificate|news.{1,2}\d{8}"
    r"|Copyright|Tous droits|Â?© |\(c\) )",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"^(?:Illustration|Note|Encadr.{1,2}|Cat.{1,2}gorie|Lieux|Sujets?)\(?s?\)? ?: ?", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_HEADER = ".//*[@class='DocHeader']"
_TITLE = ".//*[contains(@class, 'itreArticleVisu')]"


def _sniff_html(look: Look) -> float:
    return 0.95 if _OLD.search(look.text) else 0


def _sniff_text(look: Look) -> float:
    return 0.9 if "news" in look.text and not look.start.startswith("<") and _NUMBER.search(look.text) else 0


def _parse_html(text: str, _: Source) -> Found:
    newer = list(_ARTICLE.finditer(text))
    spans = cut(text, [mark.start() for mark in (newer or _OLD.finditer(text))])
    result = found([(span, _record(tree_of(text[slice(*span)]))) for span in spans], text)
    result.furniture.append((0, spans[0][0]))
    return result


def _record(tree: etree._Element) -> Record:
    stated = Stated(rule="europresse", publisher=_line(tree, ".//*[@class='DocPublicationName']"))
    _heading(" ".join(tidy(block_text(part)) for part in select(tree, _HEADER)), stated)
    headline = _line(tree, _TITLE)
    bodies = select(tree, ".//*[@class='docOcurrContainer']") or select(tree, ".//*[contains(@class, 'DocText')]")
    number = _NUMBER.search(block_text(tree))
    stated.id = number[1] if number else None
    if bodies:
        stated.bylines = _authors(tree)
        captions = tuple(line for aside in tree.iter("aside") for line in block_lines(aside) if not _ASIDE.match(line))
        return Record(headline, "\n\n".join(line for body in bodies for line in block_lines(body)), stated, captions)
    lines = block_lines(tree)
    below = lines.index(headline) + 1 if headline in lines else 0
    return Record(headline, _loose(lines[below:], stated), stated)


def _line(tree: etree._Element, path: str) -> str | None:
    return tidy(" ".join(block_text(part) for part in select(tree, path))) or None


def _authors(tree: etree._Element) -> list[str]:
    """The writers: under their own class, or in the `<div>` behind the title."""
    named = select(tree, ".//*[contains(@class, 'docAuthors')]") or select(
        tree, ".//header//*[contains(@class, 'titreArticle') and not(self::p)]/following-sibling::div"
    )
    return [line for part in named if (line := tidy(block_text(part)))]


def _heading(line: str, stated: Stated) -> None:
    """`Politique, mardi 14 mars 2006, p. 12`: section, date, page."""
    parts = [part.strip() for part in line.split(",")]
    dated = next((n for n, part in enumerate(parts) if _YEAR.search(part)), None)
    if dated is not None:
        stated.published = parts[dated]
        stated.section = ", ".join(parts[:dated]) or None
    stated.language = stated.language or tag("fr" if re.search(r"\bp\. \d", line) else None)


def _loose(lines: list[str], stated: Stated) -> str:
    """A body without marks: a short line without a full stop may name the writer, the certificate ends it."""
    end = next((n for n, line in enumerate(lines) if _NUMBER.match(line) or _CERTIFICATE.match(line)), len(lines))
    kept = [line for line in lines[:end] if not _ASIDE.match(line)]
    if len(kept) > 1 and len(kept[0].split()) <= 6 and not kept[0].endswith((".", "!", "?", ":")):
        stated.bylines, kept = [kept[0]], kept[1:]
    return "\n\n".join(kept)


def _parse_text(text: str, _: Source) -> Found:
    records = [(span, _plain(blocks(text, span))) for span in _text_spans(text)]
    return found(records, text)


def _text_spans(text: str) -> list[Span]:
    """From behind one certificate to the end of the next; the certificate is the block below the number."""
    spans: list[Span] = []
    start = 0
    for number in _NUMBER.finditer(text):
        end = number.end()
        while line := re.compile(r"\s*[^\n]+").match(text, end):
            if not _CERTIFICATE.match(line[0].strip()):
                break
            end = line.end()
        spans.append((start, end))
        start = end
    return spans


def _plain(parts: list[Block]) -> Record:
    stated = Stated(rule="europresse")
    lines = [tidy(line) for line in parts[0].text.split("\n")] if parts else []
    dated = next((n for n, line in enumerate(lines) if _YEAR.search(line)), 0)
    stated.publisher = " ".join(lines[:dated]) or None
    _heading(lines[dated] if lines else "", stated)
    above = lines[dated + 1 :]
    rest = [line for part in parts[1:] for line in part.text.split("\n") if line.strip()]
    rest = [tidy(line) for line in above + rest]
    while len(rest) > 2 and rest[0].isupper() and len(rest[0].split()) <= 3:
        rest = rest[1:]
    headline = rest[0] if rest else None
    number = next((found_number[1] for line in rest if (found_number := _NUMBER.match(line))), None)
    stated.id = number
    return Record(headline, _loose(rest[1:], stated), stated)


EUROPRESSE_HTML = Whole("europresse-html", '`<span class="DocPublicationName">` in each item', _sniff_html, _parse_html)
EUROPRESSE_TEXT = Whole(
    "europresse-text", "`Numéro de document : news·...` below each article", _sniff_text, _parse_text
)
