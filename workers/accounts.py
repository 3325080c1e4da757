"""What the index knew and what the texts say: an article's judgement again, with everything that was considered.

Texts come from the takes while these are kept, else from the output streams; of an original whose text is in neither
the sketch's estimate is left.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import msgspec

from newstext.account import Account, account
from newstext.compare import Reading, Text, read
from newstext.errors import Unreadable
from newstext.fingerprint import Estimate, features, likeness
from wiredesk import places
from wiredesk.errors import UsageError
from wiredesk.records import Record
from workers import claimants
from workers import take as takes
from workers.desk import Desk
from workers.index import Candidate, Claimant
from workers.take import Take


class Subject(msgspec.Struct, frozen=True):
    """An article as far as judging it goes; `received` and `published` in ISO 8601."""

    id: str
    headline: str | None
    publisher: str | None
    published: str | None
    received: str | None
    body: str
    story: str | None = None
    relation: str | None = None
    duplicate_of: str | None = None

    @property
    def text(self) -> Text:
        return Text(self.body, self.publisher, claimants.epoch(self.published))


class Considered(msgspec.Struct, frozen=True):
    """An original that shares keys with the article, or that it was matched to.

    `why_not` says why the index did not have it judged (`unlike`, `outside`, `crowded`; empty when it did); `account`
    is None when its text is gone, `estimate` when it was not found by its keys any more.
    """

    id: str
    subject: Subject | None
    why_not: str
    shared_keys: int
    estimate: Estimate | None
    account: Account | None


class Explanation(msgspec.Struct, frozen=True):
    """Why an article was judged as it was: what was considered, the chosen match first."""

    article: Subject
    considered: list[Considered]


def explain(desk: Desk, article: str) -> Explanation:
    """All that is there to judge an article by. Raises `UsageError` when its text is no longer stored."""
    mine = subject(desk, article)
    reading = read(mine.text, claimants.keyed(desk))
    found = [c for c in claimants.index(desk).look([_claimant(desk, mine)])[0] if c.id != article]
    others = {candidate.id: candidate for candidate in found}
    if mine.duplicate_of and mine.duplicate_of not in others:
        others[mine.duplicate_of] = Candidate(mine.duplicate_of, 0, 0, 0)
    known = subjects(desk, others)
    shingles = int(reading.shingles.size)
    considered = [_considered(desk, reading, shingles, c, known.get(c.id)) for c in others.values()]
    considered.sort(key=lambda c: (c.id != mine.duplicate_of, bool(c.why_not), -_likeness(c)))
    return Explanation(mine, considered)


def compare(desk: Desk, article: str, other: str) -> Explanation:
    """Two articles against each other, whatever the index made of them. Raises `UsageError` when a text is gone."""
    mine, earlier = subject(desk, article), subject(desk, other)
    key = claimants.keyed(desk)
    found = account(read(mine.text, key), read(earlier.text, key), claimants.thresholds(desk.settings))
    return Explanation(mine, [Considered(other, earlier, "", 0, None, found)])


def story(desk: Desk, article: str) -> list[Subject]:
    """All articles of a story, given its id or that of any of them, by their own times. Raises `UsageError`."""
    wanted = subject(desk, article).story or article
    found = [_of_record(m.article) for m in places.messages(desk.queues, places.story(desk.queues, wanted))]
    if not found:
        raise UsageError(f"The streams hold nothing of the story {wanted!r}. Try: wiredesk tail articles")
    return sorted(found, key=lambda s: (s.published or s.received or "", s.relation != "original", s.id))


def subject(desk: Desk, article: str) -> Subject:
    """One article. Raises `UsageError` when it is neither kept nor in the streams."""
    found = subjects(desk, [article]).get(article)
    if found is None:
        raise UsageError(f"There is no article {article!r} in the texts or streams. Try: wiredesk tail articles")
    return found


def subjects(desk: Desk, articles: Iterable[str]) -> dict[str, Subject]:
    """Those of the articles that can be found, by id."""
    wanted = list(dict.fromkeys(articles))
    stored = takes.load(desk, wanted) if wanted else []
    found = {take.id: _of_take(take) for take in stored if not isinstance(take, Unreadable)}
    missing = [article for article in wanted if article not in found]
    return found | {m.id: _of_record(m.article) for m in places.messages(desk.queues, missing)}


def _considered(desk: Desk, mine: Reading, shingles: int, found: Candidate, other: Subject | None) -> Considered:
    at = claimants.thresholds(desk.settings)
    judged = account(mine, read(other.text, claimants.keyed(desk)), at) if other else None
    estimate = likeness(found.equal, shingles, found.shingles) if found.shingles else None
    return Considered(found.id, other, found.why_not, found.hits, estimate, judged)


def _likeness(considered: Considered) -> float:
    if considered.account:
        return considered.account.measures.containment
    return considered.estimate.containment if considered.estimate else 0.0


def _claimant(desk: Desk, mine: Subject) -> Claimant:
    return Claimant(
        id=mine.id,
        fingerprint=features(mine.body, claimants.keyed(desk)),
        body=mine.body,
        when=claimants.epoch(mine.published),
        arrived=claimants.epoch(mine.received) or time.time(),
        publisher=mine.publisher,
    )


def _of_take(take: Take) -> Subject:
    part, judged = take.article or take.draft, take.judged
    return Subject(
        id=take.id,
        headline=part.headline if part else None,
        publisher=take.sighting.publisher,
        published=take.sighting.published,
        received=take.file.received_at,
        body=take.body,
        story=judged.story if judged else None,
        relation=judged.relation if judged else None,
        duplicate_of=judged.duplicate_of if judged else None,
    )


def _of_record(record: Record) -> Subject:
    return Subject(
        id=record.id,
        headline=record.headline,
        publisher=record.publisher,
        published=record.published,
        received=record.file.received_at,
        body=record.body,
        story=record.story,
        relation=record.relation,
        duplicate_of=record.duplicate_of,
    )
