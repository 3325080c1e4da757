"""Request bodies: read with a limit of size and of patience, turned into items."""

from __future__ import annotations

import asyncio
import base64
import binascii
import tempfile
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, BinaryIO, cast

import msgspec
from msgspec import UNSET, UnsetType
from starlette.requests import ClientDisconnect, Request

from producers.gateway.problems import Told
from producers.items import LONGEST, Item, instant, web_address
from wiredesk import trace
from wiredesk.jobs import human_size

#: A body beyond this is kept on disk while it comes in.
IN_MEMORY = 1 << 20
#: A JSON body is read whole, so it has a limit of its own.
JSON_BYTES = 32 << 20
#: Files in one JSON batch.
BATCH = 1_000
#: Seconds without a byte, and the slowest sender over a whole body: slower ones hold a connection for nothing.
SILENCE = 15.0
SLOWEST = 4_096
FACTS = ("name", "url", "source", "fetched_at", "callback")

Text = Annotated[str, msgspec.Meta(max_length=LONGEST)]


class NewFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file as JSON: its `text`, or its bytes as `base64`; one of the two."""

    text: str | UnsetType = UNSET
    base64: str | UnsetType = UNSET
    name: Text = ""
    url: Text | None = None
    source: Text | None = None
    fetched_at: Text | None = None
    callback: Text | None = None


Batch = Annotated[list[NewFile], msgspec.Meta(min_length=1, max_length=BATCH)]

_one = msgspec.json.Decoder(NewFile).decode
_many = msgspec.json.Decoder(Batch).decode


class Body:
    """A request's body, of up to `limit` bytes."""

    def __init__(self, request: Request, limit: int) -> None:
        self._request, self._limit = request, limit
        length = request.headers.get("content-length", "")
        self._check(int(length) if length.isdigit() else 0)

    async def read(self) -> bytes | BinaryIO:
        """In memory when small, else a file. Raises `Told` with 413, 408, or 400 when the sender goes away."""
        began, held = time.monotonic(), bytearray()
        spool: tempfile.SpooledTemporaryFile[bytes] | None = None
        size = 0
        stream = self._request.stream()
        try:
            while chunk := await self._next(stream, size, began):
                size += len(chunk)
                self._check(size)
                held += chunk
                if len(held) > IN_MEMORY:
                    spool = spool or cast("Any", tempfile.TemporaryFile())  # noqa: SIM115  (closed by who submits it)
                    await asyncio.to_thread(spool.write, bytes(held))
                    held.clear()
        except BaseException:
            if spool:
                spool.close()
            raise
        if spool is None:
            return bytes(held)
        await asyncio.to_thread(spool.write, bytes(held))
        return cast("BinaryIO", spool)

    async def _next(self, stream: Any, size: int, began: float) -> bytes:
        if time.monotonic() - began > SILENCE + size / SLOWEST:
            raise self._too_slow()
        try:
            async with asyncio.timeout(SILENCE):
                async for chunk in stream:
                    if chunk:
                        return cast("bytes", chunk)
        except TimeoutError:
            raise self._too_slow() from None
        except ClientDisconnect:
            raise Told(HTTPStatus.BAD_REQUEST, "The body ended early.", close=True) from None
        return b""

    def _check(self, size: int) -> None:
        if size > self._limit:
            said = f"The body may have {human_size(self._limit)} at most."
            raise Told(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said, close=True)

    def _too_slow(self) -> Told:
        return Told(HTTPStatus.REQUEST_TIMEOUT, "The body comes too slowly. Send it again.", close=True)


def from_json(request: Request, body: bytes) -> tuple[Sequence[Item], bool]:
    """Items, and whether they came as a batch. Facts in the query hold for files that say nothing else themselves.

    Raises `Told` with 422.
    """
    common = facts(request)
    try:
        batch = body.lstrip()[:1] == b"["
        found = _many(body) if batch else [_one(body)]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Told(HTTPStatus.UNPROCESSABLE_ENTITY, f"The JSON does not fit: {error}.") from None
    return [_item(file, common) for file in found], batch


def from_bytes(request: Request, data: bytes | BinaryIO) -> Item:
    """A raw body with its facts in the query. Raises `Told` with 422."""
    if not data:
        raise Told(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is empty.")
    return _of(data, facts(request))


def facts(request: Request) -> dict[str, str | None]:
    """What the query says of a file. Raises `Told` with 422 or `BadItem` for what cannot be taken as it stands."""
    query = request.query_params
    if unknown := sorted(set(query) - set(FACTS)):
        raise Told(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"Unknown parameters; there are: {', '.join(FACTS)}. Not: {unknown}"
        )
    if len(query.multi_items()) > len(query):
        raise Told(HTTPStatus.UNPROCESSABLE_ENTITY, "A parameter stands there twice.")
    if long := [name for name in FACTS if len(query.get(name, "")) > LONGEST]:
        raise Told(HTTPStatus.UNPROCESSABLE_ENTITY, f"{long[0]!r} has more than {LONGEST} characters.")
    found = {name: query.get(name) or None for name in FACTS}
    instant(found["fetched_at"])
    web_address(found["callback"])
    return found


def _of(data: bytes | BinaryIO, known: Mapping[str, str | None]) -> Item:
    return Item(data, known["name"] or "", *(known[name] for name in FACTS[1:]))


def _item(file: NewFile, common: Mapping[str, str | None]) -> Item:
    if (file.text is UNSET) == (file.base64 is UNSET):
        raise Told(HTTPStatus.UNPROCESSABLE_ENTITY, "Each file has either 'text' or 'base64'.")
    try:
        data = base64.b64decode(file.base64, validate=True) if file.base64 else (file.text or "").encode()
    except (binascii.Error, ValueError):
        raise Told(HTTPStatus.UNPROCESSABLE_ENTITY, "A 'base64' cannot be decoded.") from None
    if not data:
        raise Told(HTTPStatus.UNPROCESSABLE_ENTITY, "A file is empty.")
    return _checked(_of(data, {name: getattr(file, name) or common[name] for name in FACTS}))


def _checked(item: Item) -> Item:
    """Facts are looked at before anything of a batch is accepted."""
    instant(item.fetched_at)
    web_address(item.callback)
    return item


def marked(request: Request, item: Item, sender: str | None) -> Item:
    """The item with its sender's name, in the sender's trace by W3C's header `traceparent`; one that is malformed is
    ignored, as the standard asks.
    """
    header = trace.accepted(request.headers.get("traceparent"))
    return msgspec.structs.replace(item, traceparent=header or None, sender=sender) if header or sender else item
