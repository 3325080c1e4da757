"""What an article of an archive costs: `wiredesk backfill` on pages of text, or on the labelled web pages.

    python bench/archive.py [--pages 2500] [--processes 2] [--web]

Prints articles a second and the microseconds of CPU that an article took, processes' start, private Redis and Parquet
included. Wants a machine to itself.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from labelled import SHARED, rows
from pages import pages
from scale import WIREDESK


def web(count: int) -> list[tuple[str, str]]:
    found = [row["html"] for row in rows(SHARED / "data/eval/3-html-meta/dev.jsonl.xz") if row.get("html")]
    return [(f"page-{n:06}.html", text) for n, text in enumerate(found[:count])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--web", action="store_true", help="whole web pages")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "in")
        archive.mkdir()
        for name, text in web(args.pages) if args.web else pages(args.pages):
            (archive / name).write_text(text, "utf-8")
        words = ["backfill", archive, "--to", Path(folder, "out"), "--processes", str(args.processes), "--json"]
        began = time.monotonic()
        done = subprocess.run([WIREDESK, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        seconds, spent = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    summary = json.loads(done.stdout)
    articles, cpu = summary["articles"], spent.ru_utime + spent.ru_stime
    print(f"{articles} articles of {summary['files']} files in {seconds:.1f} s: {articles / seconds:.0f} a second")
    print(f"an article: {1e6 * cpu / articles:.0f} us of CPU; largest process {spent.ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
