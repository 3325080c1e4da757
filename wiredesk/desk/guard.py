"""Who may ask, what other sites' pages may do, and what the browser may run: decided before any page is reached.

* Without a password the desk answers on loopback, and only requests that address it by a loopback name. With one, HTTP
  Basic; any user name.
* A request that changes something must come from the desk's own pages (`wiredesk.web` says why, and how that is seen).
* A Content-Security-Policy with a nonce of each answer: should a scraped text ever become markup, it still runs
  nothing and loads nothing.
* Read-only refuses whatever is not a question.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wiredesk.errors import SettingError
from wiredesk.hosts import is_loopback
from wiredesk.web import READING, asked_host, same_site

#: Asked by machines that watch the desk, and told nothing but yes or no.
OPEN_PATHS = frozenset({"/healthz", "/healthz/live", "/healthz/ready"})
#: The desk's forms are some hundred bytes.
LARGEST_BODY = 65_536
#: Seconds before a wrong password is answered: guessing 10,000 takes an hour and a half a connection.
WRONG_PAUSE = 0.5

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: rq-dashboard's templates are compiled in the browser (`new Function`) and style some elements in place.
RQ_POLICY = POLICY.replace("'nonce-{nonce}'", "'nonce-{nonce}' 'unsafe-eval'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


@dataclass(frozen=True)
class Rules:
    """`password` empty: none is asked, and only loopback names are answered."""

    password: str = ""
    read_only: bool = False


def check_bind(host: str, password: str) -> None:
    """Raises `SettingError` for an address that others reach when no password is set."""
    if not password and not is_loopback(host):
        raise SettingError(
            f"The desk page would be open to everyone who reaches {host}. Set WIREDESK_DESK_PASSWORD first, "
            "or keep WIREDESK_DESK_HOST=127.0.0.1 and use: ssh -L 8470:127.0.0.1:8470 HOST"
        )


class Guard:
    """ASGI middleware around the whole desk."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app, self._rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        policy = (RQ_POLICY if scope["path"].startswith("/rq") else POLICY).format(nonce=nonce)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        refusal = await self._refusal(scope, Headers(scope=scope))
        await (refusal or self._app)(scope, receive, guarded)

    async def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if scope["path"] in OPEN_PATHS:
            return None
        if self._rules.password:
            if not _knows(headers, self._rules.password):
                if "authorization" in headers:
                    await asyncio.sleep(WRONG_PAUSE)
                return _say(
                    HTTPStatus.UNAUTHORIZED, "A password is needed.", {"WWW-Authenticate": 'Basic realm="wiredesk"'}
                )
        elif not is_loopback(asked_host(headers)):
            return _say(
                HTTPStatus.MISDIRECTED_REQUEST, "The desk answers to localhost only; see WIREDESK_DESK_PASSWORD."
            )
        return None if scope["method"] in READING else self._change(headers)

    def _change(self, headers: Headers) -> Response | None:
        if self._rules.read_only:
            return _say(HTTPStatus.FORBIDDEN, "This desk is read-only (WIREDESK_DESK_READ_ONLY).")
        if not same_site(headers):
            return _say(HTTPStatus.FORBIDDEN, "Only the desk's own pages may change something.")
        length = headers.get("content-length", "")
        if "transfer-encoding" in headers or not length.isdigit() or int(length) > LARGEST_BODY:
            return _say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The desk takes small forms only.")
        return None


def _say(status: HTTPStatus, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(sentence + "\n", status, headers)


def _knows(headers: Headers, password: str) -> bool:
    kind, _, given = headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        said = base64.b64decode(given, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(said, password.encode())


def nonce(scope: Scope) -> str:
    """The nonce that scripts of this answer carry."""
    state: dict[str, Any] = scope["state"]
    return str(state["nonce"])
