"""A file as a format sees it: seekable bytes, a name, and what is known from outside."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from newstext.article import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

#: How much of a file's start is looked at to tell its format: every marker in use stands in the first pages.
HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Source:
    """Seekable bytes with their origin. `size` in bytes; `depth` counts the containers around this source.

    `fields` maps a table's own column names to ours (``{"kop": "headline"}``), for rows with odd names.
    Who reads a file in parts keeps its source for the next part: `keep` then spares formats their work so far.
    """

    stream: BinaryIO
    size: int
    origin: Origin = field(default_factory=Origin)
    depth: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    _kept: dict[str, tuple[object, Any]] = field(default_factory=dict, repr=False, compare=False)

    def keep(self, slot: str, which: object, make: Callable[[], T]) -> T:
        """What `make` gave for this slot the last time, if it was for the same `which`; else it is made anew.

        An unpacked stream that stands where the last part ended, an archive's directory, a parsed document: a format
        works without them, by starting over.
        """
        known, thing = self._kept.get(slot, (None, None))
        if slot not in self._kept or known != which:
            self._kept.pop(slot, None)  # before the new one takes its memory
            thing = make()
            self._kept[slot] = which, thing
        return thing  # type: ignore[no-any-return]

    def put(self, slot: str, thing: object) -> None:
        """Keep what was made elsewhere, for `take`."""
        self._kept[slot] = None, thing

    def take(self, slot: str) -> Any:
        """What was put into this slot, for one user alone; None when there is nothing, or no more."""
        return self._kept.pop(slot, (None, None))[1]

    @classmethod
    def of(cls, data: bytes, name: str = "", **known: str | None) -> Source:
        """Wrap bytes in hand, e.g. ``Source.of(b"...", "page.txt", url="https://...")``."""
        return cls(io.BytesIO(data), len(data), Origin(name=name, **known))

    @cached_property
    def head(self) -> bytes:
        self.stream.seek(0)
        return self.stream.read(HEAD_BYTES)

    def whole(self) -> bytes:
        self.stream.seek(0)
        return self.stream.read()
