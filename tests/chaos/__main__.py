"""Real workers on a real Redis, killed at random: nothing lost, nothing published twice.

    python -m tests.chaos          the short run that CI does (60 deaths)
    python -m tests.chaos --long   2,000 worker deaths and 50 Redis deaths over 20,000 articles
    python -m tests.chaos --long --share 0.2   a fifth of that

Prints a table of what was done and seen. Exit status 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import sys

from tests.chaos.run import Plan, run

SHORT = Plan(articles=1_000, deaths=60, redis_deaths=3, pace=8.0)
LONG = Plan(articles=20_000, deaths=2_000, redis_deaths=50, pace=20.0)


def main() -> int:
    parser = argparse.ArgumentParser(description="Chaos run of the runner")
    parser.add_argument("--long", action="store_true", help="2,000 worker deaths instead of 60")
    parser.add_argument("--share", type=float, default=1.0, help="of the articles and deaths (default: all)")
    wanted = parser.parse_args()
    report = run((LONG if wanted.long else SHORT).scaled(wanted.share))
    print(report.table())
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
