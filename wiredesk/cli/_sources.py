"""What `wiredesk submit` is given -> things to submit: paths, patterns, lists on standard input, object stores."""

from __future__ import annotations

import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast

from producers.objects import BLOCK, Stream, asked
from wiredesk.cli import _paths
from wiredesk.errors import DeskError, UsageError

STDIN = "-"
#: What stands on standard input is kept in memory up to this size, then on disk.
IN_MEMORY = 4 << 20
#: Seconds that a list of objects may take: a thousand come in a request.
LISTING = 3600.0
#: Bytes of an object that are asked for at a time.
PIECE = 1 << 20


@dataclass(frozen=True)
class Source:
    """`state` changes when the content does (size and time, or an object's tag): what a journal compares."""

    name: str
    state: str
    path: Path | None = None
    url: str | None = None
    store: Any = None

    def open(self) -> AbstractContextManager[Path | BinaryIO]:
        """A path, or a seekable stream for as long as it is used. Raises OSError, `StoreAway`, `StoreFault`."""
        if self.path:
            return nullcontext(self.path)
        if self.store:
            what = str(self.url)
            return BufferedReader(
                Stream(asked(lambda: self.store.open(what, "rb", block_size=BLOCK), what), what), PIECE
            )
        spool = cast("BinaryIO", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  (the caller's `with` ends it)
        shutil.copyfileobj(sys.stdin.buffer, spool)
        return spool


def expand(words: Iterable[str], *, null: bool) -> Iterator[Source]:
    """Sources in order. `null`: further paths stand on standard input, each ended by a NUL byte.

    Raises `UsageError` for a path that does not exist or a pattern that nothing matches.
    """
    for word in words:
        yield from _word(word)
    if null:
        for name in sys.stdin.buffer.read().split(b"\0"):
            if name:
                yield from _local(os.fsdecode(name))


def _word(word: str) -> Iterator[Source]:
    if word == STDIN:
        yield Source("stdin", "")
    elif "://" in word:
        yield from _objects(word)
    elif glob.has_magic(word) and not Path(word).exists():
        matches = sorted(glob.glob(word, recursive=True))  # noqa: PTH207  (Path.glob takes no absolute pattern)
        if not matches:
            raise UsageError(f"Nothing matches {word!r}. ** stands for folders at any depth.")
        for match in matches:
            yield from _local(match)
    else:
        yield from _local(word)


def _local(word: str) -> Iterator[Source]:
    for found in _paths.expand([word]):
        try:
            stat = found.path.stat()
        except OSError:
            yield Source(found.name, "", found.path)
        else:
            yield Source(found.name, f"{stat.st_size}.{stat.st_mtime_ns}", found.path)


def _objects(word: str) -> Iterator[Source]:
    """Objects by fsspec: one, all under a prefix, or those that match a pattern. The address is the object's."""
    if not find_spec("fsspec"):
        raise UsageError(f"{word!r} needs the extra for object stores: pip install 'wiredesk[objects]'")
    import fsspec  # noqa: PLC0415  (an extra)

    try:
        store, path = fsspec.core.url_to_fs(word)
        found = asked(lambda: _listed(store, path), word, within=LISTING) if path.strip("/") else {}
    except DeskError:
        raise
    except Exception as error:  # noqa: BLE001  (each kind of store has errors of its own for what it cannot open)
        raise UsageError(f"{word!r} cannot be opened: {error}") from None
    if not found:
        raise UsageError(f"There is nothing at {word!r}. An address names a bucket, and objects: s3://bucket/prefix")
    root = path.rstrip("/") if not glob.has_magic(path) else path[: glob.escape(path).find("[")].rpartition("/")[0]
    for name, facts in found.items():
        if facts.get("type") == "file":
            state = f"{facts.get('size')}.{facts.get('ETag') or facts.get('mtime') or facts.get('LastModified')}"
            short = name.removeprefix(root).lstrip("/") or name.rpartition("/")[2]
            yield Source(short, state, url=store.unstrip_protocol(name), store=store)


def _listed(store: Any, path: str) -> dict[str, dict[str, Any]]:
    """Names with their facts, in order, by as few questions as the store allows."""
    try:
        found = store.glob(path, detail=True) if glob.has_magic(path) else store.find(path, detail=True)
    except FileNotFoundError:
        return {}
    return dict(sorted(found.items()))
