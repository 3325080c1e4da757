"""Pieces of HTML that stand inside other formats (a feed's content, an export's paragraph) as paragraphs of text."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from lxml import etree, html

from newstext.encoding import scrub

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKUP = re.compile(
    r"<(?:p|br|div|a|b|i|em|strong|ul|ol|li|h[1-6]|img|span|blockquote|table|figure)\b[^<>]{0,2000}>", re.IGNORECASE
)

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")

#: Elements whose text ends a paragraph.
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre"),
        *("section", "table", "tbody", "td", "th", "tr", "ul", "hl1", "hl2", "body.content", "block"),
    ]
)
_SILENT = frozenset(["script", "style", "template", "noscript", "iframe", "object", "head"])


def select(tree: etree._Element, path: str) -> list[etree._Element]:
    """The elements that an XPath names, in the order of the document."""
    found = tree.xpath(path)
    return [item for item in found if isinstance(item, etree._Element)] if isinstance(found, list) else []  # noqa: SLF001  (lxml's own name for its element class)


def looks_like_markup(text: str) -> bool:
    return "<" in text and _MARKUP.search(text) is not None


def written_out(text: str) -> str:
    """Plain text whose named and numbered characters (`&amp;`, `&#8217;`), left from a page, are those characters."""
    return unescape(text) if "&" in text and _ENTITY.search(text) else text


def parse(markup: str) -> html.HtmlElement:
    """A fragment's tree. libxml2 reads no file and no address for it, and cuts off nesting beyond its limit."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    return html.document_fromstring(f"<div>{scrub(markup)}</div>".encode(), parser=parser)


def text_of(markup: str) -> str:
    """The text of a fragment of HTML, a blank line between its paragraphs."""
    return block_text(parse(markup))


def block_text(tree: etree._Element, *, breaks: bool = True) -> str:
    """The text below an element, a blank line where a block (or, with `breaks`, a `<br>`) parts it."""
    return "\n\n".join(block_lines(tree, breaks=breaks))


def block_lines(tree: etree._Element, *, breaks: bool = True) -> list[str]:
    """The paragraphs below an element, white space tidied, empty ones left out."""
    pieces = "".join(_pieces(tree, breaks))
    return [line for part in pieces.split("\0") if (line := " ".join(part.split()))]


def _pieces(tree: etree._Element, breaks: bool) -> Iterator[str]:
    """Text in document order; NUL, which no document holds, stands for the end of a paragraph."""
    skipped: etree._Element | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                yield from _tail(element, tree)
            continue
        tag = element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
        part = "\0" if tag in _BLOCKS or (tag == "br" and breaks) else " " if tag == "br" else ""
        if event == "start":
            if tag in _SILENT:
                skipped = element
                continue
            yield part + (element.text or "" if tag else "")
        else:
            yield part
            yield from _tail(element, tree)


def _tail(element: etree._Element, tree: etree._Element) -> Iterator[str]:
    if element is not tree and element.tail:
        yield element.tail
