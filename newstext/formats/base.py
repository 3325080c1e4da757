"""What a format is, and what its reader is handed and gives back.

A format is any object with `name`, `recognised`, `sniff` and `read` (see `Format`). Most formats are read whole
and need no class of their own: `Whole` decodes the bytes, calls one function from text to `Found`, and cuts what
was found into units. Formats that stream keep their place in a `Cursor`.

Positions count from 0 through the whole file, whatever parts it is read in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import msgspec

from newstext.article import Audit, Draft, Origin, Refusal, Span, Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.source import Source

#: A format that is read whole takes about ten times its size while it is parsed (lxml trees, decoded text):
#: 16 MB stays under the 256 MiB that a worker may use, and the largest exports that vendors give are ~5 MB.
WHOLE_BYTES = 16_000_000

#: A unit is at most so many articles and about so many characters: what one queue message should describe.
UNIT_ARTICLES = 100
UNIT_CHARS = 1_000_000

#: One row, member or record may be this large; a longer one is refused, its neighbours are not.
PIECE_BYTES = WHOLE_BYTES

#: How a JSON document begins.
_JSON = re.compile(r"\s*(?:\{|\[\s*\{)")


@dataclass(frozen=True)
class Look:
    """A first look at a file: what every format's `sniff` decides by."""

    head: bytes
    name: str
    size: int
    fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, source: Source) -> Look:
        return cls(source.head, source.origin.name.lower(), source.size, source.fields)

    @cached_property
    def text(self) -> str:
        """The head as text; a character cut at its end is dropped."""
        return decode(self.head[: _whole_characters(self.head)], controls=True).text

    @property
    def markup(self) -> str:
        """The start in which formats of XML look for their elements: JSON may hold such a document in a string."""
        return "" if _JSON.match(self.start) else self.start

    @cached_property
    def start(self) -> str:
        """The first 2,000 characters without leading white space, in lower case: where markup names itself."""
        return self.text[:20_000].lstrip()[:2_000].lower()

    def named(self, *endings: str) -> bool:
        return self.name.endswith(endings)


