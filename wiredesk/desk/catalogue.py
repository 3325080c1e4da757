"""What stands in the output streams, arranged so that a person finds it: by story, by file, by words of a headline.

The streams are the truth; this is an SQLite file beside the web server that repeats their small fields (no texts) and
can be thrown away. Every question is an index look-up or a bounded page of one, however many articles there are; only
a search of several words that each stand in many headlines, but never together, reads through them all.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

#: Letters of a word's beginning that are told apart. Each length has an index of its own, read from the newest article
#: on; without it the articles of all words that begin so are gathered first (490 ms where a million have one). An
#: article takes 320 bytes of index for it instead of 70, and 31 us instead of 7.
BEGINNING = 12

_SCHEMA = f"""
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
PRAGMA temp_store = MEMORY;
CREATE TABLE IF NOT EXISTS article (
  row INTEGER PRIMARY KEY, id TEXT UNIQUE, story TEXT, relation TEXT, stream TEXT, entry TEXT, at INTEGER,
  language TEXT, publisher TEXT, published TEXT, headline TEXT, name TEXT);
CREATE INDEX IF NOT EXISTS article_story ON article (story, at);
CREATE INDEX IF NOT EXISTS article_new ON article (at) WHERE relation = 'original';
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
  headline, publisher, content='', tokenize='unicode61', detail=none, columnsize=0,
  prefix='{" ".join(map(str, range(1, BEGINNING + 1)))}');
CREATE VIRTUAL TABLE temp.said USING fts5 (words, tokenize='unicode61');
CREATE VIRTUAL TABLE temp.said_words USING fts5vocab (said, row);
CREATE TABLE IF NOT EXISTS file (
  id TEXT PRIMARY KEY, entry TEXT, at INTEGER, outcome TEXT, name TEXT, articles INT, copies INT, rejected INT);
CREATE INDEX IF NOT EXISTS file_new ON file (at);
CREATE TABLE IF NOT EXISTS rejected (
  entry TEXT PRIMARY KEY, id TEXT, at INTEGER, stage TEXT, kind TEXT, reason TEXT, name TEXT);
CREATE INDEX IF NOT EXISTS rejected_kind ON rejected (stage, kind, at);
CREATE INDEX IF NOT EXISTS rejected_id ON rejected (id);
CREATE TABLE IF NOT EXISTS heap (stage TEXT, kind TEXT, count INT, PRIMARY KEY (stage, kind));
CREATE TABLE IF NOT EXISTS mark (stream TEXT PRIMARY KEY, newest TEXT, oldest TEXT);
"""


class Listed(NamedTuple):
    """An article as lists show it: its newest version, `at` the time of its first.

    `at` orders entries: milliseconds times a million plus the entry's number.
    """

    id: str
    story: str
    relation: str
    stream: str
    entry: str
    at: int
    language: str
    publisher: str
    published: str
    headline: str
    name: str


class ListedFile(NamedTuple):
    """A file that has its outcome."""

    id: str
    entry: str
    at: int
    outcome: str
    name: str
    articles: int
    copies: int
    rejected: int


class ListedRejected(NamedTuple):
    """A file or article that could not be processed."""

    entry: str
    id: str
    at: int
    stage: str
    kind: str
    reason: str
    name: str


def order(entry: str) -> int:
    """A stream entry's id as one number."""
    milliseconds, _, number = entry.partition("-")
    return int(milliseconds) * 1_000_000 + int(number or 0)


def _row(article: Listed) -> int:
    """Rows are numbered by time, so that a search of words gives the newest first; two streams may share an instant."""
    return 2 * article.at + article.stream.endswith("copies")


def _published(article: Listed) -> tuple[int, bool]:
    """Versions by their age: the first one alone may stand among the originals, under any id of an entry."""
    return order(article.entry), article.stream.endswith("copies")


