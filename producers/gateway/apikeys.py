"""API keys: who may post, and how fast. Redis holds their hashes alone.

A key is 32 random bytes, so a plain SHA-256 of it can neither be reversed nor guessed; a slow hash is for passwords.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

import msgspec

from wiredesk.errors import UsageError

PREFIX = "wd_"
#: Requests a second that a key may make when nothing else is said.
RATE = 50.0
#: Characters of a name: it stands in the receipt of each file that came by its key.
LONGEST = 40

_encode = msgspec.json.Encoder().encode


class ApiKey(msgspec.Struct, frozen=True):
    """Whose key it is, and how many requests a second it may make (twice as many in a burst)."""

    name: str
    rate: float = RATE


_decode = msgspec.json.Decoder(ApiKey).decode


def new(name: str, rate: float = RATE) -> tuple[str, str, bytes]:
    """The key itself, to be shown once, and the field and value to store of it. Raises `UsageError` for a bad name."""
    if not name.isprintable() or not 0 < len(name.strip()) <= LONGEST:
        raise UsageError(
            f"A key's name is {name[:80]!r}, but must have 1 to {LONGEST} printable characters. "
            "Make one with: wiredesk gateway key add my-scraper"
        )
    key = PREFIX + secrets.token_urlsafe(32)
    return key, hashed(key), _encode(ApiKey(name, rate))


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def parse(stored: Mapping[bytes, bytes]) -> dict[str, ApiKey]:
    """All keys of `keys.API_KEYS` by their hash."""
    return {field.decode(): _decode(value) for field, value in stored.items()}
