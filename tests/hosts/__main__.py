"""The long run, by command: what was cut, what was lost, what came twice, how long recovery took."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from running import page

from tests.hosts.lan import lan, means, missing
from tests.hosts.trial import run


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--hosts", type=int, default=3)
    asked.add_argument("--cuts", type=int, default=20)
    asked.add_argument("--pages", type=int, default=60, help="pages between two cuts")
    asked.add_argument("--delay", type=int, default=20, help="ms, each way")
    asked.add_argument("--loss", type=float, default=1.0, help="percent of packets, each way")
    asked.add_argument("--lease", type=int, default=4)
    words = asked.parse_args()
    if why := missing():
        sys.exit(why)
    pages = [page(f"subject {n}") for n in range(words.pages * words.cuts)]
    with tempfile.TemporaryDirectory() as folder, lan(words.hosts, Path(folder), means()) as made:
        seen = run(made, pages, cuts=words.cuts, delay=words.delay, loss=words.loss, lease=words.lease)
    slowest, middle = max(seen.recoveries), statistics.median(seen.recoveries)
    print(f"{words.cuts} cuts, {seen.accepted} files: {seen.lost} lost, {seen.doubled} twice, {seen.left_open} open")
    print(f"recovery after the lease's end: median {middle:.2f} s, slowest {slowest:.2f} s (lease {words.lease} s)")
    print(f"delay and loss by {means()}")
    return int(bool(seen.lost or seen.doubled or seen.left_open))


if __name__ == "__main__":
    sys.exit(main())
