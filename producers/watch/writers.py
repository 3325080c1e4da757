"""Whether a file is complete: nobody has it open for writing, or it has been quiet for a while.

Linux tells the first by a lease: the kernel grants one for reading only while no one writes. Where there are no leases
(network file systems, other systems, files of other users) a file counts as complete once its size and time have not
changed for the settle time. An empty file always waits for that: it may be a name taken for what is to come.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import time
from pathlib import Path
from typing import NamedTuple

#: fcntl's names of Linux; the module lacks the first (asm-generic/fcntl.h).
F_SETSIG = 10
#: These say "no lease here" rather than "somebody writes".
_NO_LEASES = {errno.EACCES, errno.EPERM, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTTY}


class _Seen(NamedTuple):
    facts: tuple[int, int, int]
    since: float


class Writers:
    """Remembers what it has seen of files that were not complete; forgets those that are no longer asked for."""

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._seen: dict[Path, _Seen] = {}
        self._asked: dict[Path, _Seen] = {}

    def finished(self, path: Path, found: os.stat_result) -> bool:
        """Whether the file at `path` (with this stat) is complete."""
        if found.st_size:
            written = _open_for_writing(path)
            if written is not None:
                return not written
        facts = (found.st_ino, found.st_size, found.st_mtime_ns)
        seen = self._seen.get(path)
        if seen is None or seen.facts != facts:
            seen = _Seen(facts, time.monotonic())
        self._seen[path] = self._asked[path] = seen
        return time.monotonic() - seen.since >= self._settle

    def next_round(self) -> None:
        """Forget what was not asked for since the last call."""
        self._seen, self._asked = self._asked, {}


def _open_for_writing(path: Path) -> bool | None:
    """True or False where the kernel knows, else None."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        # Should a writer come just now, the kernel says so with a signal that is ignored unless asked for.
        fcntl.fcntl(number, F_SETSIG, signal.SIGURG)
        fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(number, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return None if error.errno in _NO_LEASES else error.errno == errno.EAGAIN
    finally:
        os.close(number)
    return False
