"""An archive as one batch job: the stages' own functions in many processes, published as Parquet.

    read      files -> takes with their index keys; one Parquet file for each chunk of files     (tasks)
    groups    a shuffle on the keys: which articles could ever meet in the index                 (a shuffle)
    judge     each group, in the order of the files, through the index itself; then described    (tasks)

Articles that share no key never see each other in the index, so groups are judged apart and the verdicts are those of
the stream on the same files in the same order: the same code gives them, on a private Redis for each task. What the
stream forgets, because its index is full, a backfill still remembers.

Each file that a step writes has its name once it is whole, and one that is there is not made again: a backfill that
was stopped goes on where it was.
"""

from __future__ import annotations

from workers.backfill.plan import Plan
from workers.backfill.run import Progress, run
from workers.backfill.seed import seed

__all__ = ["Plan", "Progress", "run", "seed"]
