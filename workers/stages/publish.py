"""Publish: the finished record onto its stream, once. Originals go to `articles`, all else to `copies`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from wiredesk import ids, keys
from wiredesk.records import Record
from workers import entries
from workers.desk import Desk
from workers.effects import Effects, Publication
from workers.stage import Call, Stage
from workers.stages.batch import Results, each_take
from workers.stages.fingerprint import withdraw
from workers.take import Gone, Take

NAME = "publish"


def run(desk: Desk, calls: Sequence[Call]) -> Results:
    return each_take(desk, calls, _publish)


def _publish(take: Take) -> Effects:
    record = record_of(take)
    file, position = ids.place(take.id)
    stream = keys.ARTICLES if record.relation == "original" else keys.COPIES
    spent = {f"us_{stage}": microseconds for stage, microseconds in take.spent.items()}
    return Effects(publications=(Publication(file, position, stream, entries.published(record), spent),))


def record_of(take: Take) -> Record:
    """The published record of a take that went through all stages. Raises `Gone` when one is missing."""
    article, judged, fingerprint = take.article, take.judged, take.fingerprint
    if article is None or judged is None or fingerprint is None:
        raise Gone("unfinished", "The article has not been through every stage.")
    parts = {f: getattr(article, f) for f in article.__struct_fields__}
    return Record(
        id=take.id,
        file=take.file,
        fingerprint=fingerprint,
        **msgspec.structs.asdict(judged),
        **parts,
    )


STAGE = Stage(NAME, run, gave_up=withdraw)
