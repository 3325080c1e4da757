"""Files for a soak: real pages, each time another file, at a steady rate."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.labelled import SHARED, rows
from producers import Desk, Item

EXAMPLES = Path(__file__).parents[2] / "examples" / "pages"
#: Files handed in together: a scraper's batch, and few enough that a rate of ten a second is even.
BATCH = 8


def pages() -> list[bytes]:
    """Labelled pages of text and web pages where they stand beside the checkout, else the examples."""
    base = SHARED / "data" / "eval"
    if not base.exists():
        return [page.read_bytes() for page in sorted(EXAMPLES.glob("*.txt"))]
    texts = [row["text"].encode() for row in rows(base / "3b-text-meta" / "dev.jsonl.xz")]
    webs = [row["html"].encode() for row in rows(base / "3-html-meta" / "dev.jsonl.xz") if row["html"]]
    return [page for pair in zip(texts, itertools.cycle(webs), strict=False) for page in pair]


def items() -> Iterator[Item]:
    """For ever: text with every fifth word changed, a story of its own each time; web pages that repeat themselves."""
    found = pages()
    for n in itertools.count():
        data = found[n % len(found)]
        markup = data.lstrip()[:1] == b"<"
        yield Item(
            data + b"<!-- %d -->" % n if markup else _changed(data, n), f"soak-{n}.{'html' if markup else 'txt'}"
        )


def _changed(data: bytes, n: int) -> bytes:
    lines = []
    for line in data.split(b"\n"):
        words = line.split(b" ")
        if len(words) > 4:
            words[::5] = [b"%b%d" % (word, n) for word in words[::5]]
        lines.append(b" ".join(words))
    return b"\n".join(lines)


class Load(threading.Thread):
    """Hands files in at `rate` a second until told to end; `sent` is when each was accepted, by its id."""

    def __init__(self, url: str, rate: float) -> None:
        super().__init__(daemon=True)
        self.rate = rate
        self.sent: dict[str, float] = {}
        self.count = 0
        self._desk = Desk(url, patience=None)
        self._items = items()
        self._over = threading.Event()

    def run(self) -> None:
        due = time.monotonic()
        while not self._over.is_set():
            self.hand_in(BATCH)
            due = max(due + BATCH / self.rate, time.monotonic() - 1.0)  # what a full desk held up is not made good
            self._over.wait(max(0.0, due - time.monotonic()))

    def hand_in(self, count: int) -> None:
        for receipt in self._desk.submit_many(itertools.islice(self._items, count)):
            self.sent[receipt.file] = time.time()
            self.count += 1

    def end(self) -> None:
        self._over.set()
        self.join()
        self._desk.close()
