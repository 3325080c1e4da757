"""How long to go on: growing pauses with jitter, so that many clients of a Redis that is back do not return at once."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

#: The first pause: a restarting Redis is back within a second or so.
FIRST = 0.05
#: The longest: "Redis is back" to "files move" stays within 5 s.
LONGEST = 2.0
#: Between two attempts while the desk is above its high-water mark: a worker takes some hundred files in that time.
BUSY = 0.25


def pauses(seconds: float | None) -> Iterator[float]:
    """Pauses that add up to about `seconds`; without an end for None."""
    until = None if seconds is None else time.monotonic() + seconds
    pause = FIRST
    while until is None or time.monotonic() < until:
        yield pause * random.uniform(0.5, 1.0)
        pause = min(pause * 2, LONGEST)
