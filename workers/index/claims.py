"""Claims on the near-duplicate index (see the package's opening words for what they promise)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from typing import Final, Literal, cast

import msgspec
from redis import Redis

from newstext.compare import DEFAULTS, Judgement, Reading, Text, Thresholds, judge, judge_estimate, read
from newstext.fingerprint import Fingerprint, likeness
from newstext.shingles import Keyed, hashing
from wiredesk import keys
from wiredesk.errors import StoreError
from workers.absence import given
from workers.index.packing import (
    EXACT_SLOTS,
    NEAR_SLOTS,
    QUARTER,
    VERDICT_SLOTS,
    Candidate,
    Decided,
    Spaces,
    pack_article,
    pack_id,
    pack_verdict,
    unpack_candidates,
    unpack_verdict,
)

#: Raised when the layout or the hash functions change: an index of another make is never misread.
MAKE: Final = 3

#: Articles of one key in a bucket: as in the script the oldest stays, of the others the newest.
HOT: Final = 4

#: Read when the program is: what a running worker calls is of one version with its code.
_SCRIPT: Final = files("workers").joinpath("lua/index_claim.lua").read_text("utf-8")


#: Gives the texts of articles by id, None for one that is no longer stored, an error for one that cannot be had now.
Texts = Callable[[Sequence[str]], Sequence[Text | StoreError | None]]


class Limits(msgspec.Struct, frozen=True):
    """How much the index remembers and for how long; times in seconds. Each number fixes memory once and for all."""

    #: Articles remembered, with their exact key, near keys and sketch.
    articles: int = 1_000_000
    near_window: int = 72 * 3600
    exact_window: int = 30 * 86400
    #: Claims whose answer is remembered for a repetition: hours of a busy desk, 2 MB.
    claims: int = 65_536


class Claimant(msgspec.Struct, frozen=True):
    """An article that asks for its story.

    `when` is its own time where it states one, `arrived` when it came in: seconds since the epoch.
    """

    id: str
    fingerprint: Fingerprint
    body: str
    when: float | None
    arrived: float
    publisher: str | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What an article is: `original`, or its relation to the original of its story, measured on the texts."""

    relation: str
    story: str
    duplicate_of: str | None = None
    jaccard: float | None = None
    containment: float | None = None
    estimated: bool = False


_Readings = dict[str, Reading | StoreError | None]


class _Claim:
    """A claim under way: what was judged so far and, at the end, the verdict."""

    def __init__(
        self, claimant: Claimant, mode: Literal[b"c", b"i", b"l", b"w"], thresholds: Thresholds, spaces: Spaces
    ) -> None:
        mark = claimant.fingerprint
        self.claimant = claimant
        self.packed_id = pack_id(claimant.id)
        self.row = pack_article(
            self.packed_id, mode, mark, claimant.when, claimant.arrived, mark.words < thresholds.short, spaces
        )
        self.different: list[bytes] = []
        self.settled: Decided | None = None
        self.verdict: Verdict | StoreError | None = None

    def packed(self) -> bytes:
        """The row to send: to settle as a copy, or to claim against the candidates that are not judged yet."""
        if self.settled:
            return self.row[:20] + b"s" + self.row[21:] + pack_verdict(self.settled)
        return self.row + b"".join(self.different)


