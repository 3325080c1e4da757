#!/usr/bin/env python3
"""Measure the metadata: our fields and trafilatura's under the same scorer, and the speed of describing text.

usage: bench/meta.py [--limit N] [--sound]   all three of these:
       bench/meta.py html [--limit N] ...    both readers on the labelled HTML pages
       bench/meta.py text [--limit N] ...    ours on the text renderings of pages
       bench/meta.py speed                   articles described per CPU-second
       bench/meta.py read DIR                trafilatura as a reader: a JSON line a page, as `wiredesk read` prints them

`--sound` leaves out labels that no reader can give: bodies that are a tester's remark (`MISSED LAST PARAGRAPH`), dates
of the year 1, authors that are no names of people (agencies, desks, several in one), and of text renderings what the
text does not show.

Wants ../shared with its labelled pages and scorers. Speed is articles per CPU-second of one process, median of
five runs over texts of the Reuter_50_50 corpus cut to 500 words, with everything that extract() does.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from newstext.article import Draft, Label, Mark, Origin
from newstext.extract import extract

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("WIREDESK_SHARED") or ROOT.parent / "shared")
SCORER = SHARED / "acceptance" / "score_meta.py"
PAGES, TEXTS = (SHARED / "data" / "eval" / name / "dev.jsonl.xz" for name in ("3-html-meta", "3b-text-meta"))
WIREDESK = f"{sys.executable} -c 'from wiredesk.cli import main; main()'"

FIELD = re.compile(r"^  (\w+) .*P ([\d.]+).*R ([\d.]+)\s+F1 ([\d.]+)", re.MULTILINE)

#: What stands around the texts of the speed test, so that every part of extract() has work.
AROUND = (
    (Label.BREADCRUMB, "Home > World > Europe"),
    (Label.BYLINE, "By Jane Roe and John Doe, Reuters"),
    (Label.TIMESTAMP, "Published: 7 February 2024, 18:05 GMT+3 | Updated: 8 February 2024, 07:00 GMT+3"),
    (Label.TAGS, "Tags: trade, ports, shipping"),
    (Label.LEGAL, "© 2024 The Daily Gull. All rights reserved."),
)


#: No name of one person: two joined, an address, a desk.
NO_NAME = re.compile(
    r"[\d|/@(,]|\b(?:and|und|staff|news|team|redaktion|desk|press|agency|reporter|writer)\b", re.IGNORECASE
)


def sound(case: dict[str, Any]) -> dict[str, Any]:
    """A labelled page without the labels that cannot be right."""
    labels, visible = case["expected"], case.get("visible")
    remark = re.compile(r"[A-Z \d\"'!,.]{1,90}\s*(?:[a-z ]{1,20}[!\"]+ AT END OF ARTICLE WAS EXTRACTED\s*)?$")
    unsound = {
        "body_text": bool(remark.match(labels.get("body_text") or "x")),
        "published": (labels.get("published") or "").startswith("0001"),
        "authors": not all(
            len(name.split()) in (2, 3, 4) and not NO_NAME.search(name) for name in labels.get("authors") or []
        ),
    }
    shown = ("headline", "published", "authors")
    unseen = [field for field in shown if visible is not None and not visible.get(field)]
    kept = {field: value for field, value in labels.items() if not unsound.get(field) and field not in unseen}
    return {**case, "expected": kept}


def of_sound(pages: Path, folder: Path) -> Path:
    """A copy of the labelled pages without unsound labels."""
    copy = folder / pages.parent.name / pages.name
    copy.parent.mkdir()
    with lzma.open(pages, "rt", encoding="utf-8") as rows, lzma.open(copy, "wt", encoding="utf-8", preset=0) as out:
        out.writelines(json.dumps(sound(json.loads(row))) + "\n" for row in rows)
    return copy


def score(pages: Path, command: str, limit: int | None) -> dict[str, tuple[str, str, str]]:
    """Precision, recall and F1 of each field, as the scorer prints them."""
    limited = ["--limit", str(limit)] if limit else []
    done = subprocess.run(
        [sys.executable, str(SCORER), str(pages), "--wiredesk", command, *limited],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "WIREDESK_SHARED"},  # no setting of wiredesk
    )
    if done.returncode:
        sys.exit(f"the scorer stopped at `{command}`: {done.stderr.strip()[-2000:]}")
    return {name: (p, r, f1) for name, p, r, f1 in FIELD.findall(done.stdout)}


def compare(pages: Path, limit: int | None) -> None:
    theirs = score(pages, f"{sys.executable} {Path(__file__).resolve()}", limit)
    ours = score(pages, WIREDESK, limit)
    print("HTML pages       wiredesk P     R    F1     trafilatura P     R    F1")
    for field, figures in ours.items():
        print(f"  {field:12s}        {'  '.join(figures)}           {'  '.join(theirs.get(field, ('-', '-', '-')))}")


def renderings(texts: Path, limit: int | None) -> None:
    print("text renderings  wiredesk P     R    F1")
    for field, figures in score(texts, WIREDESK, limit).items():
        print(f"  {field:12s}        {'  '.join(figures)}")


def speed() -> float:
    """Articles per CPU-second that extract() describes, the median of five runs."""
    with lzma.open(SHARED / "data" / "dedupe" / "c50.docs.jsonl.xz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for _, line in zip(range(600), lines, strict=False)]
    drafts = [around(" ".join(text.split(" ")[:500])) for text in texts]
    extract(drafts[0], Origin())  # the tables are read once a process
    rates = []
    for _ in range(5):
        start = time.process_time()
        for draft in drafts:
            extract(draft, Origin())
        rates.append(len(drafts) / (time.process_time() - start))
    return statistics.median(rates)


def around(body: str) -> Draft:
    marks = [Mark(label, (0, len(text)), text) for label, text in AROUND]
    return Draft(0, (0, len(body)), body, headline="A headline", marks=marks)


def read_as_trafilatura(folder: Path) -> None:
    """Print what trafilatura makes of each page of a folder, under our field names."""
    import trafilatura  # noqa: PLC0415  (not needed for the other parts of this bench)

    for path in sorted(folder.iterdir()):
        try:
            found = trafilatura.bare_extraction(path.read_bytes(), with_metadata=True, include_comments=False)
        except Exception as problem:  # noqa: BLE001  (whatever a page does to it, its other pages count)
            print(f"{path.name}: {problem!r}", file=sys.stderr)
            continue
        if found is None:
            continue
        record = {
            "file": {"name": path.name},
            "position": 0,
            "headline": found.title,
            "bylines": [name for name in (found.author or "").split("; ") if name],
            "published": found.date,
            "publisher": found.sitename,
            "section": next(iter(found.categories or []), None),
            "topics": found.tags or [],
            "language": found.language,
            "body": found.text,
        }
        print(json.dumps(record))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["html", "text", "speed", "read"])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--sound", action="store_true")
    args = parser.parse_args()
    if args.what == "read":
        read_as_trafilatura(args.folder)
        return
    if args.what in (None, "speed"):
        print(f"extract(): {speed():.0f} articles of up to 500 words per CPU-second")
    with tempfile.TemporaryDirectory() as folder:
        for what, pages, measure in (("html", PAGES, compare), ("text", TEXTS, renderings)):
            if args.what in (None, what):
                measure(of_sound(pages, Path(folder)) if args.sound else pages, args.limit)


if __name__ == "__main__":
    main()
