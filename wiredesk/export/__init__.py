"""Published articles in the shapes that others read. One module a shape; `shape(record)` gives a JSON object.

record       the published record itself
ninjs        IPTC ninjs 3.1
newsarticle  schema.org NewsArticle as JSON-LD
dolma        a document of a Dolma corpus: text with where it came from
passim       a document of a Passim input: text, series and date, for finding what newspapers took from each other
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from wiredesk.export import dolma, newsarticle, ninjs, passim
from wiredesk.records import Record

Shape = Callable[[Record], dict[str, Any]]


def _record(record: Record) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return plain


#: Name -> function; the name is what `wiredesk export --format` takes.
SHAPES: dict[str, Shape] = {
    "record": _record,
    "ninjs": ninjs.shape,
    "newsarticle": newsarticle.shape,
    "dolma": dolma.shape,
    "passim": passim.shape,
}


def columns(shape: str) -> dict[str, str] | None:
    """The kind of each column of a table of records (see `files.Parquet`); other shapes have no fixed columns."""
    if shape != "record":
        return None
    return {f.encode_name: _KINDS.get(f.type, "json") for f in msgspec.structs.fields(Record)}


_KINDS: dict[Any, str] = {str: "text", str | None: "text", int: "int", list[str]: "texts"}
