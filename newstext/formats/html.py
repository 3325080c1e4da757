"""HTML pages: anything that opens as a document of that language and is no vendor's export.

Vendors' exports and archives in HTML are told by their own markers and are surer of themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newstext.formats.base import Look, whole
from newstext.html import read_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.article import Unit
    from newstext.source import Source

_COMMENTS = r"(?:<!--(?:(?!-->).)*-->\s*)*"
_OPENS = re.compile(rf"\s*(?:<\?xml[^>]{{0,200}}>\s*)?{_COMMENTS}<(?:!doctype html|html|head|body)\b", re.DOTALL)
#: XML that is no web page may have `<p>` and `<title>` too.
_XML = re.compile(r"<\?xml(?![^\0]{0,1500}(?:<html\b|xhtml))")
#: A document below what a tool printed before it: the head of an answer, a warning, an address.
_BELOW = re.compile(r"^[ \t]*<(?:!doctype html|html)\b[^<>]{0,500}>\s*<", re.MULTILINE)
#: A piece of a page: an element that is open from the first character to the last.
_PIECE = re.compile(r"<(article|div|main|section)\b[^<>]{0,500}>")
_TAGS = re.compile(r"<(?:html|head|body|meta|title|article|div|p)\b")


class Html:
    name = "html"
    recognised = "a web page: its articles with what JSON-LD, OpenGraph, meta elements and the print say of them"

    def sniff(self, look: Look) -> float:
        if _OPENS.match(look.start):
            return 0.6
        tagged = 0 if _XML.match(look.start) else len(_TAGS.findall(look.text[:20_000].lower()))
        # Pages saved without their first lines; running text that speaks of a tag or two is none.
        if look.start.startswith("<") and tagged >= 5:
            return 0.5
        return 0.4 if (_BELOW.search(look.start) and tagged >= 5) or _is_piece(look) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        if cursor is None:
            yield read_html(whole(source), source.origin)


def _is_piece(look: Look) -> bool:
    opened = _PIECE.match(look.start)
    return opened is not None and look.head.rstrip().lower().endswith(f"</{opened[1]}>".encode())


HTML = Html()
