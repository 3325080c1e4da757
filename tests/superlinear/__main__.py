"""Every regular expression of the code on its worst texts: twice the text may take 2.5 times as long.

    python -m tests.superlinear            single characters and examples (about a minute of CPU)
    python -m tests.superlinear --pairs    pairs of characters as well (ten minutes)
    python -m tests.superlinear --readers  the readers of all formats instead, on the same piece again and again
    python -m tests.superlinear --readers rss   those with this word in their name

Prints each pattern or reader that takes more. Exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import sys

from tests.superlinear import check, patterns, readers


def main() -> int:
    parser = argparse.ArgumentParser(description="Super-linear patterns")
    parser.add_argument("--pairs", action="store_true", help="pairs of characters as well")
    parser.add_argument("--readers", nargs="?", const="", help="the readers of formats with this word in their name")
    wanted = parser.parse_args()
    if wanted.readers is not None:
        return _readers(wanted.readers)
    known = patterns.all_of_them()
    found = 0
    for finding in check.findings(known, pairs=wanted.pairs):
        found += 1
        print(finding, flush=True)
    print(f"{len(known)} patterns, {found} super-linear")
    return 1 if found else 0


def _readers(word: str) -> int:
    slow = 0
    for finding in readers.slow(word):
        slow += 1
        print(finding, flush=True)
    print(f"{slow} readers are slow on some piece")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
