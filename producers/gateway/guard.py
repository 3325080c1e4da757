"""Who may come in, how fast, and what he may ask for: API keys looked up by their hash, one token bucket a key.

While there are no keys, whoever reaches loopback may do all, but for the pages of strangers (`wiredesk.web`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterable
from http import HTTPStatus
from typing import cast

from starlette.requests import Request

from producers.aio import AsyncDesk
from producers.gateway import apikeys
from producers.gateway.apikeys import ApiKey
from producers.gateway.problems import Told
from producers.status import sent_by
from wiredesk import keys
from wiredesk.hosts import is_loopback
from wiredesk.web import READING, asked_host, same_site

#: A key that was added or revoked counts everywhere after so many seconds.
FRESH = 2.0
#: Seconds of its rate that a key may use at once.
BURST = 2.0


class Bucket:
    """`rate` requests a second, `BURST` seconds' worth at once."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._tokens = max(1.0, rate * BURST)
        self._at = time.monotonic()

    def take(self) -> float:
        """0 when the request may pass, else the seconds until it may."""
        now = time.monotonic()
        self._tokens = min(max(1.0, self._rate * BURST), self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0


class Guard:
    """`required`: without a key nobody passes. Else keys are asked for as soon as there are any."""

    def __init__(self, desk: AsyncDesk, *, required: bool, rate: float | None = None) -> None:
        self._desk, self._required = desk, required
        # None until they were read once: that there are no keys is for Redis to say.
        self._known: dict[str, ApiKey] | None = None
        self._reading = asyncio.Lock()
        self._read_at = float("-inf")
        self._buckets: dict[str, tuple[float, Bucket]] = {}
        self._anyone = Bucket(rate) if rate else None

    async def check(self, request: Request) -> str | None:
        """The name of the request's key, None while none is asked for. Raises `Told` with 401, 403, 421 or 429."""
        known = await self._keys()
        if not known and not self._required:
            _check_sender(request)
            self._slow_down(self._anyone)
            return None
        hashed = apikeys.hashed(_given(request))
        key = known.get(hashed)
        if key is None:
            raise Told(
                HTTPStatus.UNAUTHORIZED, "Send 'Authorization: Bearer KEY'; 'wiredesk gateway key add' makes a key.",
                {"WWW-Authenticate": "Bearer"}, close=True,
            )  # fmt: skip
        rate, bucket = self._buckets.get(hashed, (0.0, None))
        if bucket is None or rate != key.rate:
            bucket = Bucket(key.rate)
            self._buckets[hashed] = key.rate, bucket
        self._slow_down(bucket)
        return key.name

    def _slow_down(self, bucket: Bucket | None) -> None:
        if bucket and (seconds := bucket.take()):
            raise Told(
                HTTPStatus.TOO_MANY_REQUESTS, "This key makes more requests than it may. Send batches, or wait.",
                {"Retry-After": str(int(seconds) + 1)}, close=True,
            )  # fmt: skip

    async def _keys(self) -> dict[str, ApiKey]:
        """Read by one request; those that come meanwhile go by what was read before, and at first wait for it."""
        if self._known is not None and self._reading.locked():
            return self._known
        async with self._reading:
            if self._known is None or time.monotonic() - self._read_at > FRESH:
                stored = self._desk.queues.hgetall(keys.API_KEYS)
                self._known = apikeys.parse(await cast("Awaitable[dict[bytes, bytes]]", stored))
                self._read_at = time.monotonic()
            return self._known


async def own(desk: AsyncDesk, files: Iterable[str], sender: str | None) -> set[str]:
    """Those of the files whose outcome a key of this name may know: it sent them. All, while no keys are asked for."""
    asked = list(files)
    if sender is None:
        return set(asked)
    async with desk.queues.pipeline(transaction=False) as pipe:
        for file in asked:
            pipe.hexists(keys.file(file), sent_by(sender))
        return {file for file, sent in zip(asked, await pipe.execute(), strict=True) if sent}


def _check_sender(request: Request) -> None:
    if not is_loopback(asked_host(request.headers)):
        raise Told(
            HTTPStatus.MISDIRECTED_REQUEST,
            "Without keys the gateway answers to localhost only; 'wiredesk gateway key add' makes a key.", close=True,
        )  # fmt: skip
    if request.method not in READING and not same_site(request.headers):
        raise Told(HTTPStatus.FORBIDDEN, "Without keys the gateway takes nothing from a web page.", close=True)


def _given(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else request.headers.get("x-api-key", "")
