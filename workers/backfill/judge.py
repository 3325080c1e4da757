"""A part of the archive through the index, in the order of the files, then described and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pyarrow as pa

from newstext.compare import Text
from newstext.extract import extract
from newstext.fingerprint import signature
from wiredesk import export, server
from wiredesk.export.files import Opened
from wiredesk.records import FingerprintInfo
from wiredesk.settings import Settings
from workers import claimants
from workers import take as takes
from workers.backfill.plan import part_file
from workers.desk import Desk
from workers.index import Index
from workers.stages.fingerprint import judged
from workers.stages.publish import record_of
from workers.take import Take

#: Articles that claim together, as a worker's batch does.
BATCH = 64
#: What a part has beside the record: the article's place in the archive.
COLUMNS = {"order": "int", **(export.columns("record") or {})}


class Judge:
    """An engine calls it with the takes of one part. `to`: the folder of the parts."""

    def __init__(self, settings: Settings, to: str) -> None:
        self._settings, self._to = settings, Path(to)

    def __call__(self, group: pa.Table) -> pa.Table:
        rows = group.sort_by("order").select(["order", "take"])
        part = group["part"][0].as_py()
        with server.private() as url, Opened(part_file(self._to, part), "parquet", COLUMNS) as out:
            desk = Desk.open(replace(self._settings, redis_url=url, texts_url=None, index_url=None))
            for order, take in _judged(desk, rows):
                out.writer.row({"order": order, **msgspec.to_builtins(record_of(take))})
            desk.close()
        return pa.table({"part": [part]})


def _judged(desk: Desk, rows: pa.Table) -> Iterator[tuple[int, Take]]:
    """Each take with its verdict, described. Texts of the part are at hand: nothing is estimated.

    A file that stands twice in the archive, under one name, is one file, as it is for the stream.
    """
    texts: dict[str, Text] = {}
    index = claimants.index(desk, lambda wanted: [texts.get(article) for article in wanted])
    key = claimants.keyed(desk)
    for some in rows.to_batches(max_chunksize=BATCH):
        fresh: dict[str, tuple[int, Take]] = {}
        for order, stored in zip(*some.to_pydict().values(), strict=True):
            take = takes.parse(stored)
            if take.id not in texts:
                fresh.setdefault(take.id, (order, take))
        batch = [take for _, take in fresh.values()]
        texts |= {take.id: claimants.text(take) for take in batch}
        for take in _claimed(index, desk, batch, signature(key)):
            yield fresh[take.id][0], take


def _claimed(index: Index, desk: Desk, batch: Sequence[Take], made: str) -> Iterable[Take]:
    claims = claimants.claimants(desk, batch)
    for take, claim, verdict in zip(batch, claims, index.claim(claims), strict=True):
        take.fingerprint = FingerprintInfo(claim.fingerprint.exact, made)
        take.judged = judged(verdict)
        if take.draft is not None:
            take.article = extract(take.draft, take.where())
            take.draft = None
        yield take
