"""Integrum reports (Russian press): fields `^ИС:` (source), `^ДТ:` (date), `^ЗГ:` (headline) ... before each text."""

from __future__ import annotations

import re

from newstext.article import Stated
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Record, cut, found
from newstext.formats.fragment import block_lines
from newstext.formats.fragment import parse as tree_of
from newstext.formats.paragraphs import paragraphs, tidy
from newstext.source import Source

_FIELD = re.compile(r"\^([А-Я]{2}):[ \t]*([^\n^]*)")
_FIRST = re.compile(r"\^ИС:")
_PRE = re.compile(r"<pre[^<>]{0,100}>(.*?)(?:</pre>|\Z)", re.IGNORECASE | re.DOTALL)
_INDENT = re.compile(r"\n[ \t]{3,}(?=\S)")


def _sniff(look: Look) -> float:
    return 0.9 if _FIRST.search(look.text) and "^ЗГ:" in look.text else 0


def _parse(text: str, _: Source) -> Found:
    spans = cut(text, [mark.start() for mark in _FIRST.finditer(text)])
    records = [(span, _record(text[slice(*span)])) for span in spans]
    result = found(records, text)
    result.furniture.append((0, spans[0][0]))
    return result


def _record(piece: str) -> Record:
    pre = _PRE.search(piece)
    body = _text(pre[1]) if pre else ""
    head = "\n".join(block_lines(tree_of(piece[: pre.start()]))) if pre else piece
    fields = {found_field[1]: tidy(found_field[2]) for found_field in _FIELD.finditer(_joined(head))}
    headline = fields.get("ЗГ")
    stated = Stated(
        publisher=fields.get("ИС"),
        section=fields.get("РБ"),
        published=fields.get("ДТ"),
        bylines=[name.strip(" ,") for name in fields.get("АВ", "").split(";") if name.strip(" ,")],
        language="ru",
        rule="integrum",
    )
    return Record(headline, paragraphs(_INDENT.sub("\n\n", body or _below(piece, headline))), stated)


def _joined(head: str) -> str:
    """Each field on a line of its own: the value may stand on the line below its name."""
    return re.sub(r":\s*\n\s*(?=[^^\s])", ": ", head)


def _text(markup: str) -> str:
    tree = tree_of(f"<pre>{markup}</pre>")
    return "".join(map(str, tree.itertext()))


def _below(piece: str, headline: str | None) -> str:
    """A text export's body: what follows the fields and the headline, which is printed once more."""
    last = max((mark.end() for mark in _FIELD.finditer(piece)), default=0)
    lines = piece[last:].strip().split("\n")
    if lines and headline and tidy(lines[0]) == headline:
        lines = lines[1:]
    return "\n".join(lines)


INTEGRUM = Whole("integrum", "fields `^ИС:`, `^ДТ:`, `^ЗГ:` before each article", _sniff, _parse)
