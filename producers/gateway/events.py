"""Outcomes as server-sent events: one reader of the stream wakes all who listen, and each reads on from where it was.

An event's id is the stream entry's: a client that comes back with `Last-Event-ID` misses nothing that the stream
still holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import msgspec
from redis.exceptions import RedisError

from producers.aio import AsyncDesk
from producers.gateway.guard import own
from wiredesk import keys
from wiredesk.connection import async_client
from wiredesk.streams import is_ours

#: Entries that a listener reads at once.
PAGE = 200
#: Seconds between signs of life to a listener, so that proxies keep the connection.
HEARTBEAT = 15.0
#: Milliseconds that one read of the stream waits.
BLOCK = 5_000
#: Seconds until the stream is read again after an error.
PAUSE = 1.0
#: Seconds that a task has to end until it is cancelled once more.
AGAIN = 0.2


class Events:
    """Started and stopped with the application."""

    def __init__(self, desk: AsyncDesk, url: str) -> None:
        self._desk = desk
        self._redis = async_client(url)
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._read())

    async def close(self) -> None:
        if self._task:
            await ended(self._task)
        await self._redis.aclose()

    async def newest(self) -> str:
        found = cast("list[Any]", await self._desk.queues.xrevrange(keys.FILES, count=1))
        return found[0][0].decode() if found else "0-0"

    async def listen(self, after: str, files: frozenset[str], sender: str | None) -> AsyncIterator[bytes]:
        """Events after an entry's id, of what `sender` may know; of these files alone, when there are any, until each
        has ended.
        """
        waiting = set(files)
        yield b"retry: 2000\n\n"
        for file in await own(self._desk, files, sender):
            status = await self._desk.status(file)
            if status and status.done:
                waiting.discard(file)
                yield _event("status", None, msgspec.json.encode(status))
        while waiting or not files:
            news = self._news
            entries, known = await self._after(after, sender)
            for entry, fields in entries:
                after = entry.decode()
                file = _file(fields)
                if is_ours(fields) and file in known and (not files or file in waiting):
                    waiting.discard(file)
                    yield _event("outcome", after, fields[b"body"])
            if not entries and not await _within(news, HEARTBEAT):
                yield b": still here\n\n"

    async def _after(self, entry: str, sender: str | None) -> tuple[list[Any], set[str]]:
        """A page of entries, and those files of it that are the sender's."""
        try:
            entries = cast("list[Any]", await self._desk.queues.xrange(keys.FILES, f"({entry}", "+", PAGE))
            return entries, await own(self._desk, (_file(fields) for _, fields in entries), sender)
        except RedisError:
            await asyncio.sleep(PAUSE)
            return [], set()

    async def _read(self) -> None:
        last: Any = "$"
        while True:
            try:
                reply: Any = await self._redis.xread({keys.FILES: last}, count=PAGE, block=BLOCK)
            except RedisError:
                await asyncio.sleep(PAUSE)
                continue
            if reply:
                batches = next(iter(reply.values()))[0] if isinstance(reply, dict) else reply[0][1]
                last = batches[-1][0]
                self._news.set()
                self._news = asyncio.Event()


def _file(fields: Mapping[bytes, bytes]) -> str:
    """What an entry is about; empty for one that another program put there."""
    return fields.get(b"id", b"").decode(errors="replace")


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel a task until it is done: a redis-py that connects at that moment swallows the first time or two."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


def _event(kind: str, number: str | None, data: bytes) -> bytes:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {kind}\ndata: ".encode() + data + b"\n\n"
