"""Paths as a person gives them -> files, each with the name that the desk knows it by."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from wiredesk.errors import UsageError


class Found(NamedTuple):
    """A regular file and its name: relative to the folder that was given, else its last part."""

    path: Path
    name: str


def expand(paths: Iterable[str]) -> Iterator[Found]:
    """Every regular file under the paths, in order; hidden ones, pipes and devices are passed over.

    Raises `UsageError` at once when a path does not exist, before any file is taken in.
    """
    given = [Path(p) for p in paths]
    for path in given:
        if not path.exists():
            raise UsageError(f"There is no file or folder {str(path)!r}. Check it with: ls {path.parent}")
    for path in given:
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield Found(path, path.name)
        else:
            raise UsageError(f"{str(path)!r} is neither a file nor a folder; 'wiredesk read -' takes a stream.")


def _walk(folder: Path) -> Iterator[Found]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                yield Found(path, path.relative_to(folder).as_posix())
