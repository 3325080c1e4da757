"""The desk's web server: one process, one thread for the pages and a few for Redis."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp

#: Seconds that open answers (the live stream) may take to end when the desk stops.
GRACE = 1


def server(app: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
            lifespan="on",
            limit_concurrency=500,
        )
    )


def run(app: ASGIApp, bound: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM."""
    server(app).run(sockets=[bound])
