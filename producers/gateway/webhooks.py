"""Callbacks: the outcome of a file, posted to the address that came with it, signed, and tried again for a day.

Signed as https://www.standardwebhooks.com describes: HMAC-SHA256 with `WIREDESK_CALLBACK_SECRET` over id, time and
body. The id stays the same when a call is repeated, so the receiver can tell: a call comes at least once.

What is due stands in Redis, so it outlives this process, and several gateways share it. Addresses in private networks
are not called unless `WIREDESK_CALLBACK_PRIVATE` says so: clients name them, and this machine may reach what they may
not. Names are resolved once, and what was checked is what is called.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import os
import socket
import time
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, cast

import httpx
import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from producers.gateway.events import ended
from producers.status import parse
from wiredesk import keys, log
from wiredesk.connection import async_client
from wiredesk.settings import Settings

GROUP = "wiredesk:callbacks"
#: Seconds until each further try, over a day in all. Then it is given up, and the file's receipt says so.
PAUSES = (5, 30, 120, 600, 3_600, 14_400, 28_800, 43_200)
#: Seconds that a receiver may take; longer than that it should answer first and work later.
PATIENCE = 10.0
#: Seconds for which a call under way is nobody else's.
LEASE = 60
#: Entries of the stream, and calls, at once.
PAGE, AT_ONCE = 200, 16
#: Milliseconds that one read of the stream waits, seconds between looks at what is due, and after an error.
BLOCK, LOOK, PAUSE = 2_000, 0.5, 1.0

#: Where a gateway of the network finds an IPv4 address in the last 32 bits (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

#: What is due now, put off by the lease: of several gateways one gets each.
_CLAIM = """
local now = tonumber(redis.call('TIME')[1])
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, call in ipairs(due) do redis.call('ZADD', KEYS[1], now + ARGV[2], call) end
return due
"""


class Refused(Exception):  # noqa: N818  (reads as what happened)
    """The address is not called."""


def _is_public(text: str) -> bool:
    """Whether a numeric address is one host's, in no private network by itself or behind NAT64."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        else:
            address = address.ipv4_mapped or address
    return address.is_global and not address.is_multicast


