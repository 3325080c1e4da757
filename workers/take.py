"""A take: one article as far as it got, the single thing that stages read and write.

Each stage loads the take, adds its part and writes it back in the step that queues the next stage's job, so a stage
that runs twice writes the same take twice. Stored as MessagePack under zstd, it stays after publication for as long as
copies are judged on its text.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from newstext.article import Article, Draft, Origin
from newstext.errors import Unreadable
from newstext.extract import Sighting
from wiredesk import keys, packing
from wiredesk.errors import StoreError
from wiredesk.files import FileInfo
from wiredesk.records import FingerprintInfo, Similarity
from workers import packs
from workers.desk import Desk
from workers.effects import Write

#: Raised with a change that workers of the release before would misread: they leave such takes to newer ones. A field
#: that is added is none: who does not know it passes it over, and what it stands for is done again.
MAKE = 1


class Judged(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the index said: the story, the relation to it, the article it was matched to."""

    story: str
    relation: str
    duplicate_of: str | None = None
    similarity: Similarity | None = None


class Take(msgspec.Struct, omit_defaults=True):
    """`draft` until the article is described, `article` from then on. `spent`: microseconds by stage."""

    id: str
    file: FileInfo
    origin: Origin | None = None  # where the piece of a container came from, when it says so itself
    draft: Draft | None = None
    sighting: Sighting = Sighting()  # when and by whom it was published, as the index judges by it
    article: Article | None = None
    fingerprint: FingerprintInfo | None = None
    judged: Judged | None = None
    spent: dict[str, int] = {}
    make: int = 1  # left out while it is

    def where(self) -> Origin:
        """What is known from outside: the piece's own origin first, then the file's."""
        own, file = self.origin or Origin(), self.file
        return Origin(
            name=own.name or file.name,
            url=own.url or file.url,
            source=own.source or file.source,
            fetched_at=own.fetched_at or file.fetched_at,
            format=file.format,
        )

    @property
    def body(self) -> str:
        part = self.article or self.draft
        return part.body if part else ""


class _Made(msgspec.Struct):
    make: int = 1


class Newer(Unreadable):
    """A take of a make that a later release introduced: its workers run the job, not this one."""

    def __init__(self, make: int) -> None:
        super().__init__(
            "newer",
            f"The article was prepared by workers of a newer wiredesk (make {make}, here {MAKE}). "
            "Restart this worker with the newer release.",
        )


class Gone(Unreadable):
    """A take that is not stored, or is not as far as it was: its Redis has forgotten it, or lost its last second."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Take).decode
_made = msgspec.msgpack.Decoder(_Made).decode


def dump(take: Take) -> bytes:
    take.make = MAKE
    return packing.pack(_encode(take))


def parse(stored: bytes) -> Take:
    """Raises `Newer` for a take that workers of a later release made in a way that is not known here."""
    packed = packing.unpack(stored)
    try:
        take = _decode(packed)
    except msgspec.ValidationError:
        if (make := _made(packed).make) > MAKE:
            raise Newer(make) from None
        raise
    if take.make > MAKE:
        raise Newer(take.make)
    return take


def write(take: Take, ttl: int) -> Write:
    return Write(keys.take(take.id), dump(take), ttl)


def load(desk: Desk, articles: Sequence[str]) -> list[Take | Unreadable]:
    """The takes of these articles, in one round trip; in the place of one that has expired, or that cannot be read
    here, an `Unreadable`.

    Raises `StoreAway` or `StoreFault` where one was packed away (packs.py) and its store does not give it.
    """
    found = load_each(desk, articles)
    if away := next((one for one in found if isinstance(one, StoreError)), None):
        raise away
    return [one for one in found if not isinstance(one, StoreError)]


def load_each(desk: Desk, articles: Sequence[str]) -> list[Take | Unreadable | StoreError]:
    """As `load`, with the store's error in the place of the take that it does not give."""
    names = [keys.take(article) for article in articles]
    return [_read(stored) for stored in packs.load(desk.texts, desk.settings.objects_url, names, desk.absence)]


def _read(stored: bytes | StoreError | None) -> Take | Unreadable | StoreError:
    if isinstance(stored, StoreError):
        return stored
    if stored is None:
        return _gone()
    try:
        return parse(stored)
    except Newer as newer:
        return newer


def _gone() -> Gone:
    return Gone("expired", "The article's text is no longer stored (WIREDESK_KEEP_TEXTS).")
