"""Tables: CSV (comma, semicolon, tab or bar) and Parquet, columns found by their names, read in parts.

An article's position is the number of its row, the line of names not counted. Programs differ in how they write a
quote inside a field: doubled, behind a backslash, or (in lines parted by tabs) as it is. The file's beginning tells.
"""

from __future__ import annotations

import csv
import importlib.util
import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import NamedTuple

from newstext.article import Unit
from newstext.encoding import codec, decode, scrub
from newstext.errors import Unreadable
from newstext.formats.base import PIECE_BYTES, UNIT_ARTICLES, Cursor, Look
from newstext.formats.fields import is_article
from newstext.formats.inner import random_access
from newstext.formats.rows import Batch, units
from newstext.formats.utf8 import as_utf8
from newstext.source import Source

_DELIMITERS = ",\t;|"
#: Excel's own first line, which says what parts the fields.
_SEP = re.compile(r"sep=(.)[ \r]*\n", re.IGNORECASE)
#: What programs note above the names: `# export of 2024-02-07`.
_REMARKS = re.compile(r"(?:#[^\n]{0,2000}\n){0,50}")
#: A quote behind a backslash that neither ends a field nor is one of a doubled pair.
_ESCAPED = re.compile(r"""\\"(?=[^\s",;|])""")
_PAIR = re.compile(r"""\\(["\\])""")


class Csv:
    name = "csv"
    recognised = "a first line of known column names (headline, text, date ...) parted by , ; tab or |"

    def sniff(self, look: Look) -> float:
        names = _names(look.text)
        return 0.75 if len(names) > 1 and is_article(names, look.fields) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        told = decode(source.head).encoding
        source = as_utf8(source)
        encoding = decode(source.head).encoding
        names = _names(Look.at(source).text)
        rows = _rows(source, codec(encoding), start)
        yield from units(Batch(source, self.name, start, told), rows, partial(_take_fields, names))


class _Top(NamedTuple):
    """What stands above the rows: what parts their fields, their names' line, and how many lines it is in all."""

    delimiter: str
    line: str
    lines: int


def _names(text: str) -> list[str]:
    top = _top(text)
    if len(top.line) > 5_000 or top.line.startswith(("{", "<", "[")):
        return []
    return next(csv.reader([top.line], delimiter=top.delimiter, strict=False), [])


def _top(text: str) -> _Top:
    text = text.lstrip("\ufeff\r\n")
    remarks = _REMARKS.match(text)
    below = remarks.end() if remarks else 0
    told = _SEP.match(text, below)
    line = text[told.end() if told else below :].partition("\n")[0].rstrip()
    lines = text.count("\n", 0, below) + (2 if told else 1)
    return _Top(told[1] if told else max(_DELIMITERS, key=line.count), line, lines)


class _Row(NamedTuple):
    """A row's fields, the bytes it takes and its characters; with the first row, those of the lines above it."""

    fields: list[str]
    bytes: int
    chars: int
    above: int


def _rows(source: Source, encoding: str, start: Cursor) -> Iterator[_Row]:
    """The rows below the names, the bytes of the line of names counted with the first.

    A field without its closing quote would swallow the file: it ends the reading.
    """
    csv.field_size_limit(PIECE_BYTES)  # the module's one setting: news is longer than its 128 KB
    head = source.head.decode(encoding, "replace")
    delimiter, _, above = _top(head)
    below = _below(source.head, above)
    rows = source.head[below:].decode(encoding, "replace")
    source.stream.seek(start.place or below)
    lines = _Lines(source, encoding, escaped=_ESCAPED.search(rows) is not None)
    lines.passed = 0 if start.place else below
    above_chars = 0 if start.place else len(scrub(source.head[:below].decode(encoding, "replace")))
    plain = delimiter == "\t" and _is_plain(rows, len(_names(head)))
    try:
        for row in csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL):
            yield _Row(row, lines.passed, lines.chars, above_chars)
            lines.passed = lines.chars = above_chars = 0
    except csv.Error as problem:
        raise Unreadable("bad-row", "a quoted field of the table does not end") from problem


def _below(head: bytes, lines: int) -> int:
    """Where the rows begin: below blank lines and so many others."""
    place = len(head) - len(head.lstrip(b"\xef\xbb\xbf\r\n"))
    for _ in range(lines):
        place += len(head[place:].partition(b"\n")[0]) + 1
    return place


