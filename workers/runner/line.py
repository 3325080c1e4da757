"""A line to Redis: one connection, kept for one thread.

redis-py's client spends some 120 us of CPU on a command (a connection out of the pool and back, metrics, retries, the
reply's callbacks); on a connection in hand it is 25 us. The runner sends three commands for a lone job, so this is
what its latency is made of. A line that breaks is connected anew by the next command; nothing is sent twice.
"""

from __future__ import annotations

from typing import Any

from redis import Redis
from redis.exceptions import ResponseError


class Line:
    def __init__(self, redis: Redis) -> None:
        self._pool = redis.connection_pool
        self._connection: Any = None

    def command(self, *words: bytes | str | float) -> Any:
        """The reply as it comes. Raises as a client does; an error reply leaves the line whole."""
        if self._connection is None:
            self._connection = self._pool.get_connection()
        try:
            self._connection.send_command(*words)
            return self._connection.read_response()
        except ResponseError:
            raise
        except BaseException:  # a reply that nobody read would answer the next command
            self._connection.disconnect()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.disconnect()
            self._pool.release(self._connection)
            self._connection = None
