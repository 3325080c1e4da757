"""Webhooks: one POST per entry, signed as Standard Webhooks has it, with the CloudEvents attributes as headers.

The receiver checks ``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA256, with the shared secret, over
``{webhook-id}.{webhook-timestamp}.{body}``. ``webhook-id`` is the same however often an entry is sent: the key to be
idempotent by.

A receiver that cannot be reached, or says 408, 425, 429, 502, 503 or 504, is down: it is waited for, as long as it
takes. Any other 5xx is tried some times, since it may be this entry's doing; then, like any 4xx at once, the entry is
put aside. Redirects are not followed: a signed body goes where it was meant to go.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sinks.base import Down, Refused, Target, server
from wiredesk.errors import SettingError
from wiredesk.readers import Message

if TYPE_CHECKING:
    from urllib3 import PoolManager

#: Answers of a receiver that is there but not ready.
NOT_READY = frozenset({408, 425, 429, 502, 503, 504})
#: How often an entry is sent to a receiver that fails on it.
ATTEMPTS = 5
#: A receiver that takes longer has not understood that it should answer first and work later.
REPLY_SECONDS = 15.0
#: The longest that a receiver may ask us to wait at once.
LONGEST_WAIT = 300.0
#: As Standard Webhooks has it.
SHORTEST_SECRET = 24


class Webhook:
    """Remembers what of a batch the receiver has taken, and how often it failed on an entry."""

    def __init__(self, url: str, secret: bytes) -> None:
        import urllib3  # noqa: PLC0415  (an extra)

        self._url, self._secret = url, secret
        timeout = urllib3.Timeout(connect=5.0, read=REPLY_SECONDS)
        self._http: PoolManager = urllib3.PoolManager(timeout=timeout, retries=False)
        # By stream and entry: two streams that one script wrote to have entries of one id.
        self._sent: set[tuple[str, str]] = set()
        self._failures: dict[tuple[str, str], int] = {}

    def write(self, messages: Sequence[Message]) -> None:
        """Each in turn; what the receiver has taken is not sent again when a later one of the batch fails."""
        for message in messages:
            if _place(message) not in self._sent:
                self._send(message)
                self._sent.add(_place(message))
        self._sent.clear()

    def _send(self, message: Message) -> None:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        try:
            reply = self._http.request(
                "POST", self._url, body=message.body, headers=headers(message, self._secret), redirect=False
            )
        except HTTPError as error:
            raise Down(f"{type(error).__name__}: {origin(self._url)} does not answer") from error
        if reply.status < 300:
            self._failures.pop(_place(message), None)
            return
        if reply.status in NOT_READY:
            raise Down(f"the receiver says {reply.status}", _asked_wait(reply.headers.get("Retry-After")))
        tried = self._failures[_place(message)] = self._failures.get(_place(message), 0) + 1
        if reply.status >= 500 and tried < ATTEMPTS:
            raise Down(f"the receiver says {reply.status}")
        raise Refused(f"the receiver says {reply.status} after {tried} tries")

    def close(self) -> None:
        self._http.clear()


def origin(url: str) -> str:
    """As much of an address as may be logged: its user, path and query may hold secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _place(message: Message) -> tuple[str, str]:
    return message.stream, message.entry


def headers(message: Message, secret: bytes) -> dict[str, str]:
    """What goes with an entry: type, CloudEvents attributes, id, time, signature."""
    own = {k.decode(): v.decode("ascii", "replace") for k, v in message.fields.items() if k.startswith(b"ce-")}
    ident, stamp = f"{message.id}.{message.version}", str(int(time.time()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "wiredesk",
        **own,
        "webhook-id": ident,
        "webhook-timestamp": stamp,
        "webhook-signature": sign(secret, ident, stamp, message.body),
    }


def sign(secret: bytes, ident: str, stamp: str, body: bytes) -> str:
    digest = hmac.new(secret, f"{ident}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _asked_wait(text: str | None) -> float | None:
    """Retry-After in seconds; its form as a date is left to our own pauses."""
    return min(float(text), LONGEST_WAIT) if text and text.isdigit() else None


def _secret(text: str) -> bytes:
    """``whsec_`` and base64, as Standard Webhooks writes secrets. Raises `SettingError`."""
    if not text:
        raise SettingError("Webhooks are signed: set WIREDESK_WEBHOOK_SECRET=whsec_... (openssl rand -base64 32).")
    try:
        secret = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError:
        secret = b""
    if len(secret) < SHORTEST_SECRET:
        raise SettingError(
            f"WIREDESK_WEBHOOK_SECRET must be base64 of {SHORTEST_SECRET} bytes or more, with or without whsec_ before "
            "it. Make one with: openssl rand -base64 32"
        )
    return secret


def open_sink(target: Target) -> Webhook:
    """`to` is the receiver's address."""
    server(target.to, ("http", "https"), "https://example.org/hook")
    target.check()
    return Webhook(target.to, _secret(target.settings.webhook_secret))
