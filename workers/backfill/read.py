"""Files to takes: a chunk of the archive's files, split and fingerprinted, as one Parquet file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from newstext.article import Origin
from newstext.errors import Unreadable
from newstext.extract import sighting
from newstext.fingerprint import Fingerprint, features_batch
from newstext.shingles import salt
from newstext.source import Source
from producers import blobs
from wiredesk import ids
from wiredesk.files import FileInfo
from wiredesk.settings import Settings
from workers import take as takes
from workers.backfill.plan import Chunk
from workers.stages import split
from workers.take import Take

#: Takes fingerprinted and written together: a few MB.
BATCH = 256
#: An article's place in the archive: its file's number, and its own in the file.
POSITIONS = 1 << 32
SCHEMA = pa.schema([("order", pa.int64()), ("keys", pa.list_(pa.int64())), ("take", pa.binary())])


class Refused(msgspec.Struct, frozen=True):
    """What gave no article: a file, or one row of it."""

    file: str
    kind: str
    reason: str
    position: int | None = None


def read_chunk(chunk: Chunk) -> None:
    """Write the chunk's takes and, beside them, what was refused."""
    place = Path(chunk.to)
    part = place.with_suffix(".part")
    refused: list[Refused] = []
    with pq.ParquetWriter(part, SCHEMA, compression="zstd") as writer:
        found = _takes(chunk, refused)
        while some := list(islice(found, BATCH)):
            writer.write_table(pa.Table.from_pylist(list(_rows(some, chunk.settings)), schema=SCHEMA))
    refusals(place).write_bytes(msgspec.json.encode(refused))
    part.replace(place)


def refusals(place: Path) -> Path:
    return place.with_suffix(".refused.json")


def _takes(chunk: Chunk, refused: list[Refused]) -> Iterator[tuple[int, Take]]:
    """Takes with their places in the archive. A file that cannot be opened is refused, as one that cannot be read."""
    for number, path, name in chunk.files:
        try:
            with Path(path).open("rb") as stream:
                for take in _file(stream, name, chunk, refused):
                    yield number * POSITIONS + ids.place(take.id)[1], take
        except OSError as error:
            refused.append(Refused(name, "unreadable", f"The file cannot be opened: {error.strerror}."))


def _file(stream: Any, name: str, chunk: Chunk, refused: list[Refused]) -> Iterator[Take]:
    """A file in the parts in which the stream takes it: what a part cannot give is lost with that part alone."""
    sha256, size = blobs.digest(stream)
    file = FileInfo(
        id=ids.file_id(sha256, name), name=name, url=None, source=None, sha256=sha256, bytes=size,
        received_at=chunk.received_at,
    )  # fmt: skip
    source = Source(stream, size, Origin(name=name), fields=chunk.settings.row_columns())
    cursor, part = None, 0
    while part == 0 or cursor is not None:
        try:
            units, cursor = split.read_part(source, cursor)
        except Unreadable as error:
            if part == 0:
                refused.append(Refused(name, error.kind, str(error)))
            return
        if part == 0 and cursor is None and not any(unit.drafts for unit in units):
            nothing = split.nothing(file.id, units)
            refused.append(Refused(name, nothing.kind, nothing.reason))
            return
        for unit in units:
            refused += [Refused(name, r.kind, r.reason, r.position) for r in unit.refused if r.position is not None]
            yield from (_sighted(split.take_of(file, unit, draft)) for draft in unit.drafts)
        part += 1


def _sighted(take: Take) -> Take:
    if take.draft is not None:
        take.sighting = sighting(take.draft, take.where())
    return take


def _rows(some: Sequence[tuple[int, Take]], settings: Settings) -> Iterator[dict[str, Any]]:
    marks = features_batch([take.body for _, take in some], salt(settings.index_salt or None, settings.shingle))
    for (order, take), mark in zip(some, marks, strict=True):
        yield {"order": order, "keys": _keys(mark), "take": takes.dump(take)}


def _keys(mark: Fingerprint) -> list[int]:
    """What two articles may have in common for the index: near keys and the exact one, as signed 64 bits."""
    exact = int(mark.exact[:16], 16)
    return [key - (1 << 64) if key >> 63 else key for key in dict.fromkeys((*mark.keys, exact))]
