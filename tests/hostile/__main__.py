"""Hostile files through a real desk: each ends as published or rejected with a sentence, and no worker dies of it.

    python -m tests.hostile                  every kind in every format (20,000 files; about half an hour)
    python -m tests.hostile --share 0.05     every twentieth of them
    python -m tests.hostile --part 2/6       the second of six parts of the whole
    python -m tests.hostile --only bomb      the kinds with this word in their name
    python -m tests.hostile --short          some of all, and one file of each sort that is built to hurt
    python -m tests.hostile --giants         the files of gigabytes as well
    python -m tests.hostile --table          the files of docs/formats.md alone, a row each

Prints a table, and what went wrong. Exit status 1 when anything did.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from tests.hostile import cases, promised, trial
from tests.hostile.structures import giants
from tests.hostile.trial import Seen


def main() -> int:
    parser = argparse.ArgumentParser(description="Hostile files through a real desk")
    parser.add_argument("--share", type=float, default=1.0, help="of kinds x formats (default: all)")
    parser.add_argument("--part", type=_part, default=(1, 1), help="one of equal parts of them, such as 2/6")
    parser.add_argument("--only", default="", help="kinds with this word in their name, or a format's name")
    parser.add_argument("--short", action="store_true", help="some of all: what each change is tried on")
    parser.add_argument(
        "--giants", action="store_true", help="the files of gigabytes as well (takes minutes and 2 GB of disk)"
    )
    parser.add_argument("--table", action="store_true", help="the files of docs/formats.md, a row each")
    wanted = parser.parse_args()
    print(f"kinds: {cases.kinds()}, formats: {cases.formats()}", flush=True)
    print(promised.HEAD if wanted.table else "", flush=True)
    seen = []
    with trial.desk() as desk:
        for one in _each(desk, wanted):
            seen.append(one)
            if wanted.table:
                print(promised.row(one), flush=True)
            for complaint in one.wrong:
                print(f"WRONG {one.kind} / {one.carrier}: {complaint}", flush=True)
    print(table(seen))
    return 1 if any(one.wrong for one in seen) else 0


def _each(desk: trial.Trial, wanted: argparse.Namespace) -> Iterator[Seen]:
    part, parts = wanted.part
    for case in islice(_small(wanted), part - 1, None, parts):
        yield desk.try_bytes(case.kind, case.carrier, *case.make())
    if (wanted.giants or wanted.table) and part == parts:
        yield from _giants(desk, wanted)


def _small(wanted: argparse.Namespace) -> Iterator[cases.Case]:
    if wanted.table:
        return (case for case in promised.promised() if wanted.only in case.kind)
    return cases.short() if wanted.short else cases.sample(cases.matching(wanted.only), wanted.share)


def _giants(desk: trial.Trial, wanted: argparse.Namespace) -> Iterator[Seen]:
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        for kind, make in giants(Path(folder)):
            if wanted.only in kind and (not wanted.table or kind in promised.GIANT):
                path = make()
                yield desk.try_path(kind, path)
                path.unlink()


def _part(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    return int(part), int(parts)


def table(seen: Iterable[Seen]) -> str:
    """What was tried and what came of it."""
    every = list(seen)
    outcomes = Counter(one.outcome for one in every)
    walls, cpus = sorted(one.wall for one in every), sorted(one.cpu for one in every)
    if not every:
        return "nothing was tried"
    slow = sorted(every, key=lambda one: -one.cpu)[:5]
    rows = [
        f"files tried                     {len(every):>10,}",
        *(f"  {name:<30}{count:>10,}" for name, count in outcomes.most_common()),
        f"seconds, median / 99th / most   {_of(walls, 0.5):.3f} / {_of(walls, 0.99):.3f} / {walls[-1]:.2f}",
        f"CPU s, median / 99th / most     {_of(cpus, 0.5):.3f} / {_of(cpus, 0.99):.3f} / {cpus[-1]:.2f}",
        f"largest worker                  {max(one.memory for one in every) >> 20:>6,} MiB",
        f"files with something wrong      {sum(bool(one.wrong) for one in every):>10,}",
        *(f"  slow: {one.cpu:.2f} s of CPU  {one.kind} / {one.carrier}" for one in slow),
    ]
    return "\n".join(rows)


def _of(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


if __name__ == "__main__":
    sys.exit(main())
