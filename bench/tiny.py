"""Very many very small files: `wiredesk run` over a folder of them, each with its outcome.

    python bench/tiny.py [--files 100000] [--workers 2]

One line each: a brief, an empty file, a row, a scrap of markup. Prints how many had an outcome, files a second, and the
largest process. Exit status 1 when one had none.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from wiredesk import keys
from wiredesk.connection import client
from wiredesk.server import private

WIREDESK = Path(sys.executable).with_name("wiredesk")
#: Files of a folder: no file system likes all of them in one.
FOLDER = 1_000
KINDS = {
    "txt": "The harbour board met for the {n}th time on Tuesday and voted to dredge the channel.",
    "text": "",
    "jsonl": '{{"headline": "Vote {n}", "body": "The harbour board voted on Tuesday to dredge channel {n} in May."}}',
    "html": "<html><title>Vote {n}</title><p>The board voted on Tuesday to dredge channel {n} in May.</p></html>",
}


def make(folder: Path, files: int) -> None:
    for n in range(files):
        kind, line = list(KINDS.items())[n % len(KINDS)]
        path = folder / str(n // FOLDER) / f"{n}.{kind}"
        if n % FOLDER == 0:
            path.parent.mkdir()
        path.write_text(line.format(n=n), "utf-8")


def outcomes(url: str) -> Mapping[str, int]:
    """Files by outcome, as the desk has counted them."""
    with client(url) as redis:
        counted = redis.hgetall(keys.COUNTS)
    return {name[6:].decode(): int(count) for name, count in counted.items() if name.startswith(b"files:")}


def main() -> int:
    parser = argparse.ArgumentParser(description="Very many very small files")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tiny-") as name, private() as url:
        make(Path(name), wanted.files)
        began = time.monotonic()
        subprocess.run(
            [WIREDESK, "run", name, "--workers", str(wanted.workers)],
            env=os.environ | {"WIREDESK_REDIS_URL": url, "WIREDESK_LOG_LEVEL": "error"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        seconds, found = time.monotonic() - began, outcomes(url)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    said = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(found.items()))
    print(f"{sum(found.values()):,} of {wanted.files:,} files have an outcome: {said}")
    print(f"{wanted.files / seconds:.0f} files/s, largest process {largest:.0f} MB")
    return 0 if sum(found.values()) == wanted.files else 1


if __name__ == "__main__":
    sys.exit(main())
