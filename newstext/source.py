"""A file as a format sees it: seekable bytes, a name, and what is known from outside."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from newstext.article import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How much of a file's start is looked at to tell its format: every marker in use stands in the first pages.
HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Source:
    """Seekable bytes with their origin. `size` in bytes; `depth` counts the containers around this source.

    `fields` maps a table's own column names to ours (``{"kop": "headline"}``), for rows with odd names.
    """

    stream: BinaryIO
    size: int
    origin: Origin = field(default_factory=Origin)
    depth: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)

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
