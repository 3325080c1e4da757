"""How the thresholds do on texts of one's own: which pairs are near the line, and what another line would change.

Pairs are found as the index finds them, by a shared key and a likeness of the sketches; all originals and copies stay
in, so a story of five is ten pairs.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
import numpy as np

from newstext.compare import DEFAULTS, Measures, Reading, Text, Thresholds, asked, measure, read, same_story
from newstext.fingerprint import Fingerprint, estimate, features_batch
from newstext.shingles import Keyed

#: Newest texts compared with under one key: a boilerplate shingle would make each pair of all texts.
CAP: Final = 64
#: Estimated containment from which a pair is measured: two standard errors below the lowest that anyone asks for.
FLOOR: Final = 0.2
#: Width of the histogram's bins.
BIN: Final = 0.05


class Scored(msgspec.Struct, frozen=True):
    """A pair by the places of its texts, earlier first. `margin` is the containment above (below: -) what was asked."""

    earlier: int
    later: int
    measures: Measures
    asked: float
    same: bool

    @property
    def margin(self) -> float:
        return self.measures.containment - self.asked


class Bin(msgspec.Struct, frozen=True):
    """Pairs whose containment lies in [low, low + BIN), and how many of them are judged one story."""

    low: float
    pairs: int
    same: int


class Change(msgspec.Struct, frozen=True):
    """Pairs judged one story with another `same`: `more` that are none now, `fewer` that are one only now."""

    same: float
    pairs: int
    more: int
    fewer: int


def score(
    texts: Sequence[Text], at: Thresholds = DEFAULTS, window: float | None = None, keyed: Keyed = None
) -> list[Scored]:
    """All pairs that may be one story. Pairs whose own times are more than `window` seconds apart are left out."""
    marks = features_batch((text.body for text in texts), keyed)
    readings: dict[int, Reading] = {}

    def reading(i: int) -> Reading:
        if i not in readings:
            readings[i] = read(texts[i], keyed)
        return readings[i]

    scored = []
    for earlier, later in _pairs(marks):
        if _near(texts[earlier], texts[later], window):
            found = measure(reading(later), reading(earlier))
            scored.append(Scored(earlier, later, found, asked(found, at), found.exact or same_story(found, at)))
    return scored


def histogram(scored: Iterable[Scored]) -> list[Bin]:
    """Pairs by containment, lowest bin first, none left out."""
    count = round(1 / BIN)
    pairs, same = np.zeros(count, int), np.zeros(count, int)
    for pair in scored:
        place = min(count - 1, int(pair.measures.containment / BIN + 1e-9))
        pairs[place] += 1
        same[place] += pair.same
    return [Bin(round(i * BIN, 2), int(pairs[i]), int(same[i])) for i in range(count)]


def borderline(scored: Iterable[Scored], most: int = 20) -> list[Scored]:
    """The pairs nearest to the line, on either side: the ones for a person to look at."""
    return sorted((pair for pair in scored if not pair.measures.exact), key=lambda p: abs(p.margin))[:most]


def what_if(scored: Sequence[Scored], lines: Iterable[float], at: Thresholds = DEFAULTS) -> list[Change]:
    """What other values of `same` would change."""
    changes = []
    for line in lines:
        other = msgspec.structs.replace(at, same=line)
        judged = [pair.measures.exact or same_story(pair.measures, other) for pair in scored]
        more = sum(new and not pair.same for new, pair in zip(judged, scored, strict=True))
        fewer = sum(pair.same and not new for new, pair in zip(judged, scored, strict=True))
        changes.append(Change(line, sum(judged), more, fewer))
    return changes


def _pairs(marks: Sequence[Fingerprint]) -> Iterator[tuple[int, int]]:
    """Pairs that share an exact key, or a key and enough of the sketch; the earlier text first."""
    newest: defaultdict[str | int, deque[int]] = defaultdict(lambda: deque(maxlen=CAP))
    for later, mark in enumerate(marks):
        keys: list[str | int] = [mark.exact, *mark.keys]
        found = {i for key in keys for i in newest[key]}
        for earlier in sorted(found):
            if marks[earlier].exact == mark.exact or estimate(marks[earlier], mark).containment >= FLOOR:
                yield earlier, later
        for key in keys:
            newest[key].append(later)


def _near(a: Text, b: Text, window: float | None) -> bool:
    return window is None or a.when is None or b.when is None or abs(a.when - b.when) <= window
