"""The live stream: a beat a second to every open page, by server-sent events; new stories as they are published."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from wiredesk.desk.pages import Rooms, with_copies
from wiredesk.desk.pulse import EVERY, Beat
from wiredesk.desk.views import printed

#: Open streams beyond this are refused: each costs a connection, and a page reconnects by itself.
MOST = 200
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Live:
    """Beats are encoded once, whoever watches."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._open = 0
        self._encoded: tuple[int, bytes] = (-1, b"")

    async def stream(self, request: Request) -> Response:
        if self._open >= MOST:
            return Response("Too many open pages.\n", 503, {"Retry-After": "10"})
        return StreamingResponse(self._beats(request), media_type="text/event-stream", headers=HEADERS)

    async def _beats(self, request: Request) -> AsyncIterator[bytes]:
        self._open += 1
        try:
            yield b"retry: 2000\n\n"
            while not await request.is_disconnected():
                yield await run_in_threadpool(self._event)
                await asyncio.sleep(EVERY)
        finally:
            self._open -= 1

    def _event(self) -> bytes:
        beat = self._rooms.pulse.beat()
        if self._encoded[0] != beat.number:
            self._encoded = beat.number, b"data: " + msgspec.json.encode(self._told(beat)) + b"\n\n"
        return self._encoded[1]

    def _told(self, beat: Beat) -> dict[str, Any]:
        """The beat and the newest stories as data: the page makes text of them, never markup."""
        newest = with_copies(self._rooms.catalogue, self._rooms.catalogue.newest(12))
        stories = [
            {
                "id": first.id, "story": first.story, "headline": first.headline,
                "publisher": first.publisher, "published": printed(first.published), "copies": len(copies),
                "at": first.at // 1_000_000, "language": first.language, "name": first.name,
            }
            for first, copies in newest
        ]  # fmt: skip
        files = [
            {"id": f.id, "name": f.name, "outcome": f.outcome, "articles": f.articles + f.copies}
            for f in self._rooms.catalogue.files(12)
        ]
        return {**msgspec.to_builtins(beat), "stories": stories, "files": files}