def _is_plain(rows: str, columns: int) -> bool:
    """Whether each line of tabs is a row and a quote in it but a letter: some field begins with one it does not end."""
    lines = [line.rstrip("\r").split("\t") for line in rows.split("\n")[:-1] if line.strip()]
    quoted = [field for line in lines for field in line if field.startswith('"')]
    whole = all(len(field) > 1 and field.endswith('"') and field.count('"') % 2 == 0 for field in quoted)
    return not whole and all(len(line) == columns for line in lines)


class _Lines:
    """Lines of a stream as text, quotes behind a backslash doubled; `passed` counts their bytes, `chars` what they are
    in the decoded file.
    """

    def __init__(self, source: Source, encoding: str, *, escaped: bool = False) -> None:
        self._stream, self._encoding, self._escaped = source.stream, encoding, escaped
        self.passed = self.chars = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(PIECE_BYTES)
        if not line:
            raise StopIteration
        if len(line) == PIECE_BYTES and not line.endswith(b"\n"):
            raise Unreadable("bad-row", f"a line of the table does not end within {PIECE_BYTES:,} bytes")
        self.passed += len(line)
        text = line.decode(self._encoding, "replace").replace("\0", "")
        self.chars += len(scrub(text))
        return _PAIR.sub(lambda pair: '""' if pair[1] == '"' else "\\", text) if self._escaped else text


def _take_fields(names: list[str], batch: Batch, row: _Row) -> None:
    """A row under its names. One with more fields was cut in the wrong places: nobody knows which are its text's."""
    fields = row.fields
    if row.above:
        batch.headed(row.above)
    if any(map(str.strip, fields[len(names) :])):
        batch.refuse("bad-row", f"the row has {len(fields)} fields under {len(names)} names: put quotes around fields")
        batch.passed(row.bytes, row.chars)
    else:
        _take(batch, dict(zip(names, map(scrub, fields), strict=False)), row.bytes, row.chars)


def _take(batch: Batch, columns: Mapping[str, object], place: int, chars: int) -> None:
    try:
        if any(columns.values()):
            batch.add(columns, (batch.chars_before, batch.chars_before + chars))
        else:
            batch.refuse("blank-row", "the row is blank")
    except Unreadable as problem:
        batch.refuse(problem.kind, str(problem))
    batch.passed(place, chars)


class Parquet:
    name = "parquet"
    recognised = "`PAR1` at the start (needs the extra `parquet`)"

    def sniff(self, look: Look) -> float:
        return 1 if look.head.startswith(b"PAR1") else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        yield from units(Batch(source, self.name, start), _parquet_rows(source, start.place), _take_columns)


def _take_columns(batch: Batch, columns: dict[str, object]) -> None:
    """A row of a file that is no text: its characters are those of its values, a place of each row before it."""
    _take(batch, columns, 1, sum(len(value) + 1 for value in columns.values() if isinstance(value, str)))


def _parquet_rows(source: Source, place: int) -> Iterator[dict[str, object]]:
    """The rows from a number on; groups of rows before it are passed over unread."""
    if importlib.util.find_spec("pyarrow") is None:
        raise Unreadable("needs-extra", "Parquet is read with pyarrow: install wiredesk[parquet]")
    import pyarrow as pa  # noqa: PLC0415  (40 MB that only readers of Parquet install)
    from pyarrow import parquet  # noqa: PLC0415

    stream = random_access(source)
    try:
        table = parquet.ParquetFile(stream, pre_buffer=False)
        if not is_article(table.schema_arrow.names, source.fields):
            raise Unreadable("no-article", "none of the table's columns holds text under a known name")
        for group in range(table.num_row_groups):
            size = table.metadata.row_group(group).num_rows
            if place < size:
                batches = table.iter_batches(batch_size=UNIT_ARTICLES, row_groups=[group])
                yield from islice((row for rows in batches for row in rows.to_pylist()), place, None)
            place = max(0, place - size)
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError) as problem:  # the last two: of its values
        raise Unreadable("truncated", "the Parquet file is damaged or cut off") from problem


CSV, PARQUET = Csv(), Parquet()
