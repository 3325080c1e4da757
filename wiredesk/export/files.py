"""Writers of exported files. A file has its name once it is whole: until then it is ``NAME.part``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import orjson

from wiredesk.errors import UsageError

#: Rows that are held before a row group is written: some 20 MB of records.
ROW_GROUP = 5_000


class Writer(Protocol):
    """Takes rows; `commit` makes them last under the file's name."""

    def row(self, row: Any) -> None: ...
    def commit(self) -> None: ...
    def drop(self) -> None: ...


class Lines:
    """JSON Lines."""

    def __init__(self, path: Path, _columns: dict[str, str] | None = None) -> None:
        self._path, self._part = path, _part(path)
        self._out = self._part.open("wb")

    def row(self, row: dict[str, Any] | orjson.Fragment) -> None:
        self._out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))

    def commit(self) -> None:
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        self._part.replace(self._path)

    def drop(self) -> None:
        self._out.close()
        self._part.unlink(missing_ok=True)


class Parquet:
    """Parquet with zstd. `columns` name each column's kind: ``int``, ``text``, ``texts`` (a list of them) or ``json``
    (any other value, as JSON text). Without them they are taken from the first rows; what later rows have besides
    stands in the column ``other``, as JSON.
    """

    def __init__(self, path: Path, columns: dict[str, str] | None = None) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415  (an extra)
            import pyarrow.parquet as pq  # noqa: PLC0415
        except ImportError:
            raise UsageError("Parquet needs an extra. Install it with: pip install 'wiredesk[parquet]'") from None
        self._pa, self._pq = pa, pq
        self._path, self._part = path, _part(path)
        self._columns = columns
        self._rows: list[dict[str, Any]] = []
        self._writer: Any = None

    def row(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._columns is None:
            self._columns = {**_guessed(self._rows), "other": "json"}
        kinds = {"int": self._pa.int64(), "texts": self._pa.list_(self._pa.string())}
        schema = self._pa.schema([(n, kinds.get(kind, self._pa.string())) for n, kind in self._columns.items()])
        if self._writer is None:
            self._writer = self._pq.ParquetWriter(self._part, schema, compression="zstd")
        rows = [_flat(row, self._columns) for row in self._rows]
        self._writer.write_table(self._pa.Table.from_pylist(rows, schema=schema))
        self._rows = []

    def commit(self) -> None:
        self._flush()
        self._writer.close()
        self._part.replace(self._path)

    def drop(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._part.unlink(missing_ok=True)


def _guessed(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {name: _kind(value) for row in rows for name, value in row.items()}


def _kind(value: Any) -> str:
    return "int" if type(value) is int else "text" if isinstance(value, str) else "json"


def _flat(row: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    """The row as its columns hold it."""
    flat = {name: _json(row.get(name)) if kind == "json" else row.get(name) for name, kind in columns.items()}
    if "other" in columns:
        flat["other"] = _json({name: value for name, value in row.items() if name not in columns} or None)
    return flat


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


KINDS: dict[str, Callable[[Path, dict[str, str] | None], Writer]] = {"jsonl": Lines, "parquet": Parquet}


class Opened:
    """A writer that commits when its block ends well and leaves nothing behind when it does not."""

    def __init__(self, path: Path, kind: str, columns: dict[str, str] | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.writer = KINDS[kind](path, columns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if error is None:
            self.writer.commit()
        else:
            self.writer.drop()
