"""Reads the output streams into the catalogue: first what is new, then backwards through what was there before.

Entries arrive within a second. The past is read in pieces, half of the time at most, newest first, so that the
page is useful at once and a desk with a million articles behind it is not disturbed.
"""

from __future__ import annotations

import re
import threading
import time
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson
from redis import Redis
from redis.exceptions import RedisError

from wiredesk import keys, log
from wiredesk.desk.catalogue import Catalogue, Listed, ListedFile, ListedRejected, order

if TYPE_CHECKING:
    from redis.commands.core import Script

#: Entries a call: 500 of 10 KB keep Redis busy for 5 ms.
PIECE = 500
#: Bytes of a value that are looked at: the longest headline printed has some 300 characters.
CUT = 1200
#: Seconds between two looks for what is new, and the longest pause after an error.
LOOK, AWAY = 0.5, 5.0
#: Pause per work while the past is read: half of a core at most.
PAUSE, SHORTEST = 1.0, 0.005

_ARTICLE = ("id", "story", "relation", "language", "publisher", "published", "body.headline", "body.name")
_FILE = ("id", "outcome", "body.name", "body.articles", "body.copies", "body.rejected")
_REJECTED = ("id", "stage", "kind", "body.reason", "body.name")
_WANTED = {keys.ARTICLES: _ARTICLE, keys.COPIES: _ARTICLE, keys.FILES: _FILE, keys.REJECTED: _REJECTED}

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NUMBER = re.compile(r"\d+")


class Reader:
    """A thread of the web server. `changed` counts writes, so that who watches sees that something is new."""

    def __init__(self, redis: Redis, catalogue: Catalogue) -> None:
        self._redis, self._catalogue = redis, catalogue
        self._script: Script = redis.register_script(files("wiredesk.desk").joinpath("project.lua").read_text("utf-8"))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk-reader", daemon=True)
        self._exhausted: set[str] = set()
        self.changed = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                pause = self.step()
            except (RedisError, OSError) as error:
                log.get().warning("desk cannot read streams", error=str(error))
                pause = AWAY
            self._stop.wait(pause)

    def step(self) -> float:
        """One look at every stream; seconds to rest until the next."""
        began = time.thread_time()
        new = sum(self.forward(stream) for stream in _WANTED)
        old = sum(self.backward(stream) for stream in _WANTED if stream not in self._exhausted)
        if new >= PIECE:
            return 0.0
        return max(SHORTEST, PAUSE * (time.thread_time() - began)) if old else LOOK

    def forward(self, stream: str) -> int:
        """Read what came since the newest entry that is known; how many."""
        ends = self._catalogue.ends(stream)
        if ends is None:
            return 0
        rows = self._project(stream, "XRANGE", f"({ends[0]}", "+")
        if rows:
            self._write(stream, rows, (_text(rows[-1][0]), ends[1]))
        return len(rows)

    def backward(self, stream: str) -> int:
        """Read what came before the oldest entry that is known; how many."""
        ends = self._catalogue.ends(stream)
        rows = self._project(stream, "XREVRANGE", f"({ends[1]}" if ends else "+", "-")
        if rows:
            newest = ends[0] if ends else _text(rows[0][0])
            self._write(stream, rows, (newest, _text(rows[-1][0])))
        elif ends:
            self._exhausted.add(stream)
        return len(rows)

    def _project(self, stream: str, command: str, start: str, end: str) -> list[list[bytes]]:
        rows: list[list[bytes]] = self._script([stream], [command, start, end, PIECE, CUT, *_WANTED[stream]])
        return rows

    def _write(self, stream: str, entries: list[list[bytes]], ends: tuple[str, str]) -> None:
        told: dict[str, list[Any]] = {}
        rows = [row for row in entries if row[1]]  # without an id it is another program's
        if stream == keys.FILES:
            told["files"] = [_file(row) for row in rows]
        elif stream == keys.REJECTED:
            told["rejected"] = [_rejected(row) for row in rows]
        else:
            told["articles"] = [_article(stream, row) for row in rows]
        self._catalogue.add(stream, ends, **told)
        self.changed += 1


def _article(stream: str, row: list[bytes]) -> Listed:
    entry, article, story, relation, language, publisher, published = map(_text, row[:7])
    return Listed(
        article, story, relation, stream, entry, order(entry), language, publisher, published,
        string(row[7]), string(row[8]),
    )  # fmt: skip


def _file(row: list[bytes]) -> ListedFile:
    entry, file, outcome = map(_text, row[:3])
    articles, copies, rejected = map(_number, row[4:7])
    return ListedFile(file, entry, order(entry), outcome, string(row[3]), articles, copies, rejected)


def _rejected(row: list[bytes]) -> ListedRejected:
    entry, item, stage, kind = map(_text, row[:4])
    return ListedRejected(entry, item, order(entry), stage, kind, string(row[4]), string(row[5]))


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _number(value: bytes) -> int:
    found = _NUMBER.match(_text(value))
    return int(found[0]) if found else 0


def string(piece: bytes) -> str:
    """The JSON string that a piece begins with, cut where the piece ends; '' for null and anything else."""
    said = piece.decode("utf-8", "ignore")
    if not said.startswith('"'):
        return ""
    whole = _STRING.match(said)
    literal = whole[0] if whole else said.rstrip("\\") + '…"'
    try:
        return str(orjson.loads(literal))
    except orjson.JSONDecodeError:
        return said[1:100]
