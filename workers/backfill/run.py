"""The steps of a backfill in their order, and where each stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wiredesk.export.files import Opened
from workers.backfill import groups
from workers.backfill.judge import COLUMNS, Judge
from workers.backfill.plan import Chunk, Plan, part_file
from workers.backfill.read import refusals


class Engine(Protocol):
    """Where the work is done. `read` and `judge` give something for each chunk, and each part, that is done."""

    def read(self, chunks: Sequence[Chunk]) -> Iterator[None]: ...
    def group(self, places: Sequence[Path], articles: int) -> groups.Parts: ...
    def judge(
        self, places: Sequence[Path], parts: groups.Parts, wanted: Sequence[int], judge: Judge
    ) -> Iterator[None]: ...


class Progress(NamedTuple):
    """A step, how much of it is done, and of how much."""

    step: str
    done: int
    total: int


Tell = Callable[[Progress], object]


def run(plan: Plan, engine: Engine, tell: Tell) -> dict[str, int]:
    """Do what is not done yet. Gives files, articles, originals, copies and refused. Raises `UsageError`."""
    chunks = list(plan.chunks(plan.begin()))
    places = [Path(chunk.to) for chunk in chunks]
    unread = [chunk for chunk, place in zip(chunks, places, strict=True) if not place.exists()]
    _watch("reading", len(chunks), len(unread), engine.read(unread), tell)
    articles = sum(pq.read_metadata(place).num_rows for place in places)
    _judge(plan, engine, places, articles, tell)
    return {"files": len(plan.files), **_relations(plan), "refused": _refused(places)}


def _judge(plan: Plan, engine: Engine, places: Sequence[Path], articles: int, tell: Tell) -> None:
    count = groups.count(articles)
    missing = [part for part in range(count) if not part_file(plan.parts, part).exists()]
    if missing:
        parts = engine.group(places, articles)
        judged = engine.judge(places, parts, missing, Judge(plan.settings, str(plan.parts)))
        _watch("judging", count, len(missing), judged, tell)
    for part in missing:
        _close(part_file(plan.parts, part))


def _watch(step: str, total: int, left: int, done: Iterable[None], tell: Tell) -> None:
    tell(Progress(step, total - left, total))
    for more, _ in enumerate(done, 1):
        tell(Progress(step, total - left + more, total))


def _close(place: Path) -> None:
    """A part that nothing fell into is written empty: it is done, too."""
    if not place.exists():
        with Opened(place, "parquet", COLUMNS):
            pass


def _relations(plan: Plan) -> dict[str, int]:
    files = sorted(plan.parts.glob("part-*.parquet"))
    kinds = [pq.read_table(path, columns=["relation"])["relation"] for path in files]
    first = sum(pc.sum(pc.equal(column, "original")).as_py() or 0 for column in kinds)
    articles = sum(map(len, kinds))
    return {"articles": articles, "originals": first, "copies": articles - first}


def _refused(places: Sequence[Path]) -> int:
    return sum(len(msgspec.json.decode(refusals(place).read_bytes(), type=list[Any])) for place in places)
