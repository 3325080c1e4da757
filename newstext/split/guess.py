"""A first model of a page: paragraphs are long, headlines stand before them, captions are doubled or credited."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newstext.article import Label
from newstext.split import kinds
from newstext.split.captions import caption
from newstext.split.tags import Tag
from newstext.split.words import key

if TYPE_CHECKING:
    from newstext.split.page import Rows


def guess(rows: Rows) -> list[Tag]:
    """Label the rows one after the other."""
    keys = [key(text) for text in rows.texts]
    times = Counter(keys)
    codes = [code(text, times[folded], rows, i) for i, (text, folded) in enumerate(zip(rows.texts, keys, strict=True))]
    for at, name in enumerate(codes):
        if name == "H" and "B" not in codes[at + 1 : at + 14]:
            codes[at] = "F"
    tags, article, body = [], None, True
    for at, first in enumerate(codes):
        name = first
        fresh = name == "H" and (times[keys[at]] > 1 or rows.gaps[at] != 1 or article is None)
        if fresh and body:
            article, body = (0 if article is None else article + 1), False
        elif name == "H" and body:
            name = "S"
        body = body or name == "B"
        tags.append(Tag(name, article, 0.5))
    return tags


def code(text: str, times: int, rows: Rows, at: int) -> str:
    kind = kinds.kind(text)
    if kind is not Label.FURNITURE:
        return {Label.AGENCY: "A", Label.TIMESTAMP: "D", Label.BYLINE: "Y"}.get(kind, "F")
    if text in rows.texts[max(0, at - 1) : at] + rows.texts[at + 1 : at + 2] or caption(text).credit:
        return "C"
    if times == 1 and (len(text) > 140 or (text[-1] in ".!?\"”’'" and len(text) > 40)):
        return "B"
    return "H" if 15 < len(text) < 150 else "F"
