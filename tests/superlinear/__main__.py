"""Every regular expression of the code on its worst texts: twice the text may take 2.5 times as long.

    python -m tests.superlinear            single characters and examples (about a minute of CPU)
    python -m tests.superlinear --pairs    pairs of characters as well (ten minutes)

Prints each pattern that takes more. Exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys

from tests.superlinear import check, patterns


def main() -> int:
    parser = argparse.ArgumentParser(description="Super-linear patterns")
    parser.add_argument("--pairs", action="store_true", help="pairs of characters as well")
    wanted = parser.parse_args()
    known = patterns.all_of_them()
    found = 0
    for finding in check.findings(known, pairs=wanted.pairs):
        found += 1
        print(finding, flush=True)
    print(f"{len(known)} patterns, {found} super-linear")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
