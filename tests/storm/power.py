"""A Redis that loses power: killed, and its files cut at the last completed fsync.

How. `witness.c` stands between Redis and the kernel and writes down, for each fsync that came back, how long the file
was when it was asked. After SIGKILL every file of the data folder is cut to that length; what was never synced becomes
empty. That is the least a disk may keep. A disk may also have kept more, up to any byte: some cuts are made there, in
the midst of a command. Renames are taken to hold: Redis syncs the folder after its own. It is started as the shipped
starts do it: a torn log is mended before.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.chaos.mortal import MortalRedis
from tests.storm.preload import library
from wiredesk.server import mend_log

#: Of the cuts, the share that keep some of what was not synced, up to any byte.
TORN = 0.3


class FrailRedis(MortalRedis):
    """`fsync`: what Redis is told, ``always`` or ``everysec``."""

    def __init__(self, folder: Path, fsync: str, *options: str) -> None:
        super().__init__(folder, "--appendfsync", fsync, *options)
        self._data = folder
        self._lines = folder / "synced"
        self._environment = os.environ | {
            "LD_PRELOAD": str(library("witness", folder)),
            "FSYNC_WITNESS": str(self._lines),
        }
        self.losses = 0
        self.bytes_lost = 0

    def environment(self) -> dict[str, str]:
        return self._environment

    def lose_power(self) -> None:
        """Gone with all that no fsync has made sure of, and up again."""
        self.end()
        self.losses += 1
        synced = self._synced()
        for path in self._files():
            self.bytes_lost += _cut(path, synced)
        self.start()

    def start(self) -> None:
        mend_log(self._data)
        super().start()

    def _files(self) -> list[Path]:
        return [path for path in self._data.rglob("*") if path.is_file() and "aof" in path.name and path.name != "log"]

    def _synced(self) -> dict[tuple[int, int], int]:
        """Device and inode -> bytes that are sure; lines of files that are gone do no harm."""
        sure: dict[tuple[int, int], int] = {}
        for line in self._lines.read_text("ascii").splitlines() if self._lines.exists() else ():
            device, inode, length = map(int, line.split())
            sure[device, inode] = length
        return sure


def _cut(path: Path, synced: dict[tuple[int, int], int]) -> int:
    """Cut a file to what is sure (now and then a little more); how many bytes it lost."""
    found = path.stat()
    sure = min(synced.get((found.st_dev, found.st_ino), 0), found.st_size)
    kept = random.randint(sure, found.st_size) if random.random() < TORN else sure
    os.truncate(path, kept)
    return found.st_size - kept
