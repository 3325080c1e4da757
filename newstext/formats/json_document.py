"""JSON documents: an array of articles, an object that holds one (JSON Feed, NewsAPI), one article, ninjs.

An array is read element by element, so its size does not matter; an object is read whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import orjson

from newstext import lenient
from newstext.article import Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.formats.base import PIECE_BYTES, Cursor, Look, whole
from newstext.formats.fields import Row, is_article
from newstext.formats.ninjs import flat, is_ninjs
from newstext.formats.rows import Batch, units
from newstext.formats.utf8 import as_utf8
from newstext.source import Source

_CHUNK = 262_144

#: What stands between the values of a sequence: white space, the commas of a former array, RFC 7464's mark.
_BETWEEN = re.compile(r"[\s,\x1e]*")

#: Levels below the document at which lists of articles are looked for: GraphQL has them on the third.
_DEPTH = 4


class JsonArray:
    name = "json-array"
    recognised = "`[{` at the start: an array of objects, each an article"

    def sniff(self, look: Look) -> float:
        start = look.text.lstrip()[:2]
        return 0.6 if start[:1] == "[" and (start[1:2] in "{ \n\t") and look.text.lstrip(" \n\t[")[:1] == "{" else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        held = elements(as_utf8(source), start.place)
        yield from units(Batch(source, self.name, start, decode(source.head).encoding), held, _take)


class Element(NamedTuple):
    """An element of an array, its characters and those between it and the one before, the bytes of both; what was
    repaired in it.
    """

    value: object
    chars: int
    before: int
    bytes: int
    notes: tuple[str, ...] = ()


def _take(batch: Batch, row: Element) -> None:
    batch.note(*row.notes)
    start = batch.chars_before + row.before
    try:
        if not isinstance(row.value, Mapping):
            batch.refuse("bad-row", "the element is no object")
        else:
            batch.add(row.value, (start, start + row.chars))
    except Unreadable as problem:
        batch.refuse(problem.kind, str(problem))
    batch.passed(row.bytes, row.before + row.chars)


def elements(source: Source, place: int = 0) -> Iterator[Element]:
    """The elements of an array from a byte on; `Unreadable` where the array breaks."""
    source.stream.seek(place)
    decoder = json.JSONDecoder()
    text, passed, before, wanted = _text(source, _CHUNK), 0, 0, _CHUNK
    opened = place > 0
    while True:
        rest = text.lstrip(" \t\r\n," if opened else "\ufeff \t\r\n")
        if not opened and rest:
            opened, rest = True, rest[1:].lstrip(" \t\r\n")
        gap = text[: len(text) - len(rest)]
        passed, before, text = passed + _bytes(gap), before + _chars(gap), rest
        if text.startswith("]"):
            return
        try:
            element, end = decoder.raw_decode(text)
            if end == len(text) and isinstance(element, int | float):
                raise ValueError  # noqa: TRY301  (a number may go on in the next chunk)
        except RecursionError as problem:
            raise Unreadable("too-deep", "an element of the array is nested too deeply") from problem
        except ValueError as problem:
            text += _more(source, wanted, len(text), problem)
            wanted = min(2 * wanted, PIECE_BYTES)
        else:
            found, notes = _repaired(text[:end], element)
            yield Element(found, _chars(text[:end]), before, passed + _bytes(text[:end]), notes)
            text, wanted, passed, before = text[end:], _CHUNK, 0, 0


def _repaired(text: str, element: object) -> tuple[object, tuple[str, ...]]:
    """An element as its text means it: halves of characters, other encodings and mojibake put right, with the notes."""
    if lenient.may_be_halved(text):
        return lenient.loads(text), ()
    if text.isascii():
        return element, ()
    decoded = decode(text.encode("utf-8", "surrogateescape"))
    return (lenient.loads(decoded.text) if decoded.text != text else element), decoded.notes


def _chars(text: str) -> int:
    r"""Characters of a piece in the decoded file, whose lines end with `\n` and which has no mark at its start."""
    return len(text) - text.count("\r\n") - text.count("\ufeff")


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


def _more(source: Source, wanted: int, held: int, problem: ValueError) -> str:
    if held > PIECE_BYTES:
        raise Unreadable("too-large", "an element of the array is broken or too large") from problem
    text = _text(source, wanted)
    if not text:
        raise Unreadable("truncated", "the array breaks off or is not valid JSON") from problem
    return text


def _text(source: Source, wanted: int) -> str:
    """The next characters; what is not UTF-8 becomes lone surrogates, which count one byte each."""
    data = source.stream.read(wanted)
    for _ in range(3):  # a character may go on behind the chunk
        if not data or data[-1] < 0x80:
            break
        data += source.stream.read(1)
    return data.decode("utf-8", "surrogateescape")


class JsonObject:
    name = "json"
    recognised = "one object: an article, or articles in one of its lists (JSON Feed's `items`, NewsAPI's `articles`)"

    def sniff(self, look: Look) -> float:
        if not look.text.lstrip().startswith("{"):
            return 0
        return 0.68 if "\n" in look.text.strip() or look.size <= len(look.head) else 0.3

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        held: _Held = source.keep("held", None, lambda: _held(source))
        batch = Batch(source, self.name, start, held.encoding)
        if not start.place:
            batch.note(*held.notes)
        yield from units(batch, iter(held.rows[start.place :]), partial(_take_held, held.chars))


class _Held(NamedTuple):
    """The articles of a document, its characters, its encoding, and what was repaired in it."""

    rows: list[Any]
    chars: int
    encoding: str
    notes: tuple[str, ...]


def _held(source: Source) -> _Held:
    decoded = decode(whole(source))
    lists = articles(_parsed(decoded.text), source.fields)
    notes = (f"its articles stand in {len(lists)} lists",) if len(lists) > 1 else ()
    rows = [row for rows in lists for row in rows]
    return _Held(rows, len(decoded.text), decoded.encoding, (*decoded.notes, *notes))


def _take_held(chars: int, batch: Batch, element: object) -> None:
    """An article of a document that was read whole: where in it one stands is not known, all share its place."""
    size = min(chars, len(str(element)))
    try:
        if not isinstance(element, Mapping):
            batch.refuse("bad-row", "the element is no object")
        else:
            batch.add(element, (0, chars), size)
    except Unreadable as problem:
        batch.refuse(problem.kind, str(problem))
    batch.passed(1, size)


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            value = _sequence(text)
        except (ValueError, RecursionError) as problem:
            raise Unreadable("bad-json", "the file begins like JSON but is not valid") from problem
    if not isinstance(value, dict):
        raise Unreadable("bad-json", "the JSON holds no object")
    return value


def _sequence(text: str) -> object:
    """A text that only the lenient parser takes: one value or, where values stand one below the other, all of them."""
    decoder, values, place = json.JSONDecoder(), [], 0
    text = lenient.whole(text)
    while rest := _BETWEEN.match(text, place):
        if rest.end() == len(text):
            break
        value, place = decoder.raw_decode(text, rest.end())
        values.append(value)
    return values[0] if len(values) == 1 else {"articles": values}


def articles(document: Mapping[str, Any], own: Mapping[str, str]) -> list[list[Any]]:
    """The object itself when it is an article, whatever it lists; else its lists of articles, some levels down.

    Lists of mere addresses (`related`) are left out beside lists of texts.
    """
    lists = [rows for rows in _lists(document) if any(_is_article(row, own) for row in rows[:5])]
    if _is_whole(document, lists, own):
        return [[document]]
    full = [rows for rows in lists if any(_has_text(row, own) for row in rows[:5])]
    return full or ([] if is_ninjs(document) else lists) or [[document]]


def _is_whole(document: Mapping[str, Any], lists: list[list[Any]], own: Mapping[str, str]) -> bool:
    """Whether an object is an article that lists others' comments and links, rather than what is around a list."""
    row = _row(document, own)
    body = row.value("body")
    if (isinstance(body, list) and _titled(body, own)) or (isinstance(body, Mapping) and any(_lists(body))):
        return False  # articles under `content`
    if not (row.html or row.text("body")):
        return False
    return bool(row.text("headline")) or not any(_titled(rows, own) for rows in lists)