class Index:
    """The near-duplicate index on one Redis.

    `texts` is called once a batch, and only when there are candidates. All workers of an index need the same `limits`
    and `keyed` (secret and shingles): an index made with others is another index, whose memory `tidy` gives back.
    """

    def __init__(
        self,
        redis: Redis,
        texts: Texts,
        limits: Limits | None = None,
        thresholds: Thresholds = DEFAULTS,
        keyed: Keyed = None,
        prefix: str = keys.INDEX,
    ) -> None:
        self._redis = redis
        self._texts = texts
        self._thresholds = thresholds
        self._keyed = keyed
        self._limits = limits = limits or Limits()
        # Room for ten near keys an article; news has eight to nine. Exact keys get a quarter of room to spare, since
        # an article has but one.
        self._spaces = Spaces(
            near=max(1, limits.articles * 10 // NEAR_SLOTS),
            exact=max(1, limits.articles * 5 // 4 // EXACT_SLOTS),
            verdicts=max(1, limits.claims // VERDICT_SLOTS),
        )
        self._root = prefix
        self._prefix = f"{prefix}{MAKE}.{limits.articles}.{limits.claims}.{hashing(keyed).mark}:"
        self._script = redis.register_script(_SCRIPT)

    def claim(self, articles: Sequence[Claimant]) -> list[Verdict]:
        """Verdicts in the order of `articles`, which may be copies of each other. Safe to repeat.

        Raises `StoreError` where a text cannot be had now.
        """
        return [given(verdict) for verdict in self.claim_each(articles)]

    def claim_each(self, articles: Sequence[Claimant]) -> list[Verdict | StoreError]:
        """As `claim`, with the error in the place of a verdict that wants such a text: that article has claimed nothing
        and is to come again.
        """
        return self._run([_Claim(a, b"c", self._thresholds, self._spaces) for a in articles])

    def rebuild(self, originals: Iterable[Claimant], batch: int = 256) -> int:
        """Insert originals as they were published, oldest first, without judging. Gives how many; safe to repeat."""
        done, waiting = 0, []
        for original in originals:
            waiting.append(_Claim(original, b"i", self._thresholds, self._spaces))
            if len(waiting) == batch:
                done += len(self._run(waiting))
                waiting = []
        return done + len(self._run(waiting))

    def withdraw(self, articles: Sequence[Claimant]) -> None:
        """What these inserted is forgotten: they will not be published, and nothing should be called their copy."""
        self._call([_Claim(a, b"w", self._thresholds, self._spaces) for a in articles])

    def look(self, articles: Sequence[Claimant]) -> list[list[Candidate]]:
        """All originals that share a key with each article, likeliest first, and why some are not judged.

        Changes nothing; what it shows is out of date with the next claim.
        """
        claims = [_Claim(a, b"l", self._thresholds, self._spaces) for a in articles]
        return [[c for c in unpack_candidates(reply[1]) if c.shingles] for reply in self._call(claims)]

    def count(self) -> int:
        """Originals that the index remembers: all that came, until its ring is full."""
        return min(int(cast("bytes", self._redis.get(f"{self._prefix}seq")) or 0), self._limits.articles)

    def tidy(self) -> int:
        """Remove indexes made with other limits, secret or layout from this Redis. Gives the keys removed."""
        mine = self._prefix.encode()
        stale = [k for k in self._redis.scan_iter(match=f"{self._root}*", count=1000) if not k.startswith(mine)]
        return int(self._redis.unlink(*stale)) if stale else 0

    def _run(self, claims: list[_Claim]) -> list[Verdict | StoreError]:
        readings: _Readings = {}
        open_claims = claims
        while open_claims:
            named = self._send(open_claims)
            open_claims = [claim for claim, _ in named]
            self._fetch(readings, named, claims)
            for claim, candidates in named:
                self._judge(claim, candidates, readings)
            open_claims = [claim for claim in open_claims if claim.verdict is None]
            self._foresee(open_claims, readings)
        return [c.verdict for c in claims if c.verdict]

    def _send(self, claims: list[_Claim]) -> list[tuple[_Claim, list[Candidate]]]:
        """One round trip: notes verdicts, gives the claims that have candidates to be judged."""
        named = []
        for claim, reply in zip(claims, self._call(claims), strict=True):
            if reply[0] == b"c":
                named.append((claim, unpack_candidates(reply[1])))
            else:
                claim.verdict = _verdict(claim.claimant.id, unpack_verdict(reply[1]) if reply[0] == b"d" else None)
        return named

    def _call(self, claims: list[_Claim]) -> list[list[bytes]]:
        limits = self._limits
        windows = [w // QUARTER for w in (limits.near_window, limits.exact_window, limits.near_window)]
        floor = round(1000 * self._thresholds.same)
        rows = [claim.packed() for claim in claims]
        replies: list[list[bytes]] = self._script(keys=[self._prefix], args=[limits.articles, *windows, floor, *rows])
        return replies

    def _fetch(self, readings: _Readings, named: list[tuple[_Claim, list[Candidate]]], batch: list[_Claim]) -> None:
        """Read the texts that are to be compared, once a batch each: the batch's own, the others from the store."""
        own = {claim.claimant.id: claim.claimant for claim in batch}
        wanted = [claim.claimant.id for claim, _ in named]
        wanted += [candidate.id for _, candidates in named for candidate in candidates]
        missing = [article for article in dict.fromkeys(wanted) if article not in readings]
        stored = [article for article in missing if article not in own]
        texts = dict(zip(stored, self._texts(stored), strict=True)) if stored else {}
        for article in missing:
            text = _text(own[article]) if article in own else texts[article]
            readings[article] = read(text, self._keyed) if isinstance(text, Text) else text

    def _judge(self, claim: _Claim, candidates: list[Candidate], readings: _Readings) -> None:
        """Settle the claim on the likest candidate of the same story, or note that all of them are different.

        One whose text cannot be had now may be the likest: its error is the verdict.
        """
        claim.verdict = next((e for c in candidates if isinstance(e := readings[c.id], StoreError)), None)
        if claim.verdict:
            return
        found: list[tuple[Judgement, Candidate]] = []
        for candidate in candidates:
            judgement = self._compare(claim.claimant, candidate, readings)
            if judgement:
                found.append((judgement, candidate))
            else:
                claim.different.append(pack_id(candidate.id))
        if found:
            best, match = max(found, key=lambda f: (f[0].containment, f[0].jaccard))
            claim.settled = Decided(
                best.relation, match.id, round(1000 * best.jaccard), round(1000 * best.containment), best.estimated
            )

    def _foresee(self, claims: list[_Claim], readings: _Readings) -> None:
        """Judge those that will be inserted against those after them, which will meet them in the next round trip.

        Without it one of a batch's briefs of one form is inserted a round trip, and all others come again.
        """
        buckets: dict[int, list[_Claim]] = defaultdict(list)
        for claim in claims:
            if claim.settled:
                continue
            shared = {id(other): other for key in claim.claimant.fingerprint.keys for other in buckets[key]}
            for other in shared.values():
                if other.packed_id in claim.different:
                    continue
                mine, theirs = _known(readings, claim.claimant.id), _known(readings, other.claimant.id)
                if mine and theirs and not judge(mine, theirs, self._thresholds):
                    claim.different.append(other.packed_id)
            for key in claim.claimant.fingerprint.keys:
                if len(buckets[key]) == HOT:
                    del buckets[key][1]
                buckets[key].append(claim)

    def _compare(self, new: Claimant, old: Candidate, readings: _Readings) -> Judgement | None:
        mine, other = _known(readings, new.id), _known(readings, old.id)
        if mine and other:
            return judge(mine, other, self._thresholds)
        estimated = likeness(old.equal, new.fingerprint.shingles, old.shingles)
        return judge_estimate(estimated, new.fingerprint.shingles, old.shingles, self._thresholds)


def _known(readings: _Readings, article: str) -> Reading | None:
    return one if isinstance(one := readings[article], Reading) else None


def _text(claimant: Claimant) -> Text:
    return Text(claimant.body, claimant.publisher, claimant.when)


def _verdict(article: str, decided: Decided | None) -> Verdict:
    if decided is None:
        return Verdict("original", article)
    return Verdict(
        decided.relation,
        decided.story,
        decided.story,
        decided.jaccard / 1000,
        decided.containment / 1000,
        decided.estimated,
    )
