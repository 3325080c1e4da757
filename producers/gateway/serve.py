"""The server: uvicorn with a deadline for request heads, which it lacks."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Seconds from a connection, or the end of an answer, until the next request's head is there.
HEAD = 10.0
#: Open connections; more are answered 503 at once.
CONNECTIONS = 1_000
#: Seconds that open uploads have when the gateway stops.
GRACE = 10


class Protocol(HttpToolsProtocol):
    """Closes connections that trickle their head (slow loris) or send none."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait_for_head()

    def on_message_begin(self) -> None:
        if self._deadline is None:
            self._wait_for_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head_is_there()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD, self.transport.close)

    def _head_is_there(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None


def server(app: Starlette) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app, http=Protocol, ws="none", loop="auto", lifespan="on", log_config=None,
            access_log=False, server_header=False, limit_concurrency=CONNECTIONS, timeout_keep_alive=int(HEAD),
            timeout_graceful_shutdown=GRACE, h11_max_incomplete_event_size=None,
        )
    )  # fmt: skip
