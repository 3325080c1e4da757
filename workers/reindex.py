"""Fill the near-duplicate index from what was published: after it was lost, or moved, or its settings changed.

Originals alone are indexed, in the order of their publication, under the ids they were published with; an article
that is there already stays as it is. So it may run while the desk does, and again after a crash.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice

from newstext.fingerprint import features_batch
from newstext.shingles import Keyed
from wiredesk import keys
from wiredesk.export.source import published
from wiredesk.records import Record
from workers import claimants
from workers.desk import Desk
from workers.index import Claimant

#: Records fingerprinted together.
BATCH = 64


def from_streams(desk: Desk) -> int:
    """Index the originals that the streams still hold. Gives how many were looked at."""
    readable = (message for message in published(desk.queues, "0", [keys.ARTICLES]) if message.is_readable)
    return from_records(desk, (message.article for message in readable))


def from_records(desk: Desk, records: Iterable[Record]) -> int:
    """Index the originals among records of an export, oldest first. Gives how many were looked at."""
    return claimants.index(desk).rebuild(_originals(records, claimants.keyed(desk)))


def _originals(records: Iterable[Record], keyed: Keyed) -> Iterator[Claimant]:
    originals = (record for record in records if record.relation == "original")
    while some := list(islice(originals, BATCH)):
        marks = features_batch([record.body for record in some], keyed)
        for record, mark in zip(some, marks, strict=True):
            yield Claimant(
                id=record.id,
                fingerprint=mark,
                body=record.body,
                when=claimants.epoch(record.published),
                arrived=claimants.epoch(record.file.received_at) or time.time(),
                publisher=record.publisher,
            )