class Webhooks:
    """Two tasks: one notes which ended files have a callback, one calls what is due."""

    def __init__(self, url: str, settings: Settings) -> None:
        self._redis: Redis = async_client(url)
        self._secret = settings.callback_secret.encode()
        self._private = settings.callback_private == "yes"
        self._name = f"{socket.gethostname()}.{os.getpid()}"
        self._http = httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, trust_env=False)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._forever(work)) for work in (self._note, self._call_due)]

    async def close(self) -> None:
        for task in self._tasks:
            await ended(task)
        await self._http.aclose()
        await self._redis.aclose()

    async def _forever(self, work: Any) -> None:
        while True:
            try:
                await work()
            except RedisError as error:
                log.get().warning("callbacks wait for Redis", reason=str(error))
                await asyncio.sleep(PAUSE)
            except Exception as error:  # noqa: BLE001  (one entry's trouble is not to end the callbacks of all)
                log.get().error("callbacks go on after an error", reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(PAUSE)

    async def _note(self) -> None:
        """Put files that ended and have a callback on the list of what is due."""
        with suppress(ResponseError):
            await self._redis.xgroup_create(keys.FILES, GROUP, id="0", mkstream=True)
        pending: Any = await self._redis.xautoclaim(keys.FILES, GROUP, self._name, LEASE * 1000, count=PAGE)
        entries = [(e, f) for e, f in pending[1] if f]
        if not entries:
            reply: Any = await self._redis.xreadgroup(GROUP, self._name, {keys.FILES: ">"}, count=PAGE, block=BLOCK)
            batches = reply.values() if isinstance(reply, dict) else [rows for _, rows in reply or []]
            entries = [row for rows in batches for row in (rows[0] if isinstance(reply, dict) else rows)]
        if not entries:
            return
        files = [fields.get(b"id", b"").decode(errors="replace") for _, fields in entries]
        async with self._redis.pipeline(transaction=False) as pipe:
            for file in files:
                pipe.hexists(keys.file(file), "callback")
            called = await pipe.execute()
        async with self._redis.pipeline(transaction=True) as pipe:
            for (entry, _), file, wanted in zip(entries, files, called, strict=True):
                if wanted:
                    pipe.zadd(keys.CALLBACKS, {f"{file}:{entry.decode()}": 0}, nx=True)
                pipe.xack(keys.FILES, GROUP, entry)
            await pipe.execute()

    async def _call_due(self) -> None:
        due: list[bytes] = await self._redis.eval(_CLAIM, 1, keys.CALLBACKS, AT_ONCE, LEASE)
        if due:
            await asyncio.gather(*(self._call(call.decode()) for call in due))
        else:
            await asyncio.sleep(LOOK)

    async def _call(self, call: str) -> None:
        file, _, entry = call.partition(":")
        fields = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(keys.file(file)))
        body = await self._body(fields, entry)
        if body is None or b"callback" not in fields:
            await self._redis.zrem(keys.CALLBACKS, call)
            return
        try:
            said = await self._post(fields[b"callback"].decode(), call, body)
        except (Refused, httpx.InvalidURL, ValueError) as error:  # ValueError: a host that no name can be
            await self._end(call, file, f"not called: {error}")
            return
        except (httpx.HTTPError, OSError) as error:
            said = type(error).__name__
        if said.isdigit() and 200 <= int(said) < 300:
            await self._end(call, file, f"answered {said}")
        elif said == "410":
            await self._end(call, file, "answered 410: no longer wanted")
        else:
            await self._again(call, file, said)

    async def _body(self, fields: dict[bytes, bytes], entry: str) -> bytes | None:
        """The entry of the `files` stream, or what the receipt says where that was trimmed."""
        found: Any = await self._redis.xrange(keys.FILES, entry, entry)
        if found:
            return cast("bytes", found[0][1][b"body"])
        status = parse(fields)
        return msgspec.json.encode(status) if status else None

    async def _post(self, url: str, call: str, body: bytes) -> str:
        address = httpx.URL(url)
        headers = self._signed(call, body) | {"content-type": "application/json", "host": address.netloc.decode()}
        request = self._http.build_request(
            "POST", address.copy_with(host=await self._resolve(address)), headers=headers, content=body,
            extensions={"sni_hostname": address.host},
        )  # fmt: skip
        answer = await self._http.send(request, stream=True)
        await answer.aclose()
        return str(answer.status_code)

    def _signed(self, call: str, body: bytes) -> dict[str, str]:
        at = str(int(time.time()))
        mac = hmac.new(self._secret, f"{call}.{at}.".encode() + body, hashlib.sha256).digest()
        signature = f"v1,{base64.b64encode(mac).decode()}"
        return {"webhook-id": call, "webhook-timestamp": at, "webhook-signature": signature}

    async def _resolve(self, url: httpx.URL) -> str:
        """The host's first address, once all of them may be called."""
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [str(address[4][0]) for address in found]
        if not self._private and not all(map(_is_public, addresses)):
            raise Refused("its address is in a private network (WIREDESK_CALLBACK_PRIVATE)")
        return addresses[0]

    async def _again(self, call: str, file: str, said: str) -> None:
        tries = await self._redis.hincrby(keys.file(file), "callback_tries", 1)
        if tries > len(PAUSES):
            await self._end(call, file, f"given up: {said}")
            return
        log.get().warning("callback failed", file=file, said=said, again_in=PAUSES[tries - 1])
        seconds, _ = await self._redis.time()
        await self._redis.zadd(keys.CALLBACKS, {call: seconds + PAUSES[tries - 1]})

    async def _end(self, call: str, file: str, said: str) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(keys.file(file), "callback_said", said)
            pipe.zrem(keys.CALLBACKS, call)
            await pipe.execute()
        log.get().info("callback ended", file=file, said=said)
