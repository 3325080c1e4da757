"""Fingerprint: is this story known? The index claims each article in one atomic step and names what it is a copy of."""

from __future__ import annotations

import time
from collections.abc import Sequence

from newstext.extract import sighting
from newstext.fingerprint import signature
from wiredesk import ids, keys
from wiredesk.records import FingerprintInfo, Similarity
from workers import claimants
from workers import take as takes
from workers.absence import given
from workers.desk import Desk
from workers.effects import Effects
from workers.index import Verdict
from workers.stage import Call, Stage
from workers.stages.batch import Results, each, hand_on, microseconds, split_again
from workers.take import Judged, Take

NAME = "fingerprint"


def run(desk: Desk, calls: Sequence[Call]) -> Results:
    """One claim for the whole batch; a take that cannot be read fails alone, and one waits alone for a text that its
    store does not give.
    """
    began = time.perf_counter()
    loaded = dict(zip((c.id for c in calls), takes.load_each(desk, [c.args[0] for c in calls]), strict=True))
    ready: dict[str, Take] = {}
    failed: dict[str, Exception] = {}
    for job, take in loaded.items():
        try:
            ready[job] = _sighted(take)
        except Exception as error:  # noqa: BLE001  (whatever one article does, its batch goes on)
            failed[job] = error
    claims = claimants.claimants(desk, list(ready.values()))
    exact = {claim.id: claim.fingerprint.exact for claim in claims}
    key = claimants.keyed(desk)
    verdicts = dict(zip(ready, claimants.index(desk).claim_each(claims), strict=True))
    spent = microseconds(began) // max(1, len(ready))

    def finish(call: Call) -> Effects:
        error = failed.get(call.id)
        if isinstance(error, takes.Gone):
            return split_again(desk, call, error)
        if error:
            raise error
        take = ready[call.id]
        take.fingerprint = FingerprintInfo(exact[take.id], signature(key))
        take.judged = judged(given(verdicts[call.id]))
        return hand_on(desk, take, NAME, spent, "extract")

    return each(calls, finish)


def _sighted(take: Take | Exception) -> Take:
    if isinstance(take, Exception):
        raise take
    if take.draft is not None:
        take.sighting = sighting(take.draft, take.where())
    return take


def withdraw(desk: Desk, jobs: Sequence[str]) -> None:
    """Articles that are given up after they claimed: no copy shall name one that is never published. What was published
    before keeps its claim, and one whose text is gone.
    """
    articles = [job.partition("-")[2] for job in jobs]
    with desk.queues.pipeline(transaction=False) as pipe:
        for file, position in map(ids.place, articles):
            pipe.getbit(keys.published(file), position)
        unpublished = [article for article, published in zip(articles, pipe.execute(), strict=True) if not published]
    found = [take for take in takes.load_each(desk, unpublished) if isinstance(take, Take)]
    claimants.index(desk).withdraw(claimants.claimants(desk, found))


def judged(verdict: Verdict) -> Judged:
    """The verdict as a take carries it."""
    similarity = None
    if verdict.jaccard is not None and verdict.containment is not None:
        similarity = Similarity(verdict.jaccard, verdict.containment, verdict.estimated)
    return Judged(verdict.story, verdict.relation, verdict.duplicate_of, similarity)


STAGE = Stage(NAME, run, gave_up=withdraw)
