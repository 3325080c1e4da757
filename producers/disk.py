"""A store that is a folder of this machine (file://): objects are there whole and after a power failure, or not at all.

fsspec writes in the folder for temporary files, which may be on another disk, so that the last step is a copy, and
leaves the rest to the kernel's half minute.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

#: An object's name begins so while it is written. What a kill left behind is known by it.
PART = "."
#: Bytes after which what was written goes to the disk: so much takes a slow one a second, and the last step is no long
#: one.
DIRTY = 64 << 20


class Object:
    """A file under a name of its own until `commit`, as fsspec's files have it. Raises OSError."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        folder = self._path.parent
        new = list(takewhile(lambda one: not one.exists(), (folder, *folder.parents)))
        folder.mkdir(parents=True, exist_ok=True)
        self._folders = {folder, *(one.parent for one in new)}
        self._part = folder / f"{PART}{self._path.name}.{uuid.uuid4().hex}"
        self._out = self._part.open("xb")
        self._dirty = 0

    def write(self, data: bytes) -> None:
        self._dirty += self._out.write(data)
        if self._dirty >= DIRTY:
            self._out.flush()
            os.fdatasync(self._out)
            self._dirty = 0

    def close(self) -> None:
        self._out.close()

    def commit(self) -> None:
        """On the disk before it has its name, and the name before anybody relies on it."""
        _settle([self._part])
        self._part.replace(self._path)
        _settle(self._folders)

    def discard(self) -> None:
        self._part.unlink(missing_ok=True)


def _settle(paths: Iterable[Path]) -> None:
    for path in paths:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
