"""What a `wiredesk submit` has handed in, on disk: the same command goes on where it was broken off."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Self

import orjson

from wiredesk.cli._sources import Source
from wiredesk.errors import UsageError


class Journal:
    """One JSON line a source whose receipt came. None as `path`: nothing is remembered."""

    def __init__(self, path: Path | None) -> None:
        self._known: set[tuple[str, str]] = set()
        self._out = None
        if path:
            said = path.read_bytes() if path.exists() else b""
            for line in said.splitlines():
                # A line that was cut by a crash is not known: its source is sent again, which does no harm.
                with suppress(orjson.JSONDecodeError, KeyError, TypeError):
                    entry = orjson.loads(line)
                    self._known.add((entry["source"], entry["state"]))
            if said.count(b"\n") > 1 and not self._known:
                raise UsageError(f"--journal {str(path)!r} is a file of another kind. Name one that is not there yet.")
            self._out = path.open("ab")
            self._out.write(b"\n" if path.stat().st_size else b"")

    def knows(self, source: Source) -> bool:
        return bool(source.state) and (_key(source), source.state) in self._known

    def add(self, source: Source, file: str) -> None:
        if self._out and source.state:
            self._out.write(orjson.dumps({"source": _key(source), "state": source.state, "file": file}) + b"\n")
            self._out.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._out:
            self._out.close()


def _key(source: Source) -> str:
    """Where it is, as text that JSON can hold."""
    where = str(source.path.absolute()) if source.path else source.url or ""
    return where.encode("utf-8", "backslashreplace").decode()
