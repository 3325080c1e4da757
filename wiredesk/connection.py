"""Redis clients as wiredesk wants them.

Blind retries are off: redis-py would send a command again whose reply was lost, and a write that is not idempotent
would happen twice. Who may send again knows it (the runner's scripts, the producers' accept), and does so itself.
"""

from __future__ import annotations

from typing import Any

from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.connection import HiredisRespSerializer
from redis.exceptions import AuthenticationError, ConnectionError, RedisError, TimeoutError  # noqa: A004
from redis.retry import Retry

from wiredesk import sentinel
from wiredesk.errors import RedisUnreachable, SettingError
from wiredesk.settings import hidden

#: A Redis that takes longer to accept a connection is treated as away; the caller waits and says so.
CONNECT_SECONDS = 5.0
#: Longer than the longest blocking command the desk sends, so that a dead peer is noticed and a quiet queue is not.
REPLY_SECONDS = 60.0


def client(url: str, **options: Any) -> Redis:
    """A client that never repeats a command by itself; bytes in, bytes out. Connects on first use."""
    try:
        settled = _settled(Retry(NoBackoff(), 0)) | options
        return sentinel.primary(url, **settled) if sentinel.is_sentinel(url) else Redis.from_url(url, **settled)
    except ValueError as error:
        raise SettingError(f"WIREDESK_REDIS_URL is {hidden(url)!r}: {str(error).rstrip('.')}.") from None


def async_client(url: str, **options: Any) -> AsyncRedis:
    """The same for asyncio."""
    try:
        settled = _settled(AsyncRetry(NoBackoff(), 0)) | options
        asked = sentinel.async_primary if sentinel.is_sentinel(url) else AsyncRedis.from_url
        return _packing_in_c(asked(url, **settled))
    except ValueError as error:
        raise SettingError(f"WIREDESK_REDIS_URL is {hidden(url)!r}: {str(error).rstrip('.')}.") from None


class _PacksInC:
    """redis-py packs commands in C for its sync client alone; in Python it is a fifth of a batch of files."""

    _packer = HiredisRespSerializer()

    def pack_command(self, *words: Any) -> list[bytes]:
        packed: list[bytes] = self._packer.pack(*words)
        return packed


def _packing_in_c(made: AsyncRedis) -> AsyncRedis:
    """Its connections, of whatever kind the address wants, with that one method in the place of their own."""
    pool = made.connection_pool
    pool.connection_class = type("Connection", (_PacksInC, pool.connection_class), {})
    return made


def _settled(retry: Retry | AsyncRetry) -> dict[str, Any]:
    return {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": REPLY_SECONDS, "retry": retry}


def reach(redis: Redis, url: str, setting: str = "WIREDESK_REDIS_URL") -> Redis:
    """The same client once Redis has answered. `setting` named it.

    Raises `RedisUnreachable` with the way out, `SettingError` for an option after `?` that redis-py does not know.
    """
    try:
        redis.ping()
    except TypeError as error:
        raise SettingError(
            f"{setting} is {hidden(url)!r}; redis-py knows no option {str(error).rpartition(' ')[2]}."
        ) from None
    except AuthenticationError:
        raise RedisUnreachable(
            f"Redis at {hidden(url)} refuses the name or password. Put them into {setting}: redis://name:password@host:port/0"
        ) from None
    except (ConnectionError, TimeoutError, OSError):
        raise RedisUnreachable(
            f"Redis at {hidden(url)} does not answer. Start it, or set {setting} to the one that runs"
            + (" (unset it and 'wiredesk run' starts a private one)." if setting == "WIREDESK_REDIS_URL" else ".")
        ) from None
    except RedisError as error:
        raise RedisUnreachable(f"Redis at {hidden(url)} answers, but not as expected: {error}.") from None
    return redis
