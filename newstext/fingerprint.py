"""A body's fingerprint: an exact key, a few keys to be found by, and a sketch to estimate a likeness from.

* `exact` is a hash of the folded words: equal for texts that differ in case, accents, quotes, dashes, line breaks
  and invisible characters alone.
* `keys` are the lowest hashes of the word 5-shingles of its lead and of the whole. Two versions of a story nearly
  always share one of them (97 % of labelled pairs), which makes an inverted index of eight postings an article.
* `sketch` has one byte for each of 64 equal ranges of hash values: eight bits of the lowest word 3-shingle hash in
  the range (one-permutation MinHash; Li, Owen and Zhang 2012, empty ranges filled as in Shrivastava 2017). The
  share of equal bytes estimates the Jaccard similarity of the 3-shingle sets, standard error at most .063.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from newstext.shingles import U64, Keyed, Salt, Words, hashing, shingles, words

#: Bytes of a sketch.
SKETCH: Final = 64
#: Keys of a body's whole: one for every so many shingles, not fewer and not more than these. With a fixed number
#: a brief inside a digest ten times as long is not found; the cap bounds what one article can cost.
SPACING: Final = 64
KEYS: Final = 6
MOST_KEYS: Final = 24
#: Besides, keys of the lead, and the lead's shingles. Editors cut from the end: of stories cut to a fifth 8 keys of the
#: whole find .80, 6 and 2 of the lead .998, and on the labelled pairs they find as many.
LEAD_KEYS: Final = 2
LEAD: Final = 60
#: Words below which a body has an exact key only: four 5-shingles are no evidence.
SHORTEST: Final = 8
#: Characters that are fingerprinted together, 64 articles and 12 MB: a quarter of the time of one by one. Half of it
#: takes a tenth longer, twice as much gains nothing.
PORTION: Final = 200_000


_TOP: Final = (1 << 64) - 1
_EDGES: Final = np.array([(i << 64) // SKETCH for i in range(SKETCH)], np.uint64)
_PROBES: Final = np.random.default_rng(7).integers(0, SKETCH, (32, SKETCH))


#: First word and end of each text among the words of several.
Spans = Sequence[tuple[int, int]]


class Fingerprint(msgspec.Struct, frozen=True):
    """`exact` in hex; `keys` of 64 bits, the lead's first; `shingles`: distinct word 3-shingles; `words` of it."""

    exact: str
    keys: tuple[int, ...]
    sketch: bytes
    shingles: int
    words: int


class Estimate(msgspec.Struct, frozen=True):
    """Likeness as two sketches show it: Jaccard and containment of the smaller in the larger set, 0..1."""

    jaccard: float
    containment: float


def signature(keyed: Keyed = None) -> str:
    """Names the parameters: fingerprints of another signature are not comparable."""
    key = hashing(keyed)
    return f"w{key.candidate_shingle}:{KEYS}/{SPACING}+{LEAD_KEYS}/{LEAD} w{key.shingle}x{SKETCH}"


def features(body: str, keyed: Keyed = None) -> Fingerprint:
    """Fingerprint one body. `keyed` is the index's secret or constants (see `shingles.salt`)."""
    return features_batch([body], keyed)[0]


def features_batch(bodies: Iterable[str], keyed: Keyed = None) -> list[Fingerprint]:
    """Fingerprint bodies, in order: the same as one by one, at half the time."""
    key = hashing(keyed)
    return [mark for some in _portions(bodies) for mark in _fingerprints(words(some, key), key)]


def _portions(bodies: Iterable[str]) -> Iterator[list[str]]:
    """As many bodies together as fill PORTION characters, and always one at least."""
    portion: list[str] = []
    size = 0
    for body in bodies:
        if portion and size + len(body) > PORTION:
            yield portion
            portion, size = [], 0
        portion.append(body)
        size += len(body)
    if portion:
        yield portion


