"""A backfill on the processes of this machine: an archive that one machine gets through in the time there is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from workers.backfill import groups
from workers.backfill.judge import Judge
from workers.backfill.plan import Chunk
from workers.backfill.read import read_chunk


class Processes:
    """Tasks on a pool of processes; what Ray shuffles stands in this process's memory or is read again."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    @classmethod
    @contextmanager
    def started(cls, processes: int | None) -> Iterator[Self]:
        # Started afresh: a fork would share what this process holds open.
        with ProcessPoolExecutor(processes or os.cpu_count(), get_context("spawn")) as pool:
            yield cls(pool)

    def read(self, chunks: Sequence[Chunk]) -> Iterator[None]:
        for done in as_completed([self._pool.submit(read_chunk, chunk) for chunk in chunks]):
            yield done.result()

    def group(self, places: Sequence[Path], articles: int) -> groups.Parts:
        pairs = pa.concat_tables([groups.pairs(pq.read_table(place, columns=["order", "keys"]), 1) for place in places])
        edges = groups.edges({name: pairs[name].to_numpy() for name in pairs.column_names})
        return groups.joined(np.stack((edges["first"], edges["other"])), articles)

    def judge(self, places: Sequence[Path], parts: groups.Parts, wanted: Sequence[int], judge: Judge) -> Iterator[None]:
        task = partial(_judge_part, places, parts, judge)
        for done in as_completed([self._pool.submit(task, part) for part in wanted]):
            yield done.result()


def _judge_part(places: Sequence[Path], parts: groups.Parts, judge: Judge, part: int) -> None:
    """Every part reads all takes and keeps its own: less than a hundredth of what splitting them took."""
    group = pa.concat_tables([_of_part(place, parts, part) for place in places])
    if len(group):
        judge(group)


def _of_part(place: Path, parts: groups.Parts, part: int) -> pa.Table:
    takes = pq.read_table(place, columns=["order", "take"])
    found = parts.of(takes["order"].to_numpy())
    return takes.append_column("part", pa.array(found)).filter(pa.array(found == part))
