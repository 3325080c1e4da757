"""Nexis (classic) exports as HTML: the records of the text export in `<p>`s, told by `<DOC NUMBER=`."""

from __future__ import annotations

import re

from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Block, cut, found
from newstext.formats.fragment import block_lines
from newstext.formats.fragment import parse as tree_of
from newstext.formats.nexis import record
from newstext.source import Source

_DOC = re.compile(r"<DOC NUMBER=\d{1,6}>", re.IGNORECASE)
_OPENING = re.compile(r"(?:<DOC[^<>]{0,30}>|<DOCFULL>|-->|<!--|\s)*", re.IGNORECASE)
_DECLARED = re.compile(r"""<META[^<>]{0,80}\bDOCUMENTS=["'](\d{1,6})["']""", re.IGNORECASE)


def sniff(look: Look) -> float:
    return 0.95 if _DOC.search(look.text) and "<docfull>" in look.text.lower() else 0


def parse(text: str, _: Source) -> Found:
    spans = cut(text, [mark.start() for mark in _DOC.finditer(text)])
    records = [(span, record(_blocks(text[slice(*span)]))) for span in spans]
    counts = [int(count) for count in _DECLARED.findall(text)]
    result = found(records, text, sum(counts) or None)
    result.furniture.append((0, spans[0][0]))
    return result


def _blocks(piece: str) -> list[Block]:
    opening = _OPENING.match(piece)
    tree = tree_of(piece[opening.end() if opening else 0 :])
    return [Block(line, (0, 0)) for line in block_lines(tree, breaks=False)]


NEXIS_HTML = Whole("nexis-html", "`<DOC NUMBER=n>` and `<DOCFULL>` around each article", sniff, parse)
