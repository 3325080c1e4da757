"""One batch on its way: which commands to send, what the replies mean, what is left.

No sockets here: the sync and the async client share it.

    while delivery.unsettled:   call accept.lua with delivery.call(), hand its reply to delivery.settle()

Everything here may be sent again: chunks are stored under their hash, and `accept.lua` knows a file that it has seen.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha1
from importlib.resources import files as resources

import msgspec
from redis.exceptions import (
    AuthenticationError,
    ClusterDownError,
    ConnectionError,  # noqa: A004
    MasterDownError,
    ReadOnlyError,
    RedisError,
    TimeoutError,  # noqa: A004
    TryAgainError,
)

from producers.errors import Busy
from producers.items import Receipt
from producers.parcels import Parcel
from wiredesk import jobs, keys
from wiredesk.errors import RedisUnreachable, StoreAway, StoreFault
from wiredesk.settings import Settings, hidden

FIRST_STAGE = "split"
#: Files whose acceptance shares one round trip: beyond this the gain per file is below a microsecond.
BATCH = 64
#: ... as long as their bytes stay below this, so that no producer holds more than a few MB.
BATCH_BYTES = 4 << 20
#: Chunks of a large file in one round trip.
AT_ONCE = 4

NEW, KNOWN, FULL, MISSING = 1, 0, -1, -2
KEYS = (keys.OPEN, jobs.queue(FIRST_STAGE), jobs.QUEUES)

#: Redis is away, starts, or hands over to another, or the object store is away: it will answer later.
_AWAY = (ConnectionError, TimeoutError, ReadOnlyError, MasterDownError, ClusterDownError, TryAgainError, StoreAway)

#: What a round trip may raise that has nothing to do with the file: a standing producer keeps it and goes on later.
LATER = (Busy, RedisUnreachable, StoreAway, StoreFault, RedisError)

#: As Redis words it, alone or wrapped in what a script says (6.2).
_FULL = ("OOM command not allowed", "command not allowed when used memory", "MISCONF")

_pack = msgspec.msgpack.Encoder().encode


def away(error: Exception) -> bool:
    """Whether the same command may succeed later. A refused password will not."""
    return isinstance(error, _AWAY) and not isinstance(error, AuthenticationError)


def full(error: Exception) -> bool:
    """Redis refuses writes until it has room: memory (OOM), or the disk of its log (MISCONF)."""
    return isinstance(error, RedisError) and any(word in str(error) for word in _FULL)


def busy(settings: Settings) -> str:
    return (
        f"The desk is full: {settings.high_water:,} jobs wait in its first queue, or Redis has no room. Send again "
        "later, start more workers (wiredesk status says of which stage), or raise WIREDESK_HIGH_WATER."
    )


def given_up(url: str, error: Exception) -> Exception:
    """What to raise: Redis stayed away, or (as it is) what the store said or an error that does not pass."""
    if not away(error) or isinstance(error, StoreAway):
        return error
    return RedisUnreachable(
        f"Redis at {hidden(url)} does not answer ({type(error).__name__}). What was not acknowledged may be sent "
        "again without making a second file."
    )


@dataclass(frozen=True)
class Script:
    """`accept.lua`, called by its hash."""

    text: str = field(default_factory=lambda: resources("producers").joinpath("accept.lua").read_text("utf-8"))

    @cached_property
    def sha(self) -> str:
        return sha1(self.text.encode(), usedforsecurity=False).hexdigest()


@dataclass
class _Entry:
    parcel: Parcel
    stored: bool = False
    receipt: Receipt | None = None


class Delivery:
    """`one_server`: the bytes live where the queues do, so the script itself looks whether they are there."""

    def __init__(self, parcels: Sequence[Parcel], settings: Settings, *, one_server: bool) -> None:
        self._entries = [_Entry(parcel) for parcel in parcels]
        self._settings = settings
        self._one_server = one_server
        self._token = secrets.token_hex(8)
        self.unsettled = list(self._entries)
        self.busy = False

    def puts(self) -> list[tuple[str, bytes]]:
        """Chunks in hand that must be stored elsewhere before the call."""
        return [put for e in self.unsettled if not e.stored for put in e.parcel.stored()]

    def call(self) -> list[bytes | str | int]:
        """What the script is called with."""
        settings = self._settings
        common = _pack(
            {
                "high_water": settings.high_water,
                "keep_receipts": settings.keep_receipts,
                "keep_files": settings.keep_files,
                "file": keys.file(""),
                "content": keys.content(""),
                "blob": keys.BLOB if self._one_server else "",
                "job": jobs.key(""),
                "job_prefix": f"{FIRST_STAGE}-",
                "fields": jobs.shared(
                    FIRST_STAGE, retries=settings.retries, keep=settings.keep_jobs, at=jobs.instant()
                ),
                "token": self._token,
            }
        )
        arguments: list[bytes | str | int] = [common]
        for entry in self.unsettled:
            chunks = entry.parcel.chunks if self._one_server else []
            arguments += (*entry.parcel.arguments(), len(chunks), *chunks)
        return arguments

    def settle(self, reply: Sequence[int]) -> None:
        """Take the script's reply: who has an answer has a receipt, the others stay."""
        self.busy = False
        for entry, answer, sightings in zip(self.unsettled, reply[::2], reply[1::2], strict=True):
            entry.stored = answer != MISSING
            self.busy |= answer == FULL
            if answer in (NEW, KNOWN):
                info = entry.parcel.info
                entry.receipt = Receipt(info.id, info.name, answer == NEW, info.bytes, sightings)
        self.unsettled = [e for e in self.unsettled if e.receipt is None]

    @property
    def answers(self) -> list[Receipt | None]:
        """In the order of the parcels; None where one is not settled."""
        return [e.receipt for e in self._entries]

    @property
    def receipts(self) -> list[Receipt]:
        """In the order of the parcels, once all are settled."""
        return [e.receipt for e in self._entries if e.receipt]
