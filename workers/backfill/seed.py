"""The online index from a finished backfill: what comes next is judged against the archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pyarrow.compute as pc
import pyarrow.dataset as ds

from wiredesk.records import Record
from workers import reindex
from workers.backfill.judge import COLUMNS
from workers.backfill.plan import Plan
from workers.desk import Desk

#: Originals read at once: 100 MB.
SLICE = 20_000

_JSON = {name for name, kind in COLUMNS.items() if kind == "json"}
_REQUIRED = {field.encode_name for field in msgspec.structs.fields(Record) if field.required}


def seed(plan: Plan) -> int:
    """Insert the originals of a finished backfill into the desk's index, oldest first; how many. Safe to repeat."""
    desk = Desk.open(plan.settings)
    try:
        return reindex.from_records(desk, originals(plan))
    finally:
        desk.close()


def originals(plan: Plan) -> Iterator[Record]:
    """The originals in the order of the archive: the last ones, as many as the index remembers."""
    archive = ds.dataset(plan.parts, format="parquet")
    original = pc.field("relation") == "original"
    orders = np.sort(archive.to_table(columns=["order"], filter=original)["order"].to_numpy())
    orders = orders[-plan.settings.index_articles :]
    for start in range(0, orders.size, SLICE):
        some = orders[start : start + SLICE]
        within = original & (pc.field("order") >= int(some[0])) & (pc.field("order") <= int(some[-1]))
        for row in archive.to_table(filter=within).sort_by("order").to_pylist():
            yield msgspec.convert(_plain(row), Record)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the record's JSON: what stands there as JSON text is read back, what was left out is left out."""
    read = {name: msgspec.json.decode(row[name]) if row[name] and name in _JSON else row[name] for name in row}
    return {name: value for name, value in read.items() if value is not None or name in _REQUIRED}
