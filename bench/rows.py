"""A long JSON Lines file goes through in parts: the most memory that any worker holds does not grow with the file.

    python bench/rows.py [--rows 25000]

Runs `wiredesk run` on a file of a tenth of the rows and on the whole, and prints the articles published, seconds, and
the largest resident set of any process of the run, with the ratio of the two.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pages import NAMES, PLACES, WORDS

BIN = Path(sys.executable).parent


def write(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as lines:
        for number in range(rows):
            rng = random.Random(number)
            text = " ".join(rng.choices(WORDS, k=150)).capitalize() + f", said {rng.choice(NAMES)} {number}."
            row = {
                "id": str(number),
                "title": f"{rng.choice(PLACES)} {number}",
                "text": text,
                "published": "2026-03-01",
            }
            lines.write(json.dumps(row) + "\n")


def resident(root: int) -> int:
    """The largest resident set (bytes) among the Python processes of a run: the command and its workers."""
    most = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue  # ended while we looked
        own = root in (int(fields["Pid"]), int(fields["PPid"]))
        if own and fields["Name"].startswith(("wiredesk", "python")):
            most = max(most, int(fields.get("VmRSS", "0 kB").split()[0]) * 1024)
    return most


def run(rows: int) -> tuple[int, float, int]:
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "rows.jsonl"), Path(folder, "out.jsonl")
        write(source, rows)
        began, most = time.monotonic(), 0
        process = subprocess.Popen([BIN / "wiredesk", "run", source, "--out", out], stderr=subprocess.DEVNULL)
        while process.poll() is None:
            most = max(most, resident(process.pid))
            time.sleep(0.1)
        return sum(1 for _ in out.open("rb")), time.monotonic() - began, most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=25_000)
    args = parser.parse_args()
    tops = []
    for rows in (args.rows // 10, args.rows):
        articles, seconds, most = run(rows)
        tops.append(most)
        print(f"{rows:,} rows: {articles:,} articles in {seconds:.0f} s, largest process {most / 1e6:.0f} MB")
    print(f"memory ratio {tops[1] / tops[0]:.2f}")


if __name__ == "__main__":
    main()
