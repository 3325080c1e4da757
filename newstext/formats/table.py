"""Tables: CSV (comma, semicolon, tab or bar) and Parquet, columns found by their names, read in parts.

An article's position is the number of its row, the line of names not counted.
"""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Iterator, Mapping
from itertools import islice

from newstext.article import Unit
from newstext.encoding import decode, scrub
from newstext.errors import Unreadable
from newstext.formats.base import PIECE_BYTES, UNIT_ARTICLES, Cursor, Look
from newstext.formats.fields import is_article
from newstext.formats.inner import random_access
from newstext.formats.rows import Batch, units
from newstext.formats.utf8 import as_utf8
from newstext.source import HEAD_BYTES, Source

_DELIMITERS = ",\t;|"


class Csv:
    name = "csv"
    recognised = "a first line of known column names (headline, text, date ...) parted by , ; tab or |"

    def sniff(self, look: Look) -> float:
        names = _names(look.text)
        return 0.75 if len(names) > 1 and is_article(names, look.fields) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        source = as_utf8(source)
        encoding = decode(source.head).encoding
        names = _names(Look.at(source).text)
        rows = (dict(zip(names, map(scrub, row), strict=False)) for row in _rows(source, encoding))
        yield from units(Batch(source, self.name, start, encoding), islice(rows, start.place, None), _take)


def _names(text: str) -> list[str]:
    first = text.lstrip("\ufeff\n").partition("\n")[0]
    if len(first) > 5_000 or first.startswith(("{", "<", "[")):
        return []
    return next(csv.reader([first], delimiter=_delimiter(first), strict=False), [])


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _rows(source: Source, encoding: str) -> Iterator[list[str]]:
    """The rows below the names. A field without its closing quote would swallow the file: it ends the reading."""
    csv.field_size_limit(PIECE_BYTES)  # the module's one setting: news is longer than its 128 KB
    source.stream.seek(0)
    text = io.TextIOWrapper(source.stream, encoding, errors="replace", newline="")
    try:
        first = source.head[:HEAD_BYTES].partition(b"\n")[0].decode(encoding, "replace")
        rows = csv.reader((line.replace("\0", "") for line in text), delimiter=_delimiter(first))
        next(rows, None)
        yield from rows
    except csv.Error as problem:
        raise Unreadable("bad-row", "a quoted field of the table does not end") from problem
    finally:
        text.detach()


def _take(batch: Batch, row: Mapping[str, object]) -> None:
    size = sum(len(value) + 1 for value in row.values() if isinstance(value, str))
    try:
        if any(row.values()):
            batch.add(row, (batch.chars_before, batch.chars_before + size))
        else:
            batch.refuse("blank-row", "the row is blank")
    except Unreadable as problem:
        batch.refuse(problem.kind, str(problem))
    batch.passed(1, size)


class Parquet:
    name = "parquet"
    recognised = "`PAR1` at the start (needs the extra `parquet`)"

    def sniff(self, look: Look) -> float:
        return 1 if look.head.startswith(b"PAR1") else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        yield from units(Batch(source, self.name, start), islice(_parquet_rows(source), start.place, None), _take)


def _parquet_rows(source: Source) -> Iterator[dict[str, object]]:
    if importlib.util.find_spec("pyarrow") is None:
        raise Unreadable("needs-extra", "Parquet is read with pyarrow: install wiredesk[parquet]")
    import pyarrow as pa  # noqa: PLC0415  (40 MB that only readers of Parquet install)
    from pyarrow import parquet  # noqa: PLC0415

    stream = random_access(source)
    try:
        table = parquet.ParquetFile(stream, pre_buffer=False)
        if not is_article(table.schema_arrow.names, source.fields):
            raise Unreadable("no-article", "none of the table's columns holds text under a known name")
        for rows in table.iter_batches(batch_size=UNIT_ARTICLES):
            yield from rows.to_pylist()
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as problem:  # the last two: of its values
        raise Unreadable("truncated", "the Parquet file is damaged or cut off") from problem


CSV, PARQUET = Csv(), Parquet()
