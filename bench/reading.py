#!/usr/bin/env python3
"""What reading page dumps costs: splitting, headlines, writers and dates around articles, the house, the language.

    python bench/reading.py

Over all labelled page dumps, which have real furniture, in the batches in which a busy worker reads them; each once and
in an order of no kind, so that what is remembered of a site's furniture helps as little as it ever will. Prints each
part's microseconds of CPU a page, and pages per CPU-second.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

from wiredesk.settings import one_thread

one_thread()  # as in a worker; before NumPy is imported

from labelled import SHARED, rows  # noqa: E402

from newstext.article import Unit  # noqa: E402
from newstext.extract.beside import complete  # noqa: E402
from newstext.extract.heads import headed  # noqa: E402
from newstext.extract.imprint import housed  # noqa: E402
from newstext.extract.tongue import spoken  # noqa: E402
from newstext.split import split_all  # noqa: E402

#: Pages that a worker reads together under load.
BATCH = 32

#: What the page as a whole tells of its articles, as a worker asks for it after splitting.
PARTS: dict[str, Callable[[Unit], None]] = {
    "headlines": headed,
    "writers and dates": complete,
    "house": housed,
    "language": spoken,
}


def spent(pages: list[str]) -> dict[str, float]:
    """Seconds of CPU by part."""
    found = dict.fromkeys(("splitting", *PARTS), 0.0)
    for start in range(0, len(pages), BATCH):
        began = time.process_time()
        units = split_all(pages[start : start + BATCH])
        found["splitting"] += time.process_time() - began
        for name, part in PARTS.items():
            began = time.process_time()
            for unit in units:
                part(unit)
            found[name] += time.process_time() - began
    return found


def main() -> None:
    pages = [case["text"] for case in rows(SHARED / "data/eval/2-scrollpage-split/dev.jsonl.xz")]
    random.Random(1).shuffle(pages)
    warm, pages = pages[:BATCH], pages[BATCH:]
    spent(warm)  # tables are made once a process
    found = spent(pages)
    for name, seconds in found.items():
        print(f"{name:<18} {seconds / len(pages) * 1e6:6,.0f} us a page")
    lines = statistics.mean(page.count("\n") for page in pages)
    print(f"{len(pages)} pages of {statistics.mean(map(len, pages)) / 1000:.0f} KB and {lines:.0f} lines: ", end="")
    print(f"{len(pages) / sum(found.values()):,.0f} pages per CPU-second")


if __name__ == "__main__":
    main()
