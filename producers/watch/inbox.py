"""The directory itself: what lies in it, whose it is, where it goes. File system only; no desk.

    DIR/...                       files as they come, in folders as they like
    DIR/.wiredesk/{claimant}/...  claimed by a watcher that runs: it holds a lock on `lock` there
    DIR/done/...                  the desk has dealt with them
    DIR/rejected/...              it could not: `NAME.reason.txt` says why

A claim is a rename, so of two watchers one gets a file. The kernel lets go of a dead watcher's lock, and the next one
to look adopts what it had claimed: a file is in exactly one of these places, whatever dies when.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import IO, NamedTuple

HOME, DONE, REJECTED, LOCK = ".wiredesk", "done", "rejected", "lock"
REASON = ".reason.txt"
#: Bytes of a name that file systems take.
LONGEST = 255
#: Names that programs give to what they are still writing.
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")


class Found(NamedTuple):
    """A regular file, by its path relative to the inbox."""

    name: str
    stat: os.stat_result


class Inbox:
    """One watcher's hold on a directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._home = folder / HOME
        self._claims = self._home / secrets.token_hex(6)
        self._claims.mkdir(parents=True)
        self._lock = _lock(self._claims)

    def scan(self) -> Iterator[Found]:
        """Regular files that no one has claimed, the oldest folder entries first as the system lists them."""
        return _walk(self.folder, "", {HOME, DONE, REJECTED})

    def path(self, name: str) -> Path:
        return self.folder / name

    def claimed(self, name: str) -> Path:
        return self._claims / name

    def claim(self, name: str) -> bool:
        """Take a file; False when another was quicker. Raises OSError when it cannot be moved."""
        target = self.claimed(name)
        try:
            _rename(self.folder / name, target)
        except FileNotFoundError:
            return False
        return stat.S_ISREG(target.lstat().st_mode)

    def adopt(self) -> Iterator[str]:
        """Names of files that a watcher had claimed which is dead; they are ours now."""
        for other in [p for p in self._home.iterdir() if p.is_dir() and p != self._claims]:
            lock = _lock(other)
            if lock is None:
                continue
            for found in list(_walk(other, "", {LOCK})):
                target = self.claimed(found.name)
                if target.exists():
                    continue
                _rename(other / found.name, target)
                yield found.name
            lock.close()
            _remove(other)

    def finish(self, name: str, tag: str) -> Path:
        """Put a claimed file into `done/`; `tag` tells apart two of one name."""
        return self._put(name, DONE, tag)

    def reject(self, name: str, tag: str, reason: str) -> Path:
        """Put a claimed file into `rejected/`, with the reason beside it (unless the disk has no room for one)."""
        put = self._put(name, REJECTED, tag)
        with suppress(OSError):
            put.with_name(_cut(put.name, LONGEST - len(REASON)) + REASON).write_text(reason + "\n", "utf-8")
        return put

    def close(self) -> None:
        """Let go. What is claimed stays where it is for the next watcher."""
        if self._lock:
            self._lock.close()
        _remove(self._claims)

    def _put(self, name: str, place: str, tag: str) -> Path:
        folder = self.folder / place
        *folders, last = Path(name).parts
        for part in folders:  # an earlier file may have the folder's name
            folder = _free(folder / part, tag, lambda p: p.is_dir() or not os.path.lexists(p))
        target = _free(folder / last, tag, lambda p: not os.path.lexists(p))
        _rename(self.claimed(name), target)
        return target


def _free(path: Path, tag: str, fits: Callable[[Path], bool]) -> Path:
    """The path itself if it fits, else the first that does of ``NAME~TAG.txt``, ``NAME~TAG~2.txt`` ..."""
    marks = chain(("", f"~{tag}"), (f"~{tag}~{number}" for number in count(2)))
    return next(found for mark in marks if fits(found := _marked(path, mark)))


def _marked(path: Path, mark: str) -> Path:
    if not mark:
        return path
    suffix = _cut(path.suffix, 40)
    room = LONGEST - len(os.fsencode(mark + suffix))
    return path.with_name(f"{_cut(path.stem, room)}{mark}{suffix}")


def _cut(text: str, size: int) -> str:
    """As much of a name as is whole characters within `size` bytes."""
    return os.fsencode(text)[:size].decode("utf-8", "ignore")


def _walk(folder: Path, under: str, passed_over: set[str]) -> Iterator[Found]:
    """Regular files; no dotfiles, no unfinished ones, no links, pipes or devices. A folder that is gone has none."""
    folders = []
    with suppress(OSError), os.scandir(folder / under) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name in passed_over:
                continue
            name = f"{under}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                folders.append(name)
            elif not entry.name.lower().endswith(UNFINISHED):
                with suppress(OSError):
                    found = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(found.st_mode):
                        yield Found(name, found)
    for name in folders:
        yield from _walk(folder, f"{name}/", set())


def _rename(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except FileNotFoundError:
        if target.parent.is_dir():
            raise
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)


def _lock(folder: Path) -> IO[bytes] | None:
    """The folder's lock, held until it is closed or the process ends; None when another holds it."""
    try:
        lock = (folder / LOCK).open("ab")
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return None
        raise
    return lock


def _remove(claims: Path) -> None:
    """A claimant's folder, if nothing is left in it."""
    for folder, _, names in os.walk(claims, topdown=False):
        if Path(folder) == claims and set(names) <= {LOCK}:
            (claims / LOCK).unlink(missing_ok=True)
        with suppress(OSError):
            Path(folder).rmdir()
