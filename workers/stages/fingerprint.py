"""Fingerprint: is this story known? The index claims each article in one atomic step and names what it is a copy of."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from newstext.compare import Text
from newstext.errors import Unreadable
from newstext.extract import sighting
from newstext.fingerprint import SIGNATURE, features
from wiredesk.records import FingerprintInfo, Similarity
from workers import take as takes
from workers.desk import Desk
from workers.effects import Effects
from workers.index import Claimant, Index, Limits, Verdict
from workers.stage import Call, Stage
from workers.stages.batch import Results, each, hand_on, microseconds
from workers.take import Judged, Take

NAME = "fingerprint"


def run(desk: Desk, calls: Sequence[Call]) -> Results:
    """One claim for the whole batch; a take that cannot be read or fingerprinted fails alone."""
    began = time.perf_counter()
    loaded = dict(zip((c.id for c in calls), takes.load(desk, [c.args[0] for c in calls]), strict=True))
    ready: dict[str, tuple[Take, Claimant]] = {}
    failed: dict[str, Exception] = {}
    for job, take in loaded.items():
        try:
            ready[job] = _prepared(desk, take)
        except Exception as error:  # noqa: BLE001  (whatever one article does, its batch goes on)
            failed[job] = error
    verdicts = dict(zip(ready, _index(desk).claim([claimant for _, claimant in ready.values()]), strict=True))
    spent = microseconds(began) // max(1, len(ready))

    def finish(call: Call) -> Effects:
        if call.id in failed:
            raise failed[call.id]
        take, claimant = ready[call.id]
        take.fingerprint = FingerprintInfo(claimant.fingerprint.exact, SIGNATURE)
        take.judged = _judged(verdicts[call.id])
        return hand_on(desk, take, NAME, spent, "extract")

    return each(calls, finish)


def _prepared(desk: Desk, take: Take | Unreadable) -> tuple[Take, Claimant]:
    if isinstance(take, Unreadable):
        raise take
    if take.draft is not None:
        take.sighting = sighting(take.draft, take.where())
    claimant = Claimant(
        id=take.id,
        fingerprint=features(take.body, desk.settings.index_salt or None),
        body=take.body,
        when=_epoch(take.sighting.published),
        arrived=_epoch(take.file.received_at) or time.time(),
        publisher=take.sighting.publisher,
    )
    return take, claimant


def _epoch(moment: str | None) -> float | None:
    """Seconds since the epoch of an ISO 8601 time; one without a zone counts as UTC: the windows are days wide."""
    if moment is None:
        return None
    parsed = datetime.fromisoformat(moment)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def _index(desk: Desk) -> Index:
    chosen = desk.settings
    limits = Limits(articles=chosen.index_articles, near_window=chosen.near_window, exact_window=chosen.exact_window)
    return Index(desk.index, lambda ids: _texts(desk, ids), limits, keyed=chosen.index_salt or None)


def _texts(desk: Desk, articles: Sequence[str]) -> list[Text | None]:
    return [None if isinstance(t, Unreadable) else _text(t) for t in takes.load(desk, articles)]


def _text(take: Take) -> Text:
    return Text(take.body, take.sighting.publisher, _epoch(take.sighting.published))


def _judged(verdict: Verdict) -> Judged:
    similarity = None
    if verdict.jaccard is not None and verdict.containment is not None:
        similarity = Similarity(verdict.jaccard, verdict.containment, verdict.estimated)
    return Judged(verdict.story, verdict.relation, verdict.duplicate_of, similarity)


STAGE = Stage(NAME, run)
