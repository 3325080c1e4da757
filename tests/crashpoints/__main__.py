"""Every round trip of every stage and of the runner, killed before, killed after, reply lost, SIGTERM.

    python -m tests.crashpoints              all points, some minutes
    python -m tests.crashpoints --sample 80  so many of them, evenly spread
    python -m tests.crashpoints --part 2/8   every eighth, from the second on: eight such runs try them all

Prints the number of points and what each failed one lost or doubled. Exit status 1 when any did.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from tests.crashpoints.faults import Fault
from tests.crashpoints.points import Point, Try
from tests.crashpoints.scenarios import SCENARIOS
from wiredesk import log, server


def all_points(trial: Try) -> Iterator[Point]:
    for scenario in SCENARIOS:
        for stage in scenario.stages:
            for trip in range(1, trial.trips(scenario, stage.name) + 1):
                for fault in Fault:
                    yield Point(scenario, stage.name, trip, fault)


def _portion(points: Sequence[Point], sample: int, part: str) -> Sequence[Point]:
    if part:
        first, every = map(int, part.split("/"))
        return points[first - 1 :: every]
    return points[:: max(1, len(points) // sample)] if sample else points


def main() -> int:
    parser = argparse.ArgumentParser(description="Crash points of the runner")
    parser.add_argument("--sample", type=int, default=0, help="try so many points, evenly spread (default: all)")
    parser.add_argument("--part", default="", metavar="N/M", help="try every M-th point from the N-th on")
    wanted = parser.parse_args()
    log.configure("json", "critical")
    began, failed = time.monotonic(), 0
    with server.private() as url:
        trial = Try(url)
        points = list(all_points(trial))
        tried = _portion(points, wanted.sample, wanted.part)
        for point in tried:
            wrong = trial.run(point)
            failed += bool(wrong)
            for sentence in wrong:
                print(f"{point}: {sentence}", flush=True)
    print(
        f"{len(tried)} of {len(points)} points in {time.monotonic() - began:.0f} s: {failed} lost or doubled anything"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
