"""Kikuzo II (Asahi Shimbun archive): result pages as HTML, or their text; a numbered row before each article.

The row: number, date of issue, morning or evening edition, page's name, page, characters (`00733文字`).
"""

from __future__ import annotations

import re

from newstext.article import Stated
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Record, cut, found
from newstext.formats.fragment import block_lines, block_text, select
from newstext.formats.fragment import parse as tree_of
from newstext.formats.paragraphs import tidy
from newstext.source import Source

_ROW = re.compile(
    r"^(\d{5})\t+(\d{4}\S{1,12}(?:\t?\S{2,12})?)\t+([^\t\n]{1,20})\t+([^\t\n]{1,30})\t+\d{1,4}\t+\d{1,6}", re.MULTILINE
)
_TABLE = re.compile(r"""<table class=["']?topic-list\b""", re.IGNORECASE)
_DETAIL = re.compile(r"""class=["']?topic-detail\b""", re.IGNORECASE)
#: Lines of the page around an article: the next table's head, the way back up.
_PAGE = re.compile(r"^(?:No\.\t.*|このページの.{2,10}へ|.{0,6}印 ?刷.{0,6}|検索一覧画面へ戻る.*)$")
_PUBLISHER = "朝日新聞"


def _sniff_html(look: Look) -> float:
    return 0.95 if _TABLE.search(look.text) and _DETAIL.search(look.text) else 0


def _sniff_text(look: Look) -> float:
    return 0.9 if _ROW.search(look.text) and re.search(r"^No\.\t", look.text, re.MULTILINE) else 0


def _parse_text(text: str, _: Source) -> Found:
    rows = list(_ROW.finditer(text))
    spans = cut(text, [row.start() for row in rows])
    records = []
    for row, span in zip(rows, spans, strict=True):
        end_of_row = text.find("\n", span[0], span[1])
        lines = [
            tidy(line) for line in text[end_of_row : span[1]].split("\n") if line.strip() and not _PAGE.match(line)
        ]
        stated = _stated(row[2], row[4])
        records.append((span, Record(lines[0] if lines else None, "\n\n".join(lines[1:]), stated)))
    result = found(records, text)
    result.furniture.append((0, spans[0][0] if spans else 0))
    return result


def _parse_html(text: str, _: Source) -> Found:
    spans = cut(text, [mark.start() for mark in _TABLE.finditer(text)])
    result = found([(span, _record(text[slice(*span)])) for span in spans], text)
    result.furniture.append((0, spans[0][0]))
    return result


def _record(piece: str) -> Record:
    tree = tree_of(piece)
    cells = [tidy(block_text(cell)) for cell in select(tree, "//td[@class='topic-list']")]
    headline = " ".join(tidy(block_text(span)) for span in select(tree, "//span[@class='font002']"))
    body = [line for part in select(tree, "//*[@class='detail001']") for line in block_lines(part)]
    stated = _stated(cells[1], cells[3]) if len(cells) > 3 else Stated(rule="kikuzo")
    return Record(headline or None, "\n\n".join(body), stated)


def _stated(published: str, section: str) -> Stated:
    return Stated(
        published=published.replace("\t", ""), section=section, publisher=_PUBLISHER, language="ja", rule="kikuzo"
    )


KIKUZO_HTML = Whole("kikuzo-html", "Asahi's `topic-list` table before each article", _sniff_html, _parse_html)
KIKUZO_TEXT = Whole(
    "kikuzo-text", "a row `00001 <tab> date <tab> edition ...` before each article", _sniff_text, _parse_text
)
