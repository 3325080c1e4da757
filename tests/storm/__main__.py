"""The whole desk in a storm: every producer, stage, sink and reader dies at random, Redis is killed and loses power.

    python -m tests.storm                                  five minutes, Redis syncs every second
    python -m tests.storm --fsync always --power-losses 30
    python -m tests.storm --minutes 60 --redis-kills 200 --power-losses 100 --add storm.jsonl
                                                           the long one; its counts are added to a file
    python -m tests.storm --told storm.jsonl               the sum of all that was added

Prints what was done and seen. Exit status 1 when anything was lost, came twice, or ended as it should not.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from pathlib import Path

from tests.storm.run import Plan, Report, storm
from tests.storm.tally import summed


def main() -> int:
    parser = argparse.ArgumentParser(description="The whole desk in a storm")
    parser.add_argument("--minutes", type=float, default=5.0, help="of storm; the calm after it takes its own")
    parser.add_argument("--fsync", choices=["always", "everysec"], default="everysec")
    parser.add_argument("--pace", type=float, default=3.0, help="harms a second")
    parser.add_argument("--redis-kills", type=int, default=10)
    parser.add_argument("--power-losses", type=int, default=10)
    parser.add_argument("--files", type=int, default=1_000_000, help="at most so many (default: what the time allows)")
    parser.add_argument("--add", type=Path, metavar="FILE", help="add the counts to this file")
    parser.add_argument("--told", type=Path, metavar="FILE", help="run nothing, print the sum")
    wanted = parser.parse_args()
    if wanted.told:
        print(_table(_sum(wanted.told)))
        return 0
    seed = random.randrange(100)
    plan = Plan(wanted.minutes, wanted.fsync, wanted.pace, wanted.redis_kills, wanted.power_losses, wanted.files, seed)
    report = storm(plan)
    _show(report)
    if wanted.add:
        with wanted.add.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"fsync": plan.fsync, **report.done, "wrong": len(report.wrong)}) + "\n")
    return 1 if report.wrong else 0


def _show(report: Report) -> None:
    print(_table(report.done))
    for sentence, count in summed(report.wrong).most_common(20):
        print(f"  WRONG {count} x {sentence}")
    if report.wrong:
        print("\n".join(report.wrong[:20]), report.said[-6_000:], sep="\n", file=sys.stderr)


def _sum(path: Path) -> dict[str, int]:
    total: Counter[str] = Counter()
    for line in path.read_text("utf-8").splitlines():
        total.update({name: n for name, n in json.loads(line).items() if isinstance(n, int)})
    return dict(total)


def _table(counts: dict[str, int]) -> str:
    return "\n".join(f"  {name:<32}{value:>14,}" for name, value in counts.items())


if __name__ == "__main__":
    sys.exit(main())
