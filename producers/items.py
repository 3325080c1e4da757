"""What is submitted, and what comes back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import msgspec

from producers.errors import BadItem
from wiredesk import trace
from wiredesk.hosts import is_host

#: Longer than any address or name in use; what is beyond would sit in every record that the file gives.
LONGEST = 4096


class Item(msgspec.Struct, frozen=True):
    """A file to be submitted: bytes in hand, a path, or a seekable stream.

    `name` defaults to the path's last part; `url` is where the file was fetched from, `source` who delivered it,
    `fetched_at` when (ISO 8601; relative dates in the text are counted from it). `callback` is an http address that
    is told the outcome. `traceparent` is the W3C header of the work that the file came from: the desk's spans and
    the entries of its articles continue that trace. `sender` is the name of the gateway's key that it came with: who
    may ask for its outcome there.
    """

    data: bytes | Path | BinaryIO
    name: str = ""
    url: str | None = None
    source: str | None = None
    fetched_at: str | None = None
    callback: str | None = None
    traceparent: str | None = None
    sender: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """The desk has the file. `new` is False when the same content came under the same address before.

    `sightings` counts the addresses that this content came under, this one included. Ask what became of the file
    with `Desk.status(receipt.file)`, or on the command line as `ask` says.
    """

    file: str
    name: str
    new: bool
    bytes: int
    sightings: int = 1

    @property
    def ask(self) -> str:
        return f"wiredesk trace {self.file}"


def content(data: bytes | str | Path | BinaryIO) -> bytes | Path | BinaryIO:
    """Text as UTF-8; everything else as it is."""
    return data.encode("utf-8", "replace") if isinstance(data, str) else data


def fact(text: str | None) -> str | None:
    """A fact as it may travel: valid Unicode (a file name's stray bytes become `?`), of bounded length."""
    if text is None or (text.isascii() and len(text) <= LONGEST):
        return text
    return text.encode("utf-8", "replace").decode("utf-8")[:LONGEST]


def instant(value: str | datetime | None) -> str | None:
    """ISO 8601 as it was given. Raises `BadItem` for anything else."""
    if value is None or isinstance(value, datetime):
        return value.isoformat() if value else None
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise BadItem(
            f"fetched_at is {value[:40]!r}; write it as ISO 8601, such as 2024-05-01T12:30:00+02:00."
        ) from None
    return value


def web_address(value: str | None) -> str:
    """A callback's address. Raises `BadItem` unless it is http or https with a host."""
    if value is None:
        return ""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        good = False
    if not good or len(value) > LONGEST or not value.isprintable():
        raise BadItem(f"The callback is {value[:80]!r}; it must be an address such as https://example.org/outcome.")
    return value


def trace_header(value: str | None) -> str:
    """A W3C trace header, '' for none. Raises `BadItem` for what is no such header."""
    known = trace.accepted(value)
    if value and not known:
        raise BadItem(
            f"traceparent is {value[:80]!r}; W3C's form is 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01."
        )
    return known
