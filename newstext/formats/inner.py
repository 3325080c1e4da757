"""Files inside files: the members of an archive, the parts of a mail, the records of a web archive.

A member is read like a file of its own, by whatever format it is of; its positions go on where the member before
ended, and its cursor is kept inside the container's.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from newstext.article import Audit, Origin, Refusal, Unit
from newstext.errors import Unreadable
from newstext.formats.base import PIECE_BYTES, Cursor
from newstext.source import Source

#: Containers around a text: an archive of compressed files, or a mail with an archive; `.tar.gz` counts as two.
MAX_DEPTH = 3


#: Members up to this size are held while they are read: going back inside one would unpack it anew.
HELD_BYTES = 4_000_000
#: They are taken in pieces of so much: what a cut-off stream still gives, it gives in whole pieces.
_PIECE = 16_384


def opened(outer: Source, stream: BinaryIO, name: str) -> Source:
    """A member that is a stream; its size is known only when it is small, else it is `HELD_BYTES` at least.

    Raises what the stream raises on its first bytes. A small one that is cut off later gives what stands before.
    """
    data, problem = _start(stream)
    if problem:
        return Source(_Cut(data, problem), len(data), named(outer, name), outer.depth + 1, outer.fields)
    if len(data) <= HELD_BYTES:
        return member(outer, data, name)
    return Source(stream, len(data), named(outer, name), outer.depth + 1, outer.fields)


def _start(stream: BinaryIO) -> tuple[bytes, Unreadable | None]:
    """The first `HELD_BYTES` and one more, or those before the damage and what it is."""
    held = bytearray()
    try:
        while len(held) <= HELD_BYTES and (piece := stream.read(min(_PIECE, HELD_BYTES + 1 - len(held)))):
            held += piece
    except Unreadable as problem:
        if not held:
            raise
        return bytes(held), problem
    return bytes(held), None


class _Cut(io.BytesIO):
    """Bytes behind which there is damage: it is raised by who reads on at their end, or a line across it."""

    def __init__(self, data: bytes, problem: Unreadable) -> None:
        super().__init__(data)
        self._problem = problem

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if not data and size != 0:
            raise self._problem
        return data

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line or (not line.endswith(b"\n") and len(line) != size):
            raise self._problem
        return line


def random_access(source: Source) -> BinaryIO:
    """The stream of a format that is read from its end. Behind compression that would unpack it again and again."""
    source.stream.seek(0)
    if source.depth == 0:
        return source.stream
    data = source.stream.read(PIECE_BYTES + 1)
    if len(data) > PIECE_BYTES:
        raise Unreadable(
            "too-large", f"an archive of more than {PIECE_BYTES:,} bytes inside another: unpack the outer one"
        )
    return io.BytesIO(data)


def member(outer: Source, data: bytes, name: str) -> Source:
    """A member that is in hand, as a source of its own."""
    return Source(io.BytesIO(data), len(data), named(outer, name), outer.depth + 1, outer.fields)


def named(outer: Source, name: str) -> Origin:
    """The origin of a member: that of its container, under its own name, of no known format."""
    return msgspec.structs.replace(outer.origin, name=name, format=None)


def units(source: Source, start: Cursor, label: str | None = None) -> Iterator[Unit]:
    """The units of the member that `start` points at, with positions and cursors of its container.

    A member that cannot be read gives one unit, with a refusal under its name, and stops nobody else. The last unit
    points behind the member: `after(units)` is where the next one starts.
    """
    from newstext.formats.reading import read  # noqa: PLC0415  (the registry knows this module's callers)

    base = start.base if start.inner else start.position
    position = start.position
    if source.depth > MAX_DEPTH:
        problem = Unreadable("too-deep", f"it lies inside more than {MAX_DEPTH} containers")
        yield refused(problem, label, Cursor(start.place + 1, position))
        return
    told = False
    try:
        for unit in read(source, start.inner):
            told = told or bool(unit.refused)
            position = max(position, _moved(unit, base, label))
            unit.cursor = _cursor(start, position, base, unit.cursor).dump()
            yield unit
    except Unreadable as problem:
        if not told:  # parts that were refused one by one have said why already
            yield refused(problem, label, Cursor(start.place + 1, position))


def _cursor(start: Cursor, position: int, base: int, inner: str | None) -> Cursor:
    return Cursor(start.place, position, base, inner) if inner else Cursor(start.place + 1, position)


def _moved(unit: Unit, base: int, label: str | None) -> int:
    """Count the unit's positions from `base` and name the member in what it refused; gives the next free position."""
    for draft in unit.drafts:
        draft.position += base
    unit.refused = [_within(refusal, base, label) for refusal in unit.refused]
    taken = [draft.position for draft in unit.drafts] + [r.position for r in unit.refused if r.position is not None]
    return max(taken, default=-1) + 1


def _within(refusal: Refusal, base: int, label: str | None) -> Refusal:
    """A member's refusal as its container tells it: counted from `base`, under the names of both."""
    position = None if refusal.position is None else refusal.position + base
    member = "/".join(filter(None, (label, refusal.member))) or None
    return msgspec.structs.replace(refusal, position=position, member=member)


def refused(problem: Unreadable, label: str | None, cursor: Cursor) -> Unit:
    """A unit that says why a member gave nothing."""
    refusal = Refusal(problem.kind, str(problem), member=label)
    return Unit(drafts=[], audit=Audit(), refused=[refusal], cursor=cursor.dump())


def after(unit: Unit) -> Cursor:
    """Where a container goes on after a member's last unit."""
    return Cursor.load(unit.cursor)
