"""How many jobs to claim at once: one alone goes through at once, a backlog goes in batches of a fraction of a second.

The claim takes what waits, never waits to fill. This sets the most it may take: as many as fill `TARGET` seconds by
what the last batches took, so that a batch of slow pages does not hold what other workers could run.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds a full batch should take: two round trips (0.3 ms) vanish in it, and a stop or a steal never waits longer.
TARGET = 0.25
#: A batch is at most this much larger than the last: one lucky batch of empty pages says little.
GROWTH = 4
#: Weight of the newest batch in the mean: the last five or so count.
WEIGHT = 0.3


@dataclass
class Pace:
    most: int
    seconds_each: float | None = None
    limit: int = 8

    def __post_init__(self) -> None:
        self.limit = min(self.limit, self.most)

    def learn(self, jobs: int, seconds: float) -> None:
        each = seconds / max(jobs, 1)
        mean = each if self.seconds_each is None else (1 - WEIGHT) * self.seconds_each + WEIGHT * each
        self.seconds_each = mean
        fitting = int(TARGET / mean) if mean > 0 else self.most
        self.limit = max(1, min(fitting, self.limit * GROWTH, self.most))
