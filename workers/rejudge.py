"""A published article judged again by today's thresholds, window and shingles: what `wiredesk replay` says of it.

A copy is held against what it was matched to; where these two are no longer one story, and for an original, against
the originals of the index that came before it. By unchanged rules the answer is the one that it got: what the index
saw then is seen again, and what came later is left out. An article whose match has expired keeps what it was told.
"""

from __future__ import annotations

from collections.abc import Iterable

from newstext.compare import Judgement, Text, judge, read
from newstext.fingerprint import features
from wiredesk.records import Record, Similarity
from workers import accounts, claimants
from workers.accounts import Subject
from workers.desk import Desk
from workers.index import Claimant
from workers.index.packing import QUARTER
from workers.take import Judged


def rejudge(desk: Desk, record: Record) -> Judged:
    """Story and relation of an article as its record reads now."""
    told = Judged(record.story, record.relation, record.duplicate_of, record.similarity)
    if record.duplicate_of is None:
        return _best(desk, record, _before(desk, record)) or told
    match = accounts.subjects(desk, [record.duplicate_of]).get(record.duplicate_of)
    if match is None:
        return told
    found = _best(desk, record, [match]) or _best(desk, record, _before(desk, record))
    return found or Judged(record.id, "original")


def insert(desk: Desk, record: Record) -> None:
    """An article that is an original now is one to the index, too: later copies shall find it."""
    claimants.index(desk).rebuild([claimant(desk, record)])


def claimant(desk: Desk, record: Record) -> Claimant:
    arrived = claimants.epoch(record.file.received_at) or 0.0
    mark = features(record.body, claimants.keyed(desk))
    return Claimant(record.id, mark, record.body, claimants.epoch(record.published), arrived, record.publisher)


def _before(desk: Desk, record: Record) -> Iterable[Subject]:
    """The originals that the index would have judged it against, as far as they came before it."""
    (found,) = claimants.index(desk).look([claimant(desk, record)])
    wanted = [c.id for c in found if not c.why_not and c.id not in (record.id, record.duplicate_of)]
    arrived = claimants.epoch(record.file.received_at) or 0.0
    subjects = accounts.subjects(desk, wanted).values()
    return [s for s in subjects if (claimants.epoch(s.received) or 0.0) < arrived]


def _best(desk: Desk, record: Record, others: Iterable[Subject]) -> Judged | None:
    """The likest of the others that is the same story and inside the window."""
    key, at = claimants.keyed(desk), claimants.thresholds(desk.settings)
    mine = read(Text(record.body, record.publisher, claimants.epoch(record.published)), key)
    judged = [(judge(mine, read(other.text, key), at), other) for other in others]
    same = [(j, other) for j, other in judged if j and _within(desk, record, other, j, short=mine.words < at.short)]
    if not same:
        return None
    found, match = max(same, key=lambda pair: (pair[0].containment, pair[0].jaccard))
    return Judged(match.story or match.id, found.relation, match.id, _similarity(found))


def _within(desk: Desk, record: Record, other: Subject, found: Judgement, *, short: bool) -> bool:
    """As the index reckons: by their own times where both state one, in quarters of an hour."""
    longer = found.relation == "exact" and not short
    window = desk.settings.exact_window if longer else desk.settings.near_window
    pairs = ((record.published, other.published), (record.file.received_at, other.received))
    for a, b in ((claimants.epoch(a), claimants.epoch(b)) for a, b in pairs):
        if a is not None and b is not None:
            return abs(a // QUARTER - b // QUARTER) <= window // QUARTER
    return True


def _similarity(found: Judgement) -> Similarity:
    """In thousandths, as the index remembers it."""
    return Similarity(round(found.jaccard, 3), round(found.containment, 3), found.estimated)