def _whole_characters(head: bytes) -> int:
    """How much of the head ends between two UTF-8 characters."""
    for back in range(1, min(4, len(head)) + 1):
        byte = head[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            return len(head) - back
    return len(head)


class Format(Protocol):
    """A way that articles are held in a file.

    `name` goes to the published record, `recognised` is one line for people. `sniff` says how surely a file is of
    this format: 0 not, up to 0.2 anything goes (page text), 0.5 its general syntax fits, 0.8 its own markers
    were seen, 1 magic bytes. `read` yields units from the start or from after the unit that gave `cursor`.
    """

    @property
    def name(self) -> str: ...

    @property
    def recognised(self) -> str: ...

    def sniff(self, look: Look) -> float: ...

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]: ...


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where to go on.

    `place` is in the format's own terms (byte offset, member number), `position` that of the next article. `base` is
    what is counted from: characters before this place; in a container, the position at which its member began.
    `inner` is the cursor inside the member. `barren` counts the rows without an article right before this place.
    """

    place: int = 0
    position: int = 0
    base: int = 0
    inner: str | None = None
    barren: int = 0

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()

    def at(self, place: int) -> Cursor:
        """Where member `place` starts: here when this is inside of it, else anew after the articles so far."""
        return self if place == self.place else Cursor(place, self.position)

    @classmethod
    def load(cls, cursor: str | None) -> Cursor:
        return msgspec.json.decode(cursor, type=cls) if cursor else cls()


class Found(msgspec.Struct):
    """What a whole file gave: drafts in its order, what it declares of itself, and the rest accounted for."""

    drafts: list[Draft]
    declared: int | None = None
    notes: list[str] = []
    refused: list[Refusal] = []
    furniture: list[Span] = []  # cover pages, indexes, separators: known, and no article's


Parse = Callable[[str, Source], Found]


@dataclass(frozen=True)
class Whole:
    """A format that is read at once: `parse` makes drafts of the whole decoded text."""

    name: str
    recognised: str
    sniff: Callable[[Look], float]
    parse: Parse = field(repr=False)
    controls: bool = False

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        found, text, encoding = source.keep("found", None, lambda: self._found(source))
        yield from units(found, text, encoding, Cursor.load(cursor))

    def _found(self, source: Source) -> tuple[Found, str, str]:
        decoded = decode(whole(source), controls=self.controls)
        found = self.parse(decoded.text, source)
        found.notes[:0] = decoded.notes
        compare(found)
        return found, decoded.text, decoded.encoding


def whole(source: Source) -> bytes:
    """All bytes of a source that is small enough to be taken at once."""
    source.stream.seek(0)
    data = source.stream.read(WHOLE_BYTES + 1)
    source.stream.read(1)  # a stream that is cut off says so where it ends
    if len(data) > WHOLE_BYTES:
        raise Unreadable(
            "too-large", f"more than {WHOLE_BYTES:,} bytes in a format that has to be read at once; split the file"
        )
    return data


def units(found: Found, text: str, encoding: str, start: Cursor) -> Iterator[Unit]:
    """Cut what was found into units; a file of one unit keeps its text beside the spans that refer to it."""
    batches = list(_batches(found.drafts)) or [[]]
    told = _told(found.drafts, text)
    place = 0
    for number, batch in enumerate(batches):
        place += len(batch)
        last = number == len(batches) - 1
        if place <= start.place and not (last and place == 0):
            continue
        own = [msgspec.structs.replace(draft) for draft in batch]  # containers number them on
        audit = _audit(found, told[place - len(batch) : place], sum(told), text, first=number == 0)
        unit = Unit(drafts=own, audit=audit, encoding=encoding)
        unit.cursor = None if last else Cursor(place, batch[-1].position + 1).dump()
        unit.text = text if len(batches) == 1 else ""
        unit.refused = found.refused if number == 0 else []
        yield unit


def compare(found: Found) -> None:
    """Note where the file's own count and what was found differ."""
    seen = len(found.drafts)
    if found.declared is not None and found.declared != seen:
        found.notes.append(f"the file declares {found.declared} articles, {seen} were found")


def _batches(drafts: list[Draft]) -> Iterator[list[Draft]]:
    batch: list[Draft] = []
    size = 0
    for draft in drafts:
        if batch and (len(batch) >= UNIT_ARTICLES or size + len(draft.body) > UNIT_CHARS):
            yield batch
            batch, size = [], 0
        batch.append(draft)
        size += len(draft.body)
    if batch:
        yield batch


_BLANK = re.compile(r"\s+")


def visible(text: str) -> int:
    """Characters that are not white space: what an audit counts."""
    return len(_BLANK.sub("", text))


def _told(drafts: list[Draft], text: str) -> list[int]:
    """The characters of each draft that no draft before it has: drafts whose places are not known share the file."""
    told, reached = [], 0
    for draft in drafts:
        start, end = draft.span
        told.append(visible(text[max(start, reached) : end]))
        reached = max(reached, end)
    return told


def _audit(found: Found, told: list[int], article: int, text: str, *, first: bool) -> Audit:
    """The audit of a unit's drafts; the first unit's is also that of what is no article's."""
    audit = Audit(article=sum(told))
    if first:
        rest = visible(text) - article
        audit.furniture = min(sum(visible(text[slice(*span)]) for span in found.furniture), rest)
        audit.unassigned = rest - audit.furniture
        audit.declared, audit.notes = found.declared, [*found.notes]
    return audit


def origin_of(source: Source, **known: str | None) -> Origin:
    """The source's origin with what a part of it knows better of itself."""
    return msgspec.structs.replace(source.origin, **{key: value for key, value in known.items() if value})