class Catalogue:
    """Safe to share among threads: one connection behind a lock, as every question is short."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._size = int(self._db.execute("SELECT count(*) FROM article").fetchone()[0])

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _all(self, question: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(question, values).fetchall()

    # -- what the reader writes --------------------------------------------------------------------------------

    def add(
        self,
        stream: str,
        ends: tuple[str, str] | None,
        articles: Iterable[Listed] = (),
        files: Iterable[ListedFile] = (),
        rejected: Iterable[ListedRejected] = (),
    ) -> None:
        """Write some entries and how far the stream is read (`ends`: newest, oldest), together."""
        with self._lock, self._db:
            self._db.execute("BEGIN")
            for article in sorted(articles, key=_row):
                self._add_article(article)
            self._db.executemany(f"INSERT OR REPLACE INTO file VALUES ({_marks(ListedFile)})", files)  # noqa: S608
            for one in rejected:
                self._add_rejected(one)
            if ends:
                self._db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, ?)", (stream, *ends))

    def _add_article(self, article: Listed) -> None:
        row = _row(article)
        done = self._db.execute(f"INSERT OR IGNORE INTO article VALUES (?, {_marks(Listed)})", (row, *article))  # noqa: S608
        if done.rowcount:
            self._size += 1
            self._db.execute(_ADD_WORDS, (row, article.headline, article.publisher))
        else:
            self._revise(article)

    def _revise(self, article: Listed) -> None:
        """Another version of an article that is here: the newer one is shown, at the time of the first."""
        ((row, *old),) = self._db.execute(f"SELECT row, {_NAMES} FROM article WHERE id = ?", (article.id,))  # noqa: S608
        known = Listed(*old)
        newer = max(known, article, key=_published)
        self._db.execute(
            f"UPDATE article SET ({_NAMES}) = ({_marks(Listed)}) WHERE row = ?",  # noqa: S608
            (*newer._replace(at=min(known.at, article.at)), row),
        )
        self._db.execute(_DROP_WORDS, (row, known.headline, known.publisher))
        self._db.execute(_ADD_WORDS, (row, newer.headline, newer.publisher))

    def _add_rejected(self, one: ListedRejected) -> None:
        done = self._db.execute(f"INSERT OR IGNORE INTO rejected VALUES ({_marks(ListedRejected)})", one)  # noqa: S608
        if done.rowcount:
            self._db.execute(
                "INSERT INTO heap VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1", (one.stage, one.kind)
            )

    def ends(self, stream: str) -> tuple[str, str] | None:
        """The newest and the oldest entry that were read of a stream."""
        found = self._all("SELECT newest, oldest FROM mark WHERE stream = ?", stream)
        return found[0] if found else None

    def size(self) -> int:
        """Articles that were read so far."""
        return self._size

    # -- what the pages ask ------------------------------------------------------------------------------------

    def newest(self, count: int, before: int | None = None) -> list[Listed]:
        """The newest stories' first articles, newest first; `before` an `at` for older pages."""
        found = self._all(
            f"SELECT {_NAMES} FROM article WHERE relation = 'original' AND at < ? ORDER BY at DESC LIMIT ?",  # noqa: S608
            _LATEST if before is None else before,
            count,
        )
        return [Listed(*row) for row in found]

    def story(self, story: str, most: int = 200) -> list[Listed]:
        """A story's first article, then the others in the order of their publication.

        Copies come by a stream of their own: one of the same instant may stand before the first there.
        """
        found = self._all(
            f"SELECT {_NAMES} FROM article WHERE story = ? ORDER BY relation <> 'original', at LIMIT ?",  # noqa: S608
            story,
            most,
        )
        return [Listed(*row) for row in found]

    def article(self, article: str) -> Listed | None:
        found = self._all(f"SELECT {_NAMES} FROM article WHERE id = ?", article)  # noqa: S608
        return Listed(*found[0]) if found else None

    def of_file(self, file: str, most: int = 500) -> list[Listed]:
        """A file's articles: their ids begin with the file's."""
        found = self._all(
            f"SELECT {_NAMES} FROM article WHERE id > ? AND id < ? ORDER BY at LIMIT ?",  # noqa: S608
            f"{file}-",
            f"{file}.",
            most,
        )
        return sorted((Listed(*row) for row in found), key=lambda a: int(a.id.rpartition("-")[2]))

    def search(self, said: str, most: int = 50) -> list[Listed]:
        """Articles whose headline or publisher has every word, or the words' beginnings, the newest first.

        Whole words first: what is asked for by its full name is not hidden by longer words.
        """
        words = self._words(said)[:12]
        if not words:
            return []
        whole = self._having(" ".join(f'"{word}"' for word in words), most)
        return whole if len(whole) == most else self._having(" ".join(f'"{w[:BEGINNING]}"*' for w in words), most)

    def _words(self, said: str) -> list[str]:
        """Split and folded as the index splits a headline: a word of two in its eyes would be an error to ask for."""
        with self._lock:
            self._db.execute("DELETE FROM said")
            self._db.execute("INSERT INTO said VALUES (?)", (said.replace("\0", " "),))
            return [word for (word,) in self._db.execute("SELECT term FROM said_words")]

    def _having(self, question: str, most: int) -> list[Listed]:
        found = self._all(
            f"SELECT {_NAMES} FROM article WHERE row IN "  # noqa: S608
            "(SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY at DESC",
            question,
            most,
        )
        return [Listed(*row) for row in found]

    def files(self, count: int) -> list[ListedFile]:
        return [ListedFile(*row) for row in self._all("SELECT * FROM file ORDER BY at DESC LIMIT ?", count)]

    def file(self, file: str) -> ListedFile | None:
        found = self._all("SELECT * FROM file WHERE id = ?", file)
        return ListedFile(*found[0]) if found else None

    def heaps(self) -> list[tuple[str, str, int]]:
        """Rejected items by stage and kind, the largest heap first."""
        return self._all("SELECT stage, kind, count FROM heap ORDER BY count DESC, stage, kind")

    def heap(self, stage: str, kind: str, most: int) -> list[ListedRejected]:
        """The newest of one heap."""
        found = self._all(
            "SELECT * FROM rejected WHERE stage = ? AND kind = ? ORDER BY at DESC LIMIT ?", stage, kind, most
        )
        return [ListedRejected(*row) for row in found]

    def rejected(self, item: str) -> list[ListedRejected]:
        """Why an article or file was rejected, newest first."""
        return [
            ListedRejected(*row)
            for row in self._all("SELECT * FROM rejected WHERE id = ? ORDER BY at DESC LIMIT 20", item)
        ]


_LATEST = (1 << 63) - 1
_ADD_WORDS = "INSERT INTO words (rowid, headline, publisher) VALUES (?, ?, ?)"
#: The index holds no texts, so it is told the ones that it had.
_DROP_WORDS = "INSERT INTO words (words, rowid, headline, publisher) VALUES ('delete', ?, ?, ?)"
_NAMES = ", ".join(Listed._fields)


def _marks(kind: type[Sequence[Any]]) -> str:
    return ", ".join("?" * len(kind._fields))  # type: ignore[attr-defined]