def _fingerprints(texts: Words, key: Salt) -> list[Fingerprint]:
    spans = list(pairwise(texts.bounds))
    long = [(first, last) for first, last in spans if last - first >= SHORTEST]
    sketches = iter(_sketches(shingles(texts.hashes, key.shingle, key), long, key.shingle))
    key_hashes = shingles(texts.hashes, key.candidate_shingle, key)
    marks = []
    for (first, last), count, exact in zip(spans, texts.counts, texts.exact, strict=True):
        if last - first < SHORTEST:
            marks.append(Fingerprint(exact, (), b"", 0, count))
        else:
            sketch, distinct = next(sketches)
            keys = _keys(key_hashes[first : last - key.candidate_shingle + 1])
            marks.append(Fingerprint(exact, keys, sketch, distinct, count))
    return marks


def estimate(a: Fingerprint, b: Fingerprint) -> Estimate:
    """Likeness of two fingerprints with sketches; zero when either has none."""
    if not a.sketch or not b.sketch:
        return Estimate(0.0, 0.0)
    equal = np.frombuffer(a.sketch, np.uint8) == np.frombuffer(b.sketch, np.uint8)
    return likeness(int(equal.sum()), a.shingles, b.shingles)


def likeness(equal: int, a: int, b: int) -> Estimate:
    """Likeness of two texts of `a` and `b` distinct shingles, `equal` bytes of whose sketches agree."""
    jaccard = max(0.0, (equal / SKETCH - 1 / 256) / (1 - 1 / 256))  # one byte in 256 is equal by chance
    both = jaccard / (1 + jaccard) * (a + b)
    return Estimate(jaccard, min(1.0, both / max(1, min(a, b))))


def _keys(hashes: U64) -> tuple[int, ...]:
    """The lowest hashes of the lead and of the whole, distinct."""
    count = min(MOST_KEYS, max(KEYS, hashes.size // SPACING))
    return tuple(dict.fromkeys(_lowest(hashes[:LEAD], LEAD_KEYS) + _lowest(hashes, count)))


def _lowest(hashes: U64, count: int) -> list[int]:
    """The `count` lowest distinct hashes, in order.

    Of more than LEAD hashes only those under a bound that about 2 * `count` + 8 pass are looked at, of fewer the first
    of the sorted; where repeats leave too few, all are.
    """
    wanted = 2 * count + 8
    if hashes.size <= LEAD:
        lowest = list(dict.fromkeys(np.sort(hashes)[:wanted].tolist()))
    else:
        few = hashes[(hashes < np.uint64(min(_TOP, (wanted << 64) // hashes.size))).nonzero()[0]]
        lowest = sorted(set(few.tolist()))
    if len(lowest) >= count:
        return lowest[:count]
    return sorted(set(hashes.tolist()))[:count]


def _sketches(hashes: U64, spans: Spans, size: int) -> list[tuple[bytes, int]]:
    """Sketch and number of distinct hashes of each text's shingles of `size` words; sorts the hashes in place.

    A byte holds eight bits of the lowest hash in one of SKETCH ranges; an empty range borrows another's.
    """
    firsts = np.empty((len(spans), SKETCH + 1), np.intp)
    for row, (first, last) in zip(firsts, spans, strict=True):
        ordered = hashes[first : last - size + 1]
        ordered.sort()
        row[:-1] = ordered.searchsorted(_EDGES)
        row[:-1] += first
        row[-1] = last - size + 1
    full = firsts[:, :-1] < firsts[:, 1:]
    lowest = firsts[:, :-1]
    for i in np.flatnonzero(~full.all(1)).tolist():
        lowest[i] = _borrow(lowest[i], full[i])
    steps = np.concatenate([[0], np.cumsum(hashes[1:] != hashes[:-1])])
    table = (hashes[lowest] >> np.uint64(24)).astype(np.uint8)
    return [
        (row.tobytes(), int(steps[last - size] - steps[first]) + 1)
        for row, (first, last) in zip(table, spans, strict=True)
    ]


def _borrow(first: NDArray[np.intp], full: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Fill empty ranges from full ones, each along its own fixed random sequence, so that equal sets borrow equally."""
    empty = np.flatnonzero(~full)
    tries = _PROBES[:, empty]
    hit = full[tries]
    lender = tries[hit.argmax(0), np.arange(empty.size)]
    lender[~hit.any(0)] = np.flatnonzero(full)[0]
    filled = first.copy()
    filled[empty] = first[lender]
    return filled
