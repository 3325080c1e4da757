"""The desk's web server: one process, one thread for the pages and a few for Redis."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp

from wiredesk.errors import UsageError

#: Seconds that open answers (the live stream) may take to end when the desk stops.
GRACE = 1


def listen(host: str, port: int, command: str = "desk") -> socket.socket:
    """A bound socket; port 0 takes any free one. Raises `UsageError` when the address is taken or not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        raise UsageError(
            f"{host}:{port} cannot be used: {error.strerror}. Choose another: wiredesk {command} --port 0"
        ) from None
    return bound


def address(host: str, bound: socket.socket) -> str:
    """As a person opens it."""
    return f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}/"


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