def _row(columns: Mapping[str, Any], own: Mapping[str, str]) -> Row:
    return Row(flat(columns) if is_ninjs(columns) else columns, own)


def _lists(document: Mapping[str, Any], depth: int = 0) -> Iterator[list[Any]]:
    """The lists of objects in a document: real ones, objects by number (``{"1": {...}}``) and tables by column."""
    if (columns := _columns(document)) is not None:
        yield columns
        return
    values = list(document.values())
    if values and all(isinstance(value, Mapping) for value in values):
        yield values
    for value in values:
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield value
        elif isinstance(value, Mapping) and depth < _DEPTH:
            yield from _lists(value, depth + 1)


def _columns(document: Mapping[str, Any]) -> list[Any] | None:
    """The rows of a table as pandas writes it: a list of names and lists of values, or its columns, each an object from
    the row's number to its value.
    """
    names, rows = document.get("columns"), document.get("data")
    if isinstance(names, list) and isinstance(rows, list) and all(isinstance(row, list) for row in rows):
        return [dict(zip(map(str, names), row, strict=False)) for row in rows]
    columns = [value for value in document.values() if isinstance(value, Mapping)]
    if len(columns) != len(document) or not columns or not all("0" in column for column in columns):
        return None
    return [{name: column.get(number) for name, column in document.items()} for number in columns[0]]


def _is_article(row: object, own: Mapping[str, str]) -> bool:
    return isinstance(row, Mapping) and is_article(row, own)


def _has_text(row: object, own: Mapping[str, str]) -> bool:
    return isinstance(row, Mapping) and bool((found := _row(row, own)).body or found.html)


def _titled(rows: list[Any], own: Mapping[str, str]) -> bool:
    return any(isinstance(row, Mapping) and _row(row, own).text("headline") for row in rows[:5])


JSON_ARRAY, JSON_OBJECT = JsonArray(), JsonObject()
