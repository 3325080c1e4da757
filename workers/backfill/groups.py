"""Which articles could ever meet in the index: those that share a key, or share one with one that does, and so on.

A shuffle brings the articles of each key together; it gives an edge from the first of them to each other. The edges are
joined in one process's arrays: a few in a hundred articles have any where news is not copied, half of them where it
is. The groups are scattered over parts, and a part is judged as a whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

#: Articles judged by one task: some seconds of work and a few hundred MB.
PART = 20_000
#: Keys that one task of the shuffle sorts: 64 MB.
SORTED = 4_000_000
#: Of an article at most, on the average (newstext.fingerprint).
KEYS = 10

Orders = NDArray[np.int64]


class Parts:
    """Which part each article is judged in: `linked` (ascending) go with their group's `first`, all others alone."""

    def __init__(self, linked: Orders, first: Orders, count: int) -> None:
        self.linked, self.first, self.count = linked, first, count

    def of(self, orders: Orders) -> Orders:
        leader = orders
        if self.linked.size:
            at = np.minimum(np.searchsorted(self.linked, orders), self.linked.size - 1)
            leader = np.where(self.linked[at] == orders, self.first[at], orders)
        return _scattered(leader, self.count)


def count(articles: int) -> int:
    """Parts of an archive of so many articles."""
    return -(-articles // PART)


def buckets(articles: int) -> int:
    """Tasks that sort the keys of so many articles."""
    return 1 + articles * KEYS // SORTED


def pairs(takes: pa.Table, buckets: int) -> pa.Table:
    """From `order` and `keys` a row for each key of each article; equal keys are of one bucket."""
    keys = takes["keys"].combine_chunks()
    flat = pc.list_flatten(keys).to_numpy(zero_copy_only=False)
    orders = takes["order"].take(pc.list_parent_indices(keys))
    return pa.table({"key": flat, "order": orders, "bucket": _scattered(flat, buckets)})


def edges(bucket: dict[str, NDArray[Any]]) -> dict[str, Orders]:
    """From the first article of each `key` to each other `order` that has it."""
    placed = np.lexsort((bucket["order"], bucket["key"]))
    key, order = bucket["key"][placed], bucket["order"][placed]
    opens = np.append(True, key[1:] != key[:-1])[: key.size]
    first = order[np.flatnonzero(opens)[np.cumsum(opens) - 1]]
    linked = first != order
    return {"first": first[linked], "other": order[linked]}


def joined(edges: Orders, articles: int) -> Parts:
    """The parts of an archive of so many `articles`; `edges` (2, n) name articles by their order.

    Each article's label is the least that it is known to be linked with. Labels are handed over edges and paths halved
    until nothing changes (Shiloach and Vishkin 1982): some ten rounds.
    """
    linked, ends = np.unique(edges, return_inverse=True)
    one, two = ends.reshape(edges.shape)
    label = np.arange(linked.size)
    while True:
        before = label
        least = np.minimum(before[one], before[two])
        label = before.copy()
        for place in (one, two, before[one], before[two]):
            np.minimum.at(label, place, least)
        label = label[label]
        if np.array_equal(label, before):
            return Parts(linked, linked[label], count(articles))


def _scattered(numbers: Orders, count: int) -> Orders:
    """0 .. count - 1 for each number, the same for the same: neighbours may be long or heavy alike."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)
    return (mixed * np.uint64(count) >> np.uint64(32)).astype(np.int64)
