"""One run over a set of files: push them, follow the output streams until each has its outcome, count.

Files go in while results come out, never more than `AHEAD` open at once, so a folder of any size is driven in constant
memory. Only what this run pushed is written and counted: other producers may share the desk.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import orjson
from rich.markup import escape

from producers import Desk as Producer
from producers import Item, Receipt
from wiredesk import ids, jobs, keys
from wiredesk.cli._paths import Found
from wiredesk.files import REACHED
from wiredesk.plain import many
from wiredesk.streams import Entry, Tail, is_ours
from wiredesk.terminal import Console
from workers import take as takes
from workers.desk import Desk
from workers.stages.publish import record_of
from workers.table import NAMES

#: Files that may be open at once: enough to keep every worker's batches full.
AHEAD = 2_000
#: Files pushed between two looks at the results.
SLICE = 64
#: Files from this size on take seconds: how far they are is shown.
LARGE = 8 << 20
#: Seconds that a look waits for results when there is nothing left to push.
LOOK = 0.1


@dataclass
class Summary:
    """What came of a run. `problems` are (file, reason) of what was rejected, the first few.

    `missed` articles were published, as their files' events say, and gone from the streams before they were read.
    """

    files: int = 0
    articles: int = 0
    stories: int = 0
    copies: int = 0
    rejected: int = 0
    seconds: float = 0.0
    known: int = 0
    missed: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def show(self, console: Console, out: Path | None) -> None:
        """Print it for a person."""
        for name, reason in self.problems:
            console.print(f"[red]rejected[/] {escape(name)}: {escape(reason)}")
        for name, note in self.notes:
            console.print(f"[yellow]note[/] {escape(name)}: {escape(note)}")
        parts = [
            many(self.files, "file"),
            many(self.articles, "article"),
            many(self.stories, "story"),
            many(self.copies, "copy"),
            f"{self.rejected:,} rejected",
        ]
        said = " · ".join(f"[bold]{n}[/] {what}" for n, what in map(str.split, parts))
        console.print(f"{said} · {self.seconds:.1f} s")
        if self.known:
            console.print(f"{many(self.known, 'file')} known to this desk: their articles were not published again.")
        if self.missed:
            console.print(
                f"[red]{self.missed:,} articles were published and trimmed before they could be read and are not "
                "written.[/] Raise WIREDESK_KEEP_STREAM_ENTRIES and WIREDESK_KEEP_STREAM_AGE, then: wiredesk replay"
            )
        if out and self.articles:
            console.print(f"written: {escape(str(out))}")


#: Problems and notes that a summary names; the streams hold them all.
NAMED = 20


@dataclass
class State:
    """Where a run stands, for whoever watches. `share` of the bytes is split; `taking`: a large file that goes in."""

    total: int
    done: int
    share: float
    taking: str
    articles: int
    copies: int
    rejected: int
    queued: dict[str, int]


class Run:
    """Drive files through a desk; `lines` receives one JSON line per published article."""

    def __init__(self, desk: Desk, lines: BinaryIO | None = None) -> None:
        self._desk = desk
        self._producer = Producer(desk.settings.redis_url, settings=desk.settings)
        self._tail = Tail(desk.queues, keys.STREAMS, "$")
        self._lines = lines
        self._open: dict[str, Receipt] = {}
        self._earlier: set[str] = set()
        self._mine: dict[str, str] = {}  # the files of this run, by their ids their names
        self._stories: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._taking = ""
        self._files, self._bytes, self._split = 0, 1, 0
        self._summary = Summary()
        self._began = time.monotonic()

    def drive(self, found: Sequence[Found]) -> Iterator[State]:
        """Push all files and read all results; yields several times a second. Returns when every file is done."""
        waiting = iter(found)
        pushing = True
        self._files, self._bytes = len(found), sum(map(_size, found)) or 1
        while pushing or self._open:
            if pushing and len(self._open) < AHEAD:
                some = list(islice(waiting, SLICE))
                pushing = len(some) == SLICE
                large = [file for file in some if _size(file) >= LARGE]
                self._push([file for file in some if file not in large])
                for file in large:
                    self._taking = file.name
                    yield self._state()
                    self._push([file])
                self._taking = ""
            for entry in self._tail.read(0.0 if pushing else LOOK):
                self._note(entry)
            yield self._state()
        for entry in self._tail.rest():
            self._note(entry)

    def summary(self) -> Summary:
        done = self._summary
        done.articles, done.copies = self._counts["articles"] + self._counts["copies"], self._counts["copies"]
        done.missed = max(0, self._counts["told"] - done.articles)
        done.stories, done.seconds = len(self._stories), round(time.monotonic() - self._began, 2)
        return done

    def _push(self, files: Sequence[Found]) -> None:
        self._summary.files += len(files)
        for item, answer in self._producer.submit_each(Item(file.path, file.name) for file in files):
            if isinstance(answer, OSError):
                self._problem(item.name, f"The file cannot be read: {answer.strerror}.")
            elif not isinstance(answer, Receipt):
                self._problem(item.name, str(answer))
            elif answer.new:
                self._open[answer.file] = answer
                self._mine[answer.file] = answer.name
            elif answer.file not in self._mine:
                self._again(answer)

    def _again(self, receipt: Receipt) -> None:
        """A file that this desk knew before: give what it gave, once it is done."""
        self._summary.known += 1
        self._mine[receipt.file] = receipt.name
        self._earlier.add(receipt.file)
        if self._desk.queues.hget(keys.file(receipt.file), "state") == b"open":
            self._open[receipt.file] = receipt
        else:
            self._recall(receipt.file)

    def _recall(self, file: str) -> None:
        """A file's articles as they are stored: some were published before this run began to read."""
        found = int(cast("bytes", self._desk.queues.hget(keys.file(file), "found")) or 0)
        for position in range(found):
            (take,) = takes.load(self._desk, [ids.article_id(file, position)])
            if not isinstance(take, Exception) and take.judged and take.article:
                record = record_of(take)
                self._article(msgspec.json.encode(record), record.story, copy=record.relation != "original")

    def _note(self, entry: Entry) -> None:
        file = entry.fields[b"id"].decode(errors="replace").partition("-")[0] if is_ours(entry.fields) else ""
        if file not in self._mine:
            return
        if entry.stream == keys.FILES:
            self._file_done(file, entry)
        elif file in self._earlier:
            return
        elif entry.stream == keys.REJECTED:
            self._problem(self._mine[file], orjson.loads(entry.body)["reason"])
        else:
            self._article(entry.body, entry.fields[b"story"].decode(), copy=entry.stream == keys.COPIES)

    def _article(self, line: bytes, story: str, *, copy: bool) -> None:
        self._counts["copies" if copy else "articles"] += 1
        self._stories.add(story)
        if self._lines:
            self._lines.write(line + b"\n")

    def _file_done(self, file: str, entry: Entry) -> None:
        if file not in self._open:  # done again, by a person's retry or replay
            return
        receipt, event = self._open.pop(file), orjson.loads(entry.body)
        self._split += receipt.bytes
        if file in self._earlier:
            self._recall(file)
        else:
            self._counts["told"] += event["articles"] + event["copies"]
        for note in event.get("notes", [])[:NAMED]:
            if len(self._summary.notes) < NAMED:
                self._summary.notes.append((receipt.name, note))

    def _problem(self, name: str, reason: str) -> None:
        self._summary.rejected += 1
        if len(self._summary.problems) < NAMED:
            self._summary.problems.append((name, reason))

    def _state(self) -> State:
        large = [file for file, receipt in self._open.items() if receipt.bytes >= LARGE]
        with self._desk.queues.pipeline(transaction=False) as pipe:
            for stage in NAMES:
                pipe.llen(jobs.queue(stage))
            for file in large:
                pipe.hget(keys.file(file), REACHED)
            replies = pipe.execute()
        queued = dict(zip(NAMES, replies, strict=False))
        return State(
            total=self._files,
            done=self._summary.files - len(self._open),
            share=(self._split + sum(int(n or 0) for n in replies[len(NAMES) :])) / self._bytes,
            taking=self._taking,
            articles=self._counts["articles"],
            copies=self._counts["copies"],
            rejected=self._summary.rejected,
            queued=queued,
        )


def _size(file: Found) -> int:
    try:
        return file.path.stat().st_size
    except OSError:  # it went away meanwhile; pushing it will say so
        return 0
