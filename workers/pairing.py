"""Which article of a file as it is read now is which article as it was published.

The same text first, then the most alike, then the same place: a new rule may move numbers, cut a line of furniture off
a text or find a headline, and the article is still the same one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newstext.article import Article
from newstext.shingles import U64, salt, shingles, words
from wiredesk.records import Record

#: From this share of the smaller text's 3-shingles on, two texts of one file are the same article. Different articles
#: of a page share at most some lines of furniture.
ALIKE = 0.5
_SHINGLE = 3


def pair(before: Sequence[Record], after: Sequence[Article]) -> dict[int, int]:
    """Index in `before` -> index in `after`: the same text first, then the most alike, then the same place."""
    pairs: dict[int, int] = {}
    bodies: dict[str, list[int]] = {}
    for n, article in enumerate(after):
        bodies.setdefault(article.body, []).append(n)
    for n, record in enumerate(before):
        if same := bodies.get(record.body):
            pairs[n] = same.pop(0)
    _pair_alike(before, after, pairs)
    free = {_place(after[n]): n for n in range(len(after)) if n not in set(pairs.values())}
    for n, record in enumerate(before):
        if n not in pairs and (record.position, *record.span) in free:
            pairs[n] = free.pop((record.position, *record.span))
    return pairs


def _place(article: Article) -> tuple[int, int, int]:
    return (article.position, *article.span)


def _pair_alike(before: Sequence[Record], after: Sequence[Article], pairs: dict[int, int]) -> None:
    old = [n for n in range(len(before)) if n not in pairs]
    new = [n for n in range(len(after)) if n not in set(pairs.values())]
    if not old or not new:
        return
    was = dict(zip(old, _shingles([before[n].body for n in old]), strict=True))
    now = dict(zip(new, _shingles([after[n].body for n in new]), strict=True))
    scores = sorted(((_containment(was[a], now[b]), a, b) for a in old for b in new), reverse=True)
    gone: set[int] = set()
    for score, a, b in scores:
        if score >= ALIKE and a not in pairs and b not in gone:
            pairs[a] = b
            gone.add(b)


def _shingles(bodies: Sequence[str]) -> list[U64]:
    key = salt(None)
    found = words(bodies, key)
    return [
        np.unique(shingles(found.hashes[start:end], _SHINGLE, key))
        for start, end in zip(found.bounds, found.bounds[1:], strict=False)
    ]


def _containment(a: U64, b: U64) -> float:
    smaller = min(a.size, b.size)
    return float(np.intersect1d(a, b, assume_unique=True).size / smaller) if smaller else 0.0
