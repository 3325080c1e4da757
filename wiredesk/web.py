"""What the desk page and the gateway have alike: where they listen, and whom they answer that shows no password or key.

On loopback that is whoever sits at this machine, and his browser also runs the pages of strangers. Two ways lead from
those to a server here, and both are closed by looking at a request's head:

* a page whose name was pointed at 127.0.0.1 (DNS rebinding) asks under that name: only loopback names are answered;
* a form or script sends something across: browsers say where a request comes from (Sec-Fetch-Site, else Origin); one
  without either was not sent by a page (the rule of Go's CrossOriginProtection).
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from wiredesk.errors import UsageError
from wiredesk.hosts import is_host

#: Methods that change nothing.
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def listen(host: str, port: int, command: str = "desk") -> socket.socket:
    """A bound socket; port 0 takes any free one. Raises `UsageError` when the address is taken or not ours."""
    if not is_host(host):
        raise UsageError(f"{host!r} is no host's name. For this machine alone: wiredesk {command} --host 127.0.0.1")
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
    """As a person opens it, with a `/` at its end."""
    return f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}/"


def asked_host(headers: Mapping[str, str]) -> str:
    """The host of a request's `Host`, without its port; empty where none is named."""
    try:
        return urlsplit("//" + headers.get("host", "")).hostname or ""
    except ValueError:
        return ""


def same_site(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from this server's own pages, or from no page at all."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host", "")
