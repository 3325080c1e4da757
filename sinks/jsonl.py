"""JSON Lines in a folder: ``stories-000001.jsonl``, ``-000002`` ..., each entry's record once, whatever is killed when.

How. The file that grows is ``stories-000003.jsonl.part``; after each batch it is synced and a small state file says how
far it is good and which entries the last batch had. A start cuts off what stands behind that mark (a batch that was
not finished) and passes over those entries when they come again (a batch that was written, not acknowledged: no other
is ever read before it is). A full file is renamed, so a name without ``.part`` never changes again.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from sinks.base import Down, Target
from wiredesk.errors import UsageError
from wiredesk.readers import Message

#: A file that editors and `jq` still open with ease.
LARGEST_FILE = 64 << 20


class State(msgspec.Struct):
    """File number, bytes of it that are good, the entries of the last batch as ``stream entry``."""

    number: int = 1
    good: int = 0
    last: list[str] = []


class Lines:
    """One process per folder: another one is told so at its start."""

    def __init__(self, folder: Path, name: str, largest: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._name, self._largest = folder, name, largest
        self._lock = self._hold()
        self._state_file = folder / f".{name}.state"
        self._state = self._load()
        self._out: BinaryIO = self._resume()

    def _hold(self) -> BinaryIO:
        held = (self._folder / f".{self._name}.lock").open("wb")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.close()
            raise UsageError(
                f"Another sink writes {self._name} into {self._folder}. Give this one -o name=..."
            ) from None
        return held

    def _load(self) -> State:
        return msgspec.json.decode(self._state_file.read_bytes(), type=State) if self._state_file.exists() else State()

    def _path(self) -> Path:
        return self._folder / f"{self._name}-{self._state.number:06}.jsonl"

    def _part(self) -> Path:
        return self._path().with_suffix(".jsonl.part")

    def _resume(self) -> BinaryIO:
        if self._path().exists():  # renamed, but killed before the state said so
            self._state = State(self._state.number + 1, 0, self._state.last)
            self._save()
        out = self._part().open("ab")
        out.truncate(self._state.good)
        return out

    def write(self, messages: Sequence[Message]) -> None:
        written = set(self._state.last)
        fresh = [m for m in messages if _mark(m) not in written]
        if not fresh:
            return
        try:
            self._out.write(b"".join(m.body + b"\n" for m in fresh))
            self._sync(fresh)
        except OSError as error:
            self._out.close()
            self._state = self._load()
            self._out = self._resume()
            raise Down(f"{self._folder}: {error.strerror}") from error

    def _sync(self, fresh: Sequence[Message]) -> None:
        self._out.flush()
        os.fsync(self._out.fileno())
        self._state = State(self._state.number, self._out.tell(), [_mark(m) for m in fresh])
        self._save()
        if self._state.good >= self._largest:
            self._turn()

    def _turn(self) -> None:
        """The file is full: give it its name and begin the next."""
        self._out.close()
        self._part().replace(self._path())
        self._state = State(self._state.number + 1, 0, self._state.last)
        self._save()
        self._out = self._part().open("ab")

    def _save(self) -> None:
        part = self._state_file.with_suffix(".part")
        with part.open("wb") as out:
            out.write(msgspec.json.encode(self._state))
            out.flush()
            os.fsync(out.fileno())
        part.replace(self._state_file)

    def close(self) -> None:
        self._out.close()
        self._lock.close()


def _mark(message: Message) -> str:
    return f"{message.stream} {message.entry}"


def open_sink(target: Target) -> Lines:
    """`to` is a folder. Options: `name` of the files, `bytes` at which a file is full."""
    sink = target.option("name", "stories"), target.number("bytes", LARGEST_FILE)
    target.check()
    return Lines(Path(target.to), *sink)
