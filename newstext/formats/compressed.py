"""Single compressed files: gzip, bzip2, xz and zstd around one file of any format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newstext.article import Unit
from newstext.errors import Unreadable
from newstext.formats import inner
from newstext.formats.base import Cursor, Look
from newstext.formats.unpack import unpacked
from newstext.source import Source


@dataclass(frozen=True)
class Compressed:
    """One method of compression, told by its magic bytes."""

    name: str
    magic: tuple[bytes, ...]
    endings: tuple[str, ...]

    @property
    def recognised(self) -> str:
        return f"the magic bytes of {self.name}; the file inside is of any format"

    def sniff(self, look: Look) -> float:
        return 0.99 if look.head.startswith(self.magic) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        if start.place:
            return
        content = source.keep("content", None, lambda: self._content(source))
        for unit in inner.units(content, start):
            if unit.refused and unit.refused[0].kind == "empty":
                raise Unreadable("empty", f"the {self.name} file holds nothing")
            yield unit

    def _content(self, source: Source) -> Source:
        return inner.opened(source, unpacked(source.stream, self.name), self._inner_name(source.origin.name))

    def _inner_name(self, name: str) -> str:
        """`wire.jsonl.gz` holds `wire.jsonl`, `dump.tgz` a tar."""
        for ending in self.endings:
            if name.lower().endswith(ending):
                return name[: -len(ending)] + (".tar" if ending.startswith(".t") else "")
        return name


GZIP = Compressed("gzip", (b"\x1f\x8b",), (".gz", ".tgz"))
BZIP2 = Compressed("bzip2", (b"BZh",), (".bz2", ".tbz2", ".tbz"))
XZ = Compressed("xz", (b"\xfd7zXZ\0", b"\x5d\0\0\x80\0", b"\x5d\0\0\0\x04"), (".xz", ".lzma", ".txz"))
ZSTD = Compressed("zstd", (b"\x28\xb5\x2f\xfd",), (".zst", ".zstd", ".tzst"))
