"""How time grows with the input: CPU time, the least of several runs, asked again before anything is said."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Twice the input may take so much longer; what is linear takes twice, what is quadratic four times.
RATIO = 2.5
#: CPU seconds after which a run is given up: it has shown what it is.
GIVEN_UP = 1.0
#: Runs of which the least counts, and how often a bad ratio is measured anew.
RUNS, TRIES = 3, 4
#: A run shorter than this (seconds) says nothing of its growth.
SHORTEST = 1e-4


class TooSlow(Exception):  # noqa: N818  (an outcome)
    """A run took more than `GIVEN_UP`."""


@contextmanager
def limited(seconds: float = GIVEN_UP) -> Iterator[None]:
    """Raise `TooSlow` in this thread after so many CPU seconds; `re` looks for signals while it matches."""

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def once(run: Callable[[], object], most: float = GIVEN_UP) -> float:
    """CPU seconds of one run; infinite when it was given up after `most`."""
    began = time.process_time()
    try:
        with limited(most):
            run()
    except TooSlow:
        return float("inf")
    return time.process_time() - began


def growth(make: Callable[[int], Callable[[], object]], size: int, most: float = GIVEN_UP) -> float:
    """How much longer twice the size takes. `make` gives what is to be run for a size; the least of `TRIES` counts."""
    least = once(make(size), most)
    if least == float("inf"):
        return least
    least = float("inf")
    for _ in range(TRIES):
        single, double = (min(once(make(n), most) for _ in range(RUNS)) for n in (size, 2 * size))
        least = min(least, double / max(single, SHORTEST) if single < float("inf") else single)
        if least < RATIO:
            break
    return least
