"""What the readers for ordinary programs and for asyncio have alike: who they are, and what they read."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from typing import Generic, TypeVar

from wiredesk import keys
from wiredesk.readers.membership import Membership

Client = TypeVar("Client")

#: A batch of records is some 500 KB: little to repeat after a kill, and few round trips.
BATCH = 100
#: A member silent for so long is taken for dead. Handling one message should take less, see `Reader`.
IDLE_SECONDS = 60.0
#: One look waits so long for new entries, well below the client's time-out.
LOOK_SECONDS = 5.0
#: Pauses while Redis is away.
AWAY_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Member(Generic[Client]):
    """A member of a consumer group on a connection, its own where a URL is given."""

    def __init__(
        self,
        redis: Client | str,
        group: str,
        streams: Sequence[str] = ("articles",),
        *,
        name: str | None = None,
        batch: int = BATCH,
        idle: float = IDLE_SECONDS,
        start: str = "0",
    ) -> None:
        self._owned = isinstance(redis, str)
        self.redis: Client = self._connect(redis) if isinstance(redis, str) else redis
        self._member = Membership(full_names(streams), group, name or own_name(), batch=batch, idle=idle, start=start)
        self._joined = False

    def _connect(self, url: str) -> Client:
        raise NotImplementedError


def own_name() -> str:
    """A name that no other member has."""
    return f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(3)}"


def full_names(streams: Sequence[str]) -> list[str]:
    """``articles`` -> ``wiredesk:articles``; a full name stays. Raises `ValueError` for what is no output stream."""
    named = [s if s.startswith(keys.PREFIX) else keys.PREFIX + s for s in streams]
    if unknown := [s for s in named if s not in keys.STREAMS]:
        raise ValueError(f"{unknown[0]} is not an output stream; they are {', '.join(keys.STREAMS)}")
    return named
