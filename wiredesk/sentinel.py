"""Redis behind Sentinel: an address that names the Sentinels, and leads to whoever is the primary now.

    redis+sentinel://user:password@host:26379,host:26379/NAME/0?sentinel_username=...&sentinel_password=...

User and password are those of Redis; the Sentinels' own, where they ask for one, stand behind the question mark with
any option of redis-py's (``ssl_ca_certs``). ``rediss+sentinel`` speaks TLS to all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from redis import Redis, Sentinel
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio import Sentinel as AsyncSentinel
from redis.asyncio.sentinel import SentinelConnectionPool as AsyncPool
from redis.asyncio.sentinel import SentinelManagedConnection as AsyncConnection
from redis.asyncio.sentinel import SentinelManagedSSLConnection as AsyncSSLConnection
from redis.sentinel import SentinelManagedConnection, SentinelManagedSSLConnection

SCHEMES = ("redis+sentinel", "rediss+sentinel")
PORT = 26379
#: A Sentinel that is slower than this is passed over for the next one.
ASK_SECONDS = 1.0
FORM = "an address such as redis+sentinel://user:password@host:26379,host:26379/NAME/0"


@dataclass(frozen=True)
class Place:
    """What an address says. `redis` and `sentinel` are redis-py's arguments for either's connections."""

    hosts: tuple[tuple[str, int], ...]
    name: str
    redis: dict[str, Any]
    sentinel: dict[str, Any]


class _Asking(SentinelManagedConnection):
    """Asks where the primary is each time that it connects.

    redis-py 8.1 asks when a connection is taken from the pool; one that is kept and broke goes back to the old primary.
    """

    def connect_check_health(self, check_health: bool = True, retry_socket_connect: bool = True) -> None:
        if not self._sock:
            self.host, self.port = self.connection_pool.get_master_address()
        super().connect_check_health(check_health, retry_socket_connect)


class _AskingSSL(_Asking, SentinelManagedSSLConnection):
    pass


class _AsyncAsking(AsyncConnection):
    async def connect_check_health(self, check_health: bool = True, retry_socket_connect: bool = True) -> None:
        if not self.is_connected:
            self.host, self.port = await self.connection_pool.get_master_address()
        await super().connect_check_health(check_health, retry_socket_connect)


class _AsyncAskingSSL(_AsyncAsking, AsyncSSLConnection):
    pass


class _AsyncPool(AsyncPool):
    """Lets go of the Sentinels with Redis: nobody else holds their connections, which a loop must close itself."""

    async def disconnect(self, inuse_connections: bool = True) -> None:
        await super().disconnect(inuse_connections)
        for one in self.sentinel_manager.sentinels:
            await one.aclose()


def is_sentinel(url: str) -> bool:
    return url.partition("://")[0] in SCHEMES


def parse(url: str) -> Place:
    """Raises `ValueError` that tells the form of such an address."""
    parts = urlsplit(url.strip())
    login, _, listed = parts.netloc.rpartition("@")
    name, _, database = parts.path.strip("/").partition("/")
    if parts.scheme not in SCHEMES or not listed or not name or not (database or "0").isdigit():
        raise ValueError(FORM)
    shared = _options(parts)
    own = {key.removeprefix("sentinel_"): shared.pop(key) for key in list(shared) if key.startswith("sentinel_")}
    user, _, password = login.partition(":")
    logged = {k: unquote(v) for k, v in (("username", user), ("password", password)) if v}
    return Place(
        tuple(map(_host, listed.split(","))),
        unquote(name),
        {**shared, **logged, "db": int(database or 0)},
        {**shared, **own, "socket_timeout": ASK_SECONDS, "socket_connect_timeout": ASK_SECONDS},
    )


def primary(url: str, **options: Any) -> Redis:
    """A client that asks for the primary with each new connection. Raises `ValueError` for what is no such address."""
    place = parse(url)
    asked = Sentinel(place.hosts, sentinel_kwargs=place.sentinel)  # type: ignore[no-untyped-call]  # redis-py has no types here
    kind = _AskingSSL if "ssl" in place.redis else _Asking
    found: Redis = asked.master_for(place.name, connection_class=kind, **place.redis, **options)  # type: ignore[no-untyped-call]  # the same
    return found


def async_primary(url: str, **options: Any) -> AsyncRedis:
    """The same for asyncio."""
    place = parse(url)
    asked = AsyncSentinel(list(place.hosts), sentinel_kwargs=place.sentinel)  # type: ignore[no-untyped-call]  # the same
    kind = _AsyncAskingSSL if "ssl" in place.redis else _AsyncAsking
    found: AsyncRedis = asked.master_for(
        place.name, connection_pool_class=_AsyncPool, connection_class=kind, **place.redis, **options
    )
    return found


def _options(parts: SplitResult) -> dict[str, Any]:
    given: dict[str, Any] = dict(parse_qsl(parts.query))
    return given | ({"ssl": True} if parts.scheme.startswith("rediss") else {})


def _host(text: str) -> tuple[str, int]:
    """``host``, ``host:port``, ``[::1]:port``."""
    one = urlsplit(f"//{text}")
    if not one.hostname:
        raise ValueError(FORM)
    return one.hostname, one.port or PORT
