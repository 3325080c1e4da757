"""How many jobs to claim at once: one alone goes through at once, a backlog goes in batches of a fraction of a second.

The claim takes what waits, never waits to fill. This sets the most it may take: as many as fill `TARGET` seconds of
processor time by what the last batches took, so that a batch of slow pages does not hold what other workers could run.
And what it need not share with the queue's other workers: a stage behind that halves its batches hands halves on, and
the last one would be left with twos.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds a full batch should take: two round trips (0.3 ms) vanish in it, and a stop or a steal waits
#: hardly longer: two seconds where a machine is as busy as `WAITED` allows for.
TARGET = 0.25
#: Of the clock's time so much less counts. On a busy machine it is others' work: counted in full it made batches of
#: two, whose own cost made the machine busier still (five scripts an article where one does). Not nothing, since a
#: stage may wait for a store.
WAITED = 8
#: Seconds of work that are not worth sharing: other workers would not have it done sooner than any one notices.
ALONE = 0.05
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

    @property
    def least(self) -> int:
        """Jobs that one worker takes even where others wait for work."""
        return max(1, min(self.limit, int(ALONE / self.seconds_each))) if self.seconds_each else 1

    def learn(self, jobs: int, worked: float, seconds: float) -> None:
        """`worked`: of the batch's `seconds` those of the processor."""
        each = max(worked, seconds / WAITED) / max(jobs, 1)
        mean = each if self.seconds_each is None else (1 - WEIGHT) * self.seconds_each + WEIGHT * each
        self.seconds_each = mean
        fitting = int(TARGET / mean) if mean > 0 else self.most
        self.limit = max(1, min(fitting, self.limit * GROWTH, self.most))
