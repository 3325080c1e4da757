"""Coverage-guided fuzzing of every parser, the splitter and the patterns of names, dates and places.

    uv sync --group fuzz
    python -m tests.fuzz --minutes 60              all targets, in turn, an hour altogether
    python -m tests.fuzz --minutes 5 dates names   these two
    python -m tests.fuzz --cpu-hours 4             in turns until four hours of processor time are spent
    python -m tests.fuzz --told                    what was spent so far, target by target

    python -m tests.fuzz --told --mended dates     its finding was mended: its time begins anew

Interesting inputs and what each turn spent stay in ./fuzz-findings (`--keep`), so that stopped and started again it
goes on where it was; a finding's input stays there as well. Exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.ledger import Ledger
from tests.fuzz.targets import TARGETS
from tests.fuzz.turn import turn

#: Seconds of one target's turn: its start and the reading of its old inputs are a small part of that.
TURN = 300.0


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzzing")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], help="default: all of them")
    parser.add_argument("--minutes", type=float, default=5.0, help="altogether, by the clock")
    parser.add_argument("--cpu-hours", type=float, help="until so much was spent, former runs included")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"), metavar="FOLDER")
    parser.add_argument("--told", action="store_true", help="run nothing")
    parser.add_argument("--mended", action="store_true", help="forget what the targets named have spent and found")
    wanted = parser.parse_args()
    wanted.keep.mkdir(exist_ok=True, parents=True)
    ledger = Ledger(wanted.keep / "spent.jsonl")
    names = wanted.targets or list(TARGETS)
    if wanted.mended:
        ledger.forget(wanted.targets)
    if not wanted.told:
        _spend(ledger, names, wanted)
    print(ledger.table(names))
    return 1 if any(ledger.found(name) for name in names) else 0


def _spend(ledger: Ledger, names: list[str], wanted: argparse.Namespace) -> None:
    """Turns of the target that has had least, until time or processor time is up; a target with a finding rests."""
    until = time.monotonic() + 60 * wanted.minutes
    share = 60 * wanted.minutes / len(names)
    while left := [name for name in names if not ledger.found(name)]:
        by_clock = wanted.cpu_hours is None
        if time.monotonic() >= until if by_clock else ledger.hours(names) >= wanted.cpu_hours:
            return
        name = min(left, key=ledger.seconds)
        spent = turn(name, min(TURN, share) if by_clock else TURN, wanted.keep)
        ledger.add(spent)
        print(f"{name:<14}{spent.inputs:>12,} inputs  {spent.wrong or 'nothing found'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
