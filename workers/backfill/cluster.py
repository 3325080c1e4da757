"""A backfill on Ray: started here or found elsewhere, quiet and without a page of its own."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import ray
import ray.data

from wiredesk.errors import UsageError
from workers.backfill import groups
from workers.backfill.judge import Judge
from workers.backfill.plan import Chunk
from workers.backfill.read import read_chunk

#: What names no Ray that runs already.
HERE = "local"
#: Ray gives its own node 30 s to come up, whatever one asks for. Where others have the cores that may be missed once.
STARTS = 3
#: What Ray itself reads of the environment, before it starts.
ENVIRONMENT = {
    # Nothing is reported to its makers.
    "RAY_USAGE_STATS_ENABLED": "0",
    # Devices stay as they are for tasks that ask for none: it will be so from some release on, until then Ray warns.
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    # Nobody reads its metrics here, and it complains when they come late.
    "RAY_enable_metrics_collection": "0",
    # A worker imports Ray and ours, 5 s of a core. It gets 30 s by the clock otherwise, and when the first ones take
    # longer Ray waits for them for ever.
    "RAY_worker_register_timeout_seconds": "600",
}


class Cluster:
    """Files are read by tasks of Ray's; Ray Data shuffles keys and takes."""

    @classmethod
    @contextmanager
    def started(cls, address: str, processes: int | None) -> Iterator[Self]:
        """A Ray of so many processes here (`HERE`), or the one at `address`. Raises `UsageError` when none starts."""
        os.environ.update(ENVIRONMENT)
        _start(address, processes)
        ray.data.DataContext.get_current().enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        try:
            yield cls()
        finally:
            ray.shutdown()

    def read(self, chunks: Sequence[Chunk]) -> Iterator[None]:
        remote = ray.remote(read_chunk)
        waiting = [remote.remote(chunk) for chunk in chunks]
        while waiting:
            ended, waiting = ray.wait(waiting)
            yield ray.get(ended[0])

    def group(self, places: Sequence[Path], articles: int) -> groups.Parts:
        buckets = groups.buckets(articles)
        spread: Any = partial(groups.pairs, buckets=buckets)
        pairs = _takes(places, ["order", "keys"]).map_batches(spread, batch_format="pyarrow")
        edges = pairs.groupby("bucket", num_partitions=buckets).map_groups(groups.edges, batch_format="numpy")
        found = [np.empty((2, 0), np.int64)]
        found += [np.stack((one["first"], one["other"])) for one in edges.iter_batches(batch_format="numpy")]
        return groups.joined(np.concatenate(found, axis=1), articles)

    def judge(self, places: Sequence[Path], parts: groups.Parts, wanted: Sequence[int], judge: Judge) -> Iterator[None]:
        shared = ray.put(parts)

        def assign(batch: pa.Table) -> pa.Table:
            part = pa.array(ray.get(shared).of(batch["order"].to_numpy()))
            return batch.append_column("part", part).filter(pc.is_in(part, pa.array(wanted)))

        takes = _takes(places, ["order", "take"]).map_batches(assign, batch_format="pyarrow")
        judged = takes.groupby("part", num_partitions=len(wanted)).map_groups(judge.__call__, batch_format="pyarrow")
        yield from (None for _ in judged.iter_rows())


def _takes(places: Sequence[Path], columns: Sequence[str]) -> ray.data.Dataset:
    """The chunks' takes. Not by Ray's own reader, which starts 32 processes to look at the footers of any files."""
    rows = ray.data.from_items([{"place": str(place)} for place in places], override_num_blocks=len(places))
    load: Any = partial(_load, columns=list(columns))
    loaded: ray.data.Dataset = rows.map_batches(load, batch_size=1, batch_format="pyarrow")
    return loaded


def _load(place: pa.Table, columns: list[str]) -> Iterator[pa.Table]:
    with pq.ParquetFile(place["place"][0].as_py()) as found:
        for number in range(found.num_row_groups):
            yield found.read_row_group(number, columns)


def _start(address: str, processes: int | None) -> None:
    for left in reversed(range(STARTS)):
        try:
            _init(address, processes)
        except Exception as error:
            ray.shutdown()
            if left == 0 or address != HERE:
                raise UsageError(f"--ray {address}: Ray did not start. {_hint(address)} It says: {error}") from error
        else:
            return


def _init(address: str, processes: int | None) -> None:
    if address != HERE:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        return
    # For this machine alone: it listens nowhere else.
    ray.init(
        address=HERE, num_cpus=processes, include_dashboard=False, _node_ip_address="127.0.0.1",
        log_to_driver=False, logging_level=logging.ERROR,
    )  # fmt: skip


def _hint(address: str) -> str:
    if address == HERE:
        return "Its logs: /tmp/ray/session_latest/logs. Without --ray the backfill runs on processes of this machine."
    return "Is `ray status` content on that machine? `--ray local` starts a Ray here."
