"""A connection for as long as there are batches to send.

redis-py's client does much around each command: takes a connection, wraps it in retries (which are off here), measures
it for telemetry, gives it back, and looks at every word for kinds that it must copy. For a batch of a few files that is
more than half of the cost, so a sender does it once, and hands over words that can be packed as they are.
"""

from __future__ import annotations

from typing import Any, Self

from hiredis import pack_command
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection


class Line:
    """Held by one task. A connection that broke is closed by redis-py, and opened again by the next call."""

    def __init__(self, redis: Redis) -> None:
        self._pool = redis.connection_pool
        self._connection: AbstractConnection | None = None

    async def call(self, *words: bytes | str | int) -> Any:
        """Send a command and wait for its reply. Raises `RedisError`; a reply that was lost may have been obeyed."""
        if self._connection is None:
            self._connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]  # redis-py has no types
        packed = pack_command(words)  # type: ignore[arg-type]  # its stub knows tuples of one word alone
        await self._connection.send_packed_command(packed)
        return await self._connection.read_response()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connection:
            await self._pool.release(self._connection)
