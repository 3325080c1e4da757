"""JSON Lines: one article (or page) a line, read in parts, so that size does not matter.

An article's position is the number of its row. A row that cannot be read or says nothing keeps its number and is
refused with the reason; a blank line is no row's lack of an article but keeps its number too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import orjson

from newstext import lenient
from newstext.article import Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.formats.base import PIECE_BYTES, Cursor, Look
from newstext.formats.fields import is_article
from newstext.formats.json_document import JSON_OBJECT
from newstext.formats.rows import Batch, units
from newstext.formats.utf8 import as_utf8
from newstext.source import Source

#: A first line that goes on behind the first look may be a row whose text stands behind a picture, or a document that
#: is one line; `read` sees which. Surer than a document's guess (0.3), so that it comes here.
UNSURE = 0.35

#: Columns of a row that is longer than a first look at it.
_COLUMN = re.compile(r'"([\w.-]{1,40})"\s*:')


class JsonLines:
    name = "json-lines"
    recognised = "each line a JSON object; fields found by their names, a row with `html` is read as a page"

    def sniff(self, look: Look) -> float:
        lines = [line for line in look.text.split("\n") if line.strip()]
        if not lines or not lines[0].lstrip().startswith("{"):
            return 0
        if len(lines) > 1 and any(line.lstrip().startswith("{") for line in lines[1:3]):
            return 0.7 if _is_row(lines[0]) or _is_row(lines[1]) else 0
        if _is_row(lines[0]):
            return 0.65
        if len(lines) > 1 or look.size <= len(look.head):
            return 0
        return 0.66 if is_article(_COLUMN.findall(lines[0][:20_000]), look.fields) else UNSURE

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        if source.keep("one line", None, lambda: _is_one_line(source)):
            yield from JSON_OBJECT.read(source, cursor)
            return
        encoding = decode(source.head).encoding
        source = as_utf8(source)
        source.stream.seek(start.place)
        yield from units(Batch(source, self.name, start, encoding), lines(source.stream), _take)


def _is_one_line(source: Source) -> bool:
    """Whether a first line that is longer than a first look is the whole file: a document then, or a single row."""
    if b"\n" in source.head or source.size <= len(source.head):
        return False
    source.stream.seek(0)
    line = source.stream.readline(PIECE_BYTES)
    return len(line) < PIECE_BYTES and not source.stream.read(1)


def _is_row(line: str) -> bool:
    try:
        return isinstance(_loads(line), dict)
    except (ValueError, RecursionError):
        return False


def lines(stream: BinaryIO) -> Iterator[tuple[bytes | None, int]]:
    """Lines with the bytes they take; None in place of one longer than a row may be, which is never held."""
    while line := stream.readline(PIECE_BYTES):
        size = len(line)
        while not line.endswith(b"\n") and (rest := stream.readline(1_000_000)):
            line, size = rest, size + len(rest)
        yield (line if size <= PIECE_BYTES else None), size


def _take(batch: Batch, row: tuple[bytes | None, int]) -> None:
    line, size = row
    if line is None:
        batch.refuse("too-large", f"the row has {size:,} bytes; {PIECE_BYTES:,} are the most that one may have")
        batch.passed(size, 0)
        return
    decoded = decode(line)
    batch.note(*decoded.notes)
    try:
        batch.add(_parsed(decoded.text), (batch.chars_before, batch.chars_before + len(decoded.text)))
    except Unreadable as problem:
        batch.refuse(problem.kind, str(problem))
    batch.passed(size, len(decoded.text))


def _parsed(line: str) -> Mapping[str, Any]:
    """A row's columns; `Unreadable` says in which way a line is none."""
    if not line.strip():
        raise Unreadable("blank-row", "the row is blank")
    try:
        value = _loads(line)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("bad-row", "the row is not valid JSON") from problem
    if not isinstance(value, dict):
        raise Unreadable("bad-row", "the row is JSON but no object")
    return value


def _loads(line: str) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        # Rows in the wild hold NaN and lone surrogates, which the standard library reads and orjson refuses, and lines
        # of what was an array keep its commas.
        return lenient.loads(line.rstrip().removesuffix(","))


JSON_LINES = JsonLines()
