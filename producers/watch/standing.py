"""Outcomes that must have stood for a while before a file is let go.

A Redis that syncs its log every second has forgotten its last two when the power comes back: a file, its articles and
its outcome alike. Who has put the file away by then has lost it. An outcome that is looked at again after more than
that, and is still there, is on the disk.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from producers.desk import Desk
from producers.status import Status

#: Seconds: 2.1 is the longest that a Redis with a slow disk was seen to forget.
SURE = 3.0


class Standing:
    """`seconds`: how long an outcome must stand; 0: as it is told."""

    def __init__(self, desk: Desk, seconds: float) -> None:
        self._desk, self._seconds = desk, seconds
        self._told: dict[str, float] = {}

    def add(self, status: Status) -> None:
        self._told.setdefault(status.id, time.monotonic())

    def due(self) -> Iterator[tuple[str, Status | None]]:
        """Files whose time is over with what the desk says of them now; None: it does not know them any more."""
        until = time.monotonic() - self._seconds
        files = [file for file, told in self._told.items() if told <= until]
        for file, status in zip(files, self._desk.statuses(files), strict=True):
            del self._told[file]
            yield file, status
