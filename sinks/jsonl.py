"""JSON Lines in a folder: ``stories-000001.jsonl``, ``-000002`` ..., each entry's record once, whatever is killed when.

How. The file that grows is ``stories-000003.jsonl.part``; after each batch it is synced and a small state file says how
far it is good. A start cuts off what stands behind that mark (a batch that was not finished). A full file is renamed,
so a name without ``.part`` never changes again.

What comes again is passed over: a batch that was written and not acknowledged, and what a Redis that lost power hands
out or publishes anew because it has forgotten its last seconds, under other entry numbers perhaps. So articles are
known by id and version; a start learns the newest of them from the files themselves.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

import msgspec

from sinks.base import Down, Target
from wiredesk.errors import UsageError
from wiredesk.readers import Message

#: A file that editors and `jq` still open with ease.
LARGEST_FILE = 64 << 20
#: Articles that are known, the newest: minutes at the highest rate, hours at an ordinary one, some 15 MB of memory.
#: What Redis forgot is published again as soon as its producer has noticed, which takes a watcher 15 seconds.
KNOWN = 100_000


class State(msgspec.Struct):
    """File number, bytes of it that are good."""

    number: int = 1
    good: int = 0


class Key(msgspec.Struct, frozen=True):
    """What an article is known by: as much of its record."""

    id: str
    version: int = 1


_key = msgspec.json.Decoder(Key)


class Lines:
    """One process per folder: another one is told so at its start."""

    def __init__(self, folder: Path, name: str, largest: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._name, self._largest = folder, name, largest
        self._lock = self._hold()
        self._state_file = folder / f".{name}.state"
        self._state = self._load()
        self._out: BinaryIO = self._resume()
        self._known = dict.fromkeys(reversed(list(islice(self._newest(), KNOWN))))

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

    def _path(self, number: int | None = None) -> Path:
        return self._folder / f"{self._name}-{number or self._state.number:06}.jsonl"

    def _part(self) -> Path:
        return self._path().with_suffix(".jsonl.part")

    def _newest(self) -> Iterator[Key]:
        """What the files hold, the newest first; of files that were taken away nothing is known."""
        yield from _keys(self._part())
        for number in range(self._state.number - 1, 0, -1):
            if not self._path(number).exists():
                return
            yield from _keys(self._path(number))

    def _resume(self) -> BinaryIO:
        if self._path().exists():  # renamed, but killed before the state said so
            self._state = State(self._state.number + 1)
            self._save()
        out = self._part().open("ab")
        # A file that was taken away is begun anew: to "cut" it longer would fill it with zeros.
        out.truncate(min(self._state.good, out.tell()))
        return out

    def write(self, messages: Sequence[Message]) -> None:
        fresh = {key: m for m in messages if (key := Key(m.id, m.version)) not in self._known}
        if not fresh:
            return
        try:
            if self._out.closed:
                self._reopen()
            self._out.write(b"".join(m.body + b"\n" for m in fresh.values()))
            self._sync(fresh)
        except OSError as error:
            self._go_back()
            raise Down(f"{self._folder}: {error.strerror}") from error

    def _go_back(self) -> None:
        """To what the state file says is good; the next write opens the file where that fails, too."""
        with suppress(OSError):
            self._out.close()  # which flushes once more, and closes also where the disk is full
        with suppress(OSError):
            self._reopen()

    def _reopen(self) -> None:
        self._state = self._load()
        self._out = self._resume()

    def _sync(self, fresh: Iterable[Key]) -> None:
        self._out.flush()
        os.fsync(self._out.fileno())
        self._state = State(self._state.number, self._out.tell())
        self._save()
        self._known.update(dict.fromkeys(fresh))
        for old in list(islice(self._known, max(0, len(self._known) - KNOWN))):
            del self._known[old]
        if self._state.good >= self._largest:
            self._turn()

    def _turn(self) -> None:
        """The file is full: give it its name and begin the next."""
        self._out.close()
        self._part().replace(self._path())
        self._state = State(self._state.number + 1)
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


def _keys(path: Path) -> Iterator[Key]:
    """Of the articles in a file, the last one first."""
    if not path.stat().st_size:
        return  # which cannot be mapped
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as lines:
        end = len(lines)
        while end:
            start = lines.rfind(b"\n", 0, end - 1) + 1
            with suppress(msgspec.MsgspecError):  # an entry that somebody else made is carried and not known
                yield _key.decode(lines[start:end])
            end = start


def open_sink(target: Target) -> Lines:
    """`to` is a folder. Options: `name` of the files, `bytes` at which a file is full."""
    sink = target.option("name", "stories"), target.number("bytes", LARGEST_FILE)
    target.check()
    if not sink[0] or sink[0] != Path(sink[0]).name:
        raise UsageError(f"-o name={sink[0]} must be the beginning of files' names, without a folder.")
    return Lines(Path(target.to), *sink)
