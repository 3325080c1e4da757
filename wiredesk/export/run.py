"""One export: what was published after a position, written as files that are whole or not there.

Into one file, or into a folder by day of publication (``day=2026-11-22/part-{first entry}.jsonl``). A part is named by
its first entry, so an export that was killed and starts again at the saved position writes the same names over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import orjson
from redis import Redis

from wiredesk import export, keys
from wiredesk.errors import UsageError
from wiredesk.export import source
from wiredesk.export.files import KINDS, Opened
from wiredesk.readers.message import Message
from wiredesk.terminal import say

#: A part ends after so many articles: a few hundred MB, and what a kill can cost.
PART_ARTICLES = 100_000


@dataclass(frozen=True)
class Target:
    """Where to, as what; `folder` when it is partitioned by day."""

    path: Path
    kind: str
    shape: str
    folder: bool

    @classmethod
    def of(cls, to: str, shape: str, kind: str | None) -> Target:
        """``x.jsonl`` and ``x.parquet`` are files, all else is a folder. Raises `UsageError`."""
        if to == "-":
            raise UsageError("--to is '-', but an export is a file or folder. 'wiredesk tail articles' prints records.")
        path = Path(to)
        suffix = path.suffix.removeprefix(".")
        if suffix in KINDS and not path.is_dir():
            if kind and kind != suffix:
                raise UsageError(f"--to {to} and --type {kind} disagree; name a folder or another file.")
            return cls(path, suffix, shape, folder=False)
        if suffix and not path.is_dir():
            raise UsageError(f"--to {to} is neither a .jsonl nor a .parquet file; a folder is named without a dot.")
        return cls(path, kind or "jsonl", shape, folder=True)

    @property
    def verbatim(self) -> bool:
        """Whether what was published is written byte for byte: nothing is decoded to be written again."""
        return self.shape == "record" and self.kind == "jsonl"  # bench/readers.py --export

    def takes(self, message: Message) -> bool:
        """Whether it has what will be written; an entry that another program put there is told of and passed over."""
        found = message.is_ours if self.verbatim else message.is_readable
        if not found:
            say(f"Entry {message.entry} of {message.stream} holds no record and is passed over.", err=True)
        return found

    def row(self, message: Message) -> dict[str, Any] | orjson.Fragment:
        return orjson.Fragment(message.body) if self.verbatim else export.SHAPES[self.shape](message.article)

    @property
    def state(self) -> Path:
        """Where a folder's positions are kept."""
        return self.path / ".position"


def run(redis: Redis, target: Target, after: str | None, *, resume: bool) -> Iterator[int]:
    """Export what came after the entry `after`, or after the positions that a folder's export has saved; yields how
    many articles are written, part by part. Raises `UsageError` for what cannot go on.
    """
    if resume and not target.folder:
        raise UsageError("--resume goes on with a folder of parts: name one in --to instead of a file.")
    positions = _saved(target, after, resume=resume) or dict.fromkeys((keys.ARTICLES, keys.COPIES), after or "0")
    messages = filter(target.takes, source.published(redis, positions))
    total = 0
    for name, part in _parts(messages) if target.folder else [(None, messages)]:
        read = _Counted(part)
        _write(target, name, read)
        total += read.count
        positions = positions | read.last
        if target.folder:
            _save(target, positions)
        yield total


class _Counted:
    """Messages on their way through: how many, and the last entry of each stream."""

    def __init__(self, messages: Iterator[Message]) -> None:
        self._messages = messages
        self.count = 0
        self.last: dict[str, str] = {}

    def __iter__(self) -> Iterator[Message]:
        for message in self._messages:
            yield message
            self.count += 1
            self.last[message.stream] = message.entry


def _parts(messages: Iterator[Message]) -> Iterator[tuple[str, Iterator[Message]]]:
    """Name and articles of each part, by day and by size. Each part must be read before the next."""
    counted = enumerate(messages)
    for _, rows in groupby(counted, key=lambda row: (source.day_number(row[1].entry), row[0] // PART_ARTICLES)):
        yield _named(message for _, message in rows)


def _named(part: Iterator[Message]) -> tuple[str, Iterator[Message]]:
    first = next(part)
    return f"day={source.day(first.entry)}/part-{first.entry}", chain([first], part)


def _write(target: Target, name: str | None, messages: _Counted) -> None:
    path = target.path / f"{name}.{target.kind}" if name else target.path
    with Opened(path, target.kind, export.columns(target.shape)) as opened:
        for message in messages:
            opened.writer.row(target.row(message))


def _saved(target: Target, after: str | None, *, resume: bool) -> dict[str, str]:
    """Where the export into this folder ended; empty where there was none."""
    if not target.folder or not target.state.exists():
        return {}
    if not resume or after:
        wrong = "and --since begins anew; leave it out" if resume else "which a second one would double"
        raise UsageError(
            f"{target.path} holds an export already, {wrong}. Go on where it ended with: "
            f"wiredesk export --to {target.path} --resume. Or name another folder."
        )
    saved = orjson.loads(target.state.read_bytes())
    if saved["shape"] != target.shape or saved["kind"] != target.kind:
        raise UsageError(
            f"{target.path} holds {saved['shape']} as {saved['kind']}; export another shape into another folder."
        )
    positions: dict[str, str] = saved["positions"]
    return positions


def _save(target: Target, positions: dict[str, str]) -> None:
    part = target.state.with_name(target.state.name + ".part")
    part.write_bytes(orjson.dumps({"positions": positions, "shape": target.shape, "kind": target.kind}))
    part.replace(target.state)
