"""A connection for as long as there are batches to send.

redis-py's client does much around each command: takes a connection, wraps it in retries (which are off here), measures
it for telemetry, gives it back. For a batch of a few files that is half of the cost, so a sender does it once.
"""

from __future__ import annotations

from typing import Any, Self

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
        await self._connection.send_command(*words)
        return await self._connection.read_response()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connection:
            await self._pool.release(self._connection)
