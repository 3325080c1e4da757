#!/usr/bin/env python3
"""Score and time the splitter in this process.

usage: split.py [score [--by FIELD] | speed | big]
score: the scorer of ../shared/acceptance on the dev sets (default)   speed: two-article pages of 6-11 KB
big: one page of 10 MB and 100,000 lines, with the peak of memory
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from wiredesk.settings import one_thread

one_thread()  # as in a worker; before NumPy is imported

SHARED = Path(os.environ.get("WIREDESK_SHARED", Path(__file__).parents[2] / "shared"))
SETS = ("1-reuters21578-split", "2-scrollpage-split")

sys.path.insert(0, str(SHARED / "acceptance"))

import score_split  # noqa: E402  (the scorers stand beside the checkout)
from textscore import f1, rows  # noqa: E402

from newstext.split import split, split_all  # noqa: E402


def articles(text: str) -> list[dict[str, Any]]:
    """What the scorer reads of an article: headline and body."""
    return [{"headline": draft.headline, "body": draft.body} for draft in split(text).drafts]


def scored(name: str, step: int = 1) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every `step`-th case of a dev set with its score."""
    cases = list(rows(SHARED / "data/eval" / name / "dev.jsonl.xz"))[::step]
    return [(case, score_split.score(case, articles(case["text"]))) for case in cases]


def figures(scores: list[dict[str, Any]]) -> dict[str, float]:
    """Boundary F1, body F1, F80 and exact headlines, as the scorer reports them."""

    def total(key: str) -> int:
        return sum(one[key] for one in scores)

    found, true = total("tp") / max(1, total("tp") + total("fp")), total("tp") / max(1, total("tp") + total("fn"))
    precision = [x for one in scores for x in one["P"]]
    recall = [x for one in scores for x in one["R"]]
    return {
        "boundary": f1(found, true),
        "body": f1(statistics.mean(precision or [0]), statistics.mean(recall or [0])),
        "f80": f1(total("f80") / max(1, total("m")), total("f80") / max(1, total("n"))),
        "headline": total("h_ok") / max(1, total("h")),
    }


def score(by: str | None) -> None:
    for name in SETS:
        cases = scored(name)
        score_split.report(name, [one for _, one in cases])
        for value in sorted({str(case.get(by)) for case, _ in cases}) if by else []:
            score_split.report(f"  {by}={value}", [one for case, one in cases if str(case.get(by)) == value])


def speed() -> None:
    """Pages per CPU-second, together as in a worker's batch and one by one: medians of seven runs in turn over all
    two-article pages of 6-11 KB, caches as in a worker.
    """
    cases = rows(SHARED / "data/eval" / SETS[1] / "dev.jsonl.xz")
    pages = [case["text"] for case in cases if case["k"] == 2 and 6_000 < len(case["text"]) < 11_000]
    runs: dict[str, list[float]] = {"together": [], "one by one": []}
    for _ in range(7):
        start = time.process_time()
        split_all(pages)
        runs["together"].append(len(pages) / (time.process_time() - start))
        start = time.process_time()
        for page in pages:
            split(page)
        runs["one by one"].append(len(pages) / (time.process_time() - start))
    print(f"{len(pages)} pages of {statistics.mean(map(len, pages)) / 1000:.1f} KB")
    for name, rates in runs.items():
        print(f"{name:<12} {statistics.median(rates):6,.0f} pages per CPU-second, best {max(rates):,.0f}")


def big_page(lines: int = 100_000, size: int = 10_000_000) -> str:
    """A page of so many lines and characters: stories of paragraphs, headlines, menus."""
    words = ["council", "bridge", "harvest", "minister", "valley", "report", "talks", "border", "market", "storm"]
    sentence = " ".join(words[(i * 7) % 10] for i in range(size // lines // 5))
    story = [f"Story {{n}} of the {words[3]}", "", *[f"{sentence} {{n}}." for _ in range(8)], "", "Share", "Home"]
    return "\n".join(story[i % len(story)].format(n=i) for i in range(lines))


def big() -> None:
    split("warm\n")
    text = big_page()
    start = time.process_time()
    unit = split(text)
    took = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(text) / 1e6:.1f} MB, {len(unit.lines):,} lines: {took:.2f} s, {peak:.0f} MiB, {len(unit.drafts):,} found"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="score", choices=("score", "speed", "big"))
    parser.add_argument("--by", help="score also by a field of the cases: layout, family, k, lang")
    args = parser.parse_args()
    {"score": lambda: score(args.by), "speed": speed, "big": big}[args.what]()


if __name__ == "__main__":
    main()
