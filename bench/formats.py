"""Counts and fields of the labelled exports, feeds and web archives; speed and memory of long files.

usage: python bench/formats.py [score] [--shared ../shared]     files whose count is exact, headlines, dates, bodies
       python bench/formats.py words [--shared ../shared]     words of bodies by the length that exports declare
       python bench/formats.py confusion [--shared ../shared]  what each labelled file is taken for
       python bench/formats.py memory [--megabytes 500]         peak memory over made-up files of that size
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import BinaryIO, NamedTuple

from labelled import SHARED, rows

from newstext.errors import Unreadable
from newstext.extract.dates import Habit
from newstext.extract.dates import parse as date_of
from newstext.formats import read
from newstext.formats.detect import detect
from newstext.source import Source


class Score(NamedTuple):
    """Files of a kind: how many there are, how many gave their exact count; articles by the files' counts, how many of
    them were found; labelled articles by field.
    """

    files: Counter[str]
    exact: Counter[str]
    counted: Counter[str]
    found: Counter[str]
    articles: Counter[str]
    headlines: Counter[str]
    dates: Counter[str]


class Case(NamedTuple):
    kind: str
    name: str
    data: bytes
    count: int
    articles: list[dict[str, str]]


def cases(shared: Path) -> Iterator[Case]:
    """Every labelled file: exports as text and as they came, feeds, sitemaps, web archives."""
    base = shared / "data/eval"
    exports = {row["id"]: row for row in rows(base / "4-exports/dev.jsonl.xz")}
    for row in exports.values():
        for kind, text in row["texts"].items():
            yield Case("export as text", f"{row['id']}.{kind}", text.encode(), row["expected_count"], row["articles"])
    for row in rows(base / "4-exports/raw-dev.jsonl.xz"):
        export = exports[row["id"]]
        data = row["raw"].encode("utf-8", "replace")
        yield Case("export", row["id"], data, export["expected_count"], export["articles"])
    for row in rows(base / "5-feeds-warc/dev.jsonl.xz"):
        types = row.get("expected_types")
        count = row["expected_count"] if types is None else sum(t in ("response", "conversion") for t in types)
        yield Case(row["kind"], row["id"], base64.b64decode(row["raw_b64"]), count, [])


def score(found: Iterator[Case]) -> Score:
    result = Score(*(Counter() for _ in Score._fields))
    for case in found:
        drafts = drafts_of(case.data)
        result.files[case.kind] += 1
        result.exact[case.kind] += len(drafts) == case.count
        result.counted[case.kind] += case.count
        result.found[case.kind] += min(len(drafts), case.count)
        by_headline = {squeezed(draft.headline): draft for draft in drafts}
        for article in case.articles:
            draft = by_headline.get(squeezed(article["headline"]))
            result.articles[case.kind] += 1
            result.headlines[case.kind] += draft is not None
            day = date_of(draft.stated.published or "", Habit()) if draft else None
            result.dates[case.kind] += day is not None and day.iso[:10] == (article.get("published") or "")[:10]
    return result


def drafts_of(data: bytes) -> list:
    drafts = []
    try:
        for unit in read(Source.of(data)):
            drafts += unit.drafts
    except Unreadable:
        pass
    return drafts


def squeezed(text: str | None) -> str:
    return "".join((text or "").split())


def lengths(found: Iterator[Case]) -> dict[str, list[float]]:
    """Words found by words declared of each article of the exports that declares them, by format."""
    shares: dict[str, list[float]] = {}
    for case in found:
        for draft in drafts_of(case.data) if case.kind.startswith("export") else []:
            if draft.stated.words:
                shares.setdefault(draft.stated.rule, []).append(len(draft.body.split()) / draft.stated.words)
    return shares


def confusion(shared: Path) -> Counter[tuple[str, str]]:
    """How many files of each label were taken for each format."""
    base = shared / "data/eval"
    exports = {row["id"]: row for row in rows(base / "4-exports/dev.jsonl.xz")}
    found: Counter[tuple[str, str]] = Counter()
    for row in exports.values():
        for kind, text in row["texts"].items():
            found[f"export {row['format']} as {kind}", taken_for(text.encode())] += 1
    for row in rows(base / "4-exports/raw-dev.jsonl.xz"):
        label = f"export {exports[row['id']]['format']} ({row['kind']})"
        found[label, taken_for(row["raw"].encode("utf-8", "replace"))] += 1
    for row in rows(base / "5-feeds-warc/dev.jsonl.xz"):
        found[row["kind"], taken_for(base64.b64decode(row["raw_b64"]))] += 1
    for name in ("1-reuters21578-split", "2-scrollpage-split", "3b-text-meta"):
        for row in rows(base / f"{name}/dev.jsonl.xz"):
            found[f"text of {name}", taken_for(str(row.get("text") or row.get("page")).encode())] += 1
    for row in filter(lambda row: row["html"], rows(base / "3-html-meta/dev.jsonl.xz")):  # some are kept as bytes
        found["page in HTML", taken_for(row["html"].encode())] += 1
    for row in rows(base / "6-encodings/dev.jsonl.xz"):
        found["page in an older encoding", taken_for(base64.b64decode(row["raw_b64"]))] += 1
    return found


def taken_for(data: bytes) -> str:
    try:
        return detect(Source.of(data)).name
    except Unreadable as problem:
        return f"none ({problem.kind})"


ROW = json.dumps(
    {"title": "Story", "text": "The council met on the bridge and voted to keep it. " * 40, "id": 1}
).encode()


def long_files(folder: Path, size: int) -> Iterator[tuple[str, Path]]:
    """Files of `size` bytes (unpacked): rows plain, gzipped, zipped; a wire dump; a web archive."""
    story = (
        b"\x01dpa0123 4 pl 123 \r\nA/B/\r\n\x02Bridge stays\r\n\r\n   " + b"The council met. " * 100 + b"\r\n\x03\r\n"
    )
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><article><h1>Bridge</h1>"
    page += (
        b"<p>The council met on the bridge and voted to keep it open to traffic.</p>" * 20 + b"</article></body></html>"
    )
    record = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: https://a.example/\r\n"
    )
    record += b"WARC-Date: 2024-02-07T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: "
    image = record.replace(b": response", b": resource") + b"1000000\r\n\r\n" + bytes(1_000_000) + b"\r\n\r\n"
    record += str(len(page)).encode() + b"\r\n\r\n" + page + b"\r\n\r\n" + image
    for name, piece in (("rows.jsonl", ROW + b"\n"), ("wire.txt", story), ("pages.warc", record)):
        path = folder / name
        with path.open("wb") as stream:
            _fill(stream, piece, size)
        yield name, path
    with gzip.open(folder / "rows.jsonl.gz", "wb", compresslevel=1) as stream:
        _fill(stream, ROW + b"\n", size)
    yield "rows.jsonl.gz", folder / "rows.jsonl.gz"
    with zipfile.ZipFile(folder / "rows.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(folder / "rows.jsonl", "rows.jsonl")
    yield "rows.zip", folder / "rows.zip"


def _fill(stream: BinaryIO, piece: bytes, size: int) -> None:
    many = piece * max(1, 1_000_000 // len(piece))
    stream.writelines(many for _ in range(max(1, size // len(many))))


def memory(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, path in long_files(Path(folder), megabytes * 1_000_000):
            began, articles, refused = time.perf_counter(), 0, 0
            with path.open("rb") as stream:
                for unit in read(Source(stream, path.stat().st_size)):
                    articles += len(unit.drafts)
                    refused += len(unit.refused)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            seconds = time.perf_counter() - began
            print(f"{name:14} {articles:8,} articles {refused} refused {seconds:6.1f} s  peak {peak} MiB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["score", "words", "confusion", "memory"], default="score")
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--megabytes", type=int, default=500)
    args = parser.parse_args()
    if args.what == "memory":
        memory(args.megabytes)
        return 0
    if args.what == "confusion":
        for (label, taken), files in sorted(confusion(args.shared).items()):
            print(f"{label:32} {taken:16} {files:5}")
        return 0
    if args.what == "words":
        for rule, shares in lengths(cases(args.shared)).items():
            marks = " ".join(f"{mark:.2f}" for mark in quantiles(shares, n=10))
            print(
                f"{rule:10} {len(shares):5} articles  least {min(shares):.2f}  tenths {marks}  most {max(shares):.2f}"
            )
        return 0
    result = score(cases(args.shared))
    for kind, files in result.files.items():
        told = [f"{kind:15} files {files:4}  exact {result.exact[kind]:4}"]
        told.append(f"found {result.found[kind]}/{result.counted[kind]}")
        told.append(f"headlines {result.headlines[kind]}/{result.articles[kind]}")
        told.append(f"dates {result.dates[kind]}/{result.articles[kind]}")
        print(*told, sep="  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
