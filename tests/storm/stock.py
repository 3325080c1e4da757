"""What is handed in: files of several kinds, each article with a word of its own by which it is found again."""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.running import WORDS, page

#: The word of an article: in its headline and in each of its sentences.
MARK = re.compile(rb"Zq\d{7}x")
#: Rows of a table; one in so many files comes a second time, by another way in.
ROWS, REPEATED = 8, 6


@dataclass
class Stock:
    """Files for `ways` in, a folder each; `expected` is how often each article must come out."""

    ways: dict[str, Path]
    seed: int = 0
    files: int = 0
    expected: Counter[bytes] = field(default_factory=Counter)

    def deliver(self) -> None:
        """One more file, put in place by a rename as a careful program does; now and then at two places."""
        self.files += 1
        pick = random.Random(f"{self.seed} {self.files}")
        rows = pick.random() < 0.5
        marks = [f"Zq{self.seed % 100:02}{self.files * ROWS + n:05}x" for n in range(ROWS if rows else 1)]
        data = "\n".join(map(_row, marks)) if rows else page(marks[0])
        ways = pick.sample(sorted(self.ways), 2 if pick.randrange(REPEATED) == 0 else 1)
        for way in ways:
            _put(self.ways[way] / f"{way}-{self.files:06}.{'jsonl' if rows else 'txt'}", data)
            self.expected.update(mark.encode() for mark in marks)

    def waiting(self) -> int:
        """Files that their producers still hold."""
        return sum(len(held(folder)) for folder in self.ways.values())


def held(folder: Path) -> list[Path]:
    """Files of a folder that are whole and not yet settled, the oldest first; a watcher's claims are among them."""
    claims = (Path(found) / name for found, _, names in os.walk(folder / ".wiredesk") for name in names)
    whole = [path for path in (*folder.iterdir(), *claims) if not path.name.startswith(".")]
    return sorted(path for path in whole if path.suffix in (".jsonl", ".txt"))


def _row(mark: str) -> str:
    pick = random.Random(mark)
    body = " ".join(f"The {' '.join(pick.choices(WORDS, k=12))} of {mark}." for _ in range(9))
    return json.dumps({"headline": f"{' '.join(pick.choices(WORDS, k=5)).capitalize()} in {mark}", "body": body})


def _put(path: Path, data: str) -> None:
    part = path.with_name(f".{path.name}")
    part.write_text(data, "utf-8")
    part.rename(path)
