"""Labelled pairs through the fingerprints and the index, without the rest of the desk: how many stories are joined.

    python bench/dedupe.py [PAIRS.jsonl.xz] [--corpus DOCS.jsonl.xz] [--show]

Reads what `../shared/acceptance/score_dedupe.py` reads, in its order, and prints its figures; that script sends the
texts through `wiredesk run` and is what counts. `--show` lists the pairs that were judged wrong.
"""

from __future__ import annotations

import argparse
import base64
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labelled import SHARED, rows
from redis import Redis

from newstext.compare import Text
from newstext.fingerprint import features_batch
from wiredesk.server import private
from workers.index import Claimant, Index, Verdict

SAME, OTHER = frozenset("ENCV"), frozenset("TSB")
DATE_FORMS = ("%d-%b-%Y %H:%M:%S.%f", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")
#: Texts that arrive as one file have one arrival; texts without a date are apart by nothing.
ARRIVAL = 1_800_000_000
BATCH = 64


@dataclass(frozen=True)
class Document:
    name: str
    text: str
    published: datetime | None


def parsed(date: str | None) -> datetime | None:
    for form in DATE_FORMS:
        try:
            return datetime.strptime((date or "").strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def documents(pairs: list[dict[str, Any]], corpus: Path | None) -> list[Document]:
    """All texts of the pairs and of the corpus around them, by time and name as the scorer sends them."""
    found: dict[str, Document] = {}
    for pair in pairs:
        for side in "ab":
            name = f"{pair['corpus']}:{pair[side]}"
            found[name] = Document(name, pair[f"{side}_text"], parsed(pair.get(f"{side}_date")))
    if corpus:
        family = {"reuters": "reuters21578"}.get(corpus.name.split(".")[0], corpus.name.split(".")[0])
        for row in rows(corpus):
            name = f"{family}:{row['id']}"
            found.setdefault(name, Document(name, row["text"], parsed(row.get("date"))))
    return sorted(found.values(), key=lambda d: (d.published.isoformat() if d.published else "", d.name))


def verdicts(texts: list[Document]) -> dict[str, Verdict]:
    """Claim the documents in order on a fresh index; verdicts by name."""
    file = base64.b32encode(b"benchmark.").decode().lower()
    bodies = {f"{file}-{i}": d for i, d in enumerate(texts)}
    given: dict[str, Verdict] = {}
    with private() as url, Redis.from_url(url) as redis:
        index = Index(redis, lambda ids: [Text(bodies[i].text, None, seconds(bodies[i])) for i in ids])
        waiting = list(bodies.items())
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            marks = features_batch([d.text for _, d in batch])
            claims = [Claimant(i, mark, d.text, seconds(d), ARRIVAL) for (i, d), mark in zip(batch, marks, strict=True)]
            given |= {d.name: v for (_, d), v in zip(batch, index.claim(claims), strict=True)}
    return given


def seconds(document: Document) -> float | None:
    return document.published.timestamp() if document.published else None


@dataclass
class Score:
    hit: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.hit / max(1, 2 * self.hit + self.wrong + self.missed)

    def __str__(self) -> str:
        precision, recall = self.hit / max(1, self.hit + self.wrong), self.hit / max(1, self.hit + self.missed)
        return f"P {precision:.3f}  R {recall:.3f}  F1 {self.f1:.3f}"


@dataclass(frozen=True)
class Result:
    every: Score
    long: Score
    joined: Counter[str]
    total: Counter[str]
    wrong: list[dict[str, Any]]


def score(pairs: list[dict[str, Any]], given: dict[str, Verdict]) -> Result:
    """Same story or not, over all pairs and over those of 120 words or more."""
    result = Result(Score(), Score(), Counter(), Counter(), [])
    for pair in pairs:
        if pair["label"] not in SAME | OTHER:
            continue
        a, b = (given[f"{pair['corpus']}:{pair[side]}"] for side in "ab")
        got, same = a.story == b.story, pair["label"] in SAME
        long = min(len(pair[f"{side}_text"].split()) for side in "ab") >= 120
        for tally in (result.every, result.long) if long else (result.every,):
            tally.hit += got and same
            tally.wrong += got and not same
            tally.missed += same and not got
        result.joined[pair["label"]] += got
        result.total[pair["label"]] += 1
        if got != same:
            result.wrong.append(pair)
    return result


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pairs", nargs="?", type=Path, default=SHARED / "data/dedupe/pairs.dev.jsonl.xz")
    arguments.add_argument("--corpus", type=Path)
    arguments.add_argument("--show", action="store_true")
    given = arguments.parse_args()
    pairs = list(rows(given.pairs))
    result = score(pairs, verdicts(documents(pairs, given.corpus)))
    print(f"all   {result.every}\nlong  {result.long}")
    print("joined  " + "  ".join(f"{k} {result.joined[k]}/{n}" for k, n in sorted(result.total.items())))
    for pair in result.wrong if given.show else []:
        print(pair["label"], pair["corpus"], pair["a"], pair["b"], f"J {pair['j3']:.2f} C {pair['c3']:.2f}")


if __name__ == "__main__":
    main()
