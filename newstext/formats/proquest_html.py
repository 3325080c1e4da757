"""ProQuest records as HTML, the way its mails send them: an anchor `DocID_...` before each, keys in `<strong>`."""

from __future__ import annotations

import re

from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Record, cut, found
from newstext.formats.fragment import block_text
from newstext.formats.fragment import parse as tree_of
from newstext.formats.proquest import declared_words, record
from newstext.source import Source

_ANCHOR = re.compile(r"""<a\b[^<>]{0,200}\b(?:name|id)=["']?DocID_\w{0,20}?_?(\d+)[^<>]{0,200}>""", re.IGNORECASE)
#: A mail's body in a body: the inner document's own frame, whole or broken (`html&gt;<head>`).
_FRAME = re.compile(r"</?(?:html|head|body|title|meta)\b[^<>]{0,300}>|(?:<|&lt;)?/?html(?:>|&gt;)", re.IGNORECASE)


def sniff(look: Look) -> float:
    return 0.95 if _ANCHOR.search(look.text) and "proquest" in look.text.lower() else 0


def parse(text: str, _: Source) -> Found:
    spans = cut(text, [mark.start() for mark in _ANCHOR.finditer(text)])
    result = found([(span, _record(text[slice(*span)])) for span in spans], text)
    if spans:
        result.furniture.append((0, spans[0][0]))
    return result


def _record(piece: str) -> Record:
    made = record(block_text(tree_of(_FRAME.sub(" ", piece))))
    made.stated.words = declared_words(piece)
    return made


PROQUEST_HTML = Whole("proquest-html", "an anchor `DocID_...` before each record", sniff, parse)
