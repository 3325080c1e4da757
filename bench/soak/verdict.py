"""Whether a soak was steady: the second half of what was sampled after the warm-up against its first half."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

#: Of the samples, the first that are warm-up: caches, the index's tables, records on the way to their time's end.
WARM = 0.34
#: What may be noise. An allocator gives back in steps: a twentieth, or some MB of a small process.
MEMORY, MEGABYTES = 0.05, 4.0
#: A connection that is being made anew.
DESCRIPTORS = 2
#: Other work on the machine makes latency tremble; a queue that grows makes it climb without end.
LATENCY, MILLISECONDS = 0.5, 50.0


def verdict(samples: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A sentence for each thing that grew. Nothing: the desk was steady."""
    warm = samples[round(WARM * len(samples)) :]
    before, after = warm[: len(warm) // 2], warm[len(warm) // 2 :]
    for name in after[-1]["memory"] if after else ():
        old, new = (_middle(half, "memory", name) for half in (before, after))
        if new > old * (1 + MEMORY) and new > old + MEGABYTES:
            yield f"memory of {name}: {old:.1f} MB, then {new:.1f}"
        most, now = (max(line["descriptors"].get(name, 0) for line in half) for half in (before, after))
        if now > most + DESCRIPTORS:
            yield f"descriptors of {name}: {most}, then {now}"
    for name, unit, share, least in (("redis", "MB", MEMORY, MEGABYTES), ("median", "ms", LATENCY, MILLISECONDS)):
        old, new = (_middle(half, name) for half in (before, after))
        if new > old * (1 + share) and new > old + least:
            yield f"{name}: {old:.1f} {unit}, then {new:.1f}"


def summary(samples: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The two halves side by side, a line for each thing."""
    warm = samples[round(WARM * len(samples)) :]
    halves = warm[: len(warm) // 2], warm[len(warm) // 2 :]
    rows = [(f"memory of {name}, MB", "memory", name) for name in samples[-1]["memory"]]
    rows += [("memory in Redis, MB", "redis", ""), ("acceptance to outcome, median ms", "median", "")]
    rows += [("acceptance to outcome, p99 ms", "p99", "")]
    for title, *place in rows:
        old, new = (_middle(half, *place) for half in halves)
        yield f"  {title:<36}{old:>10,.1f}{new:>10,.1f}"
    opened = [max(sum(line["descriptors"].values()) for line in half) for half in halves if half]
    yield f"  {'descriptors, all processes':<36}{opened[0]:>10,}{opened[-1]:>10,}"


def _middle(half: Sequence[dict[str, Any]], name: str, process: str = "") -> float:
    values = [line[name].get(process) if process else line[name] for line in half]
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else 0.0
