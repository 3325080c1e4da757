"""The application: what is posted becomes files of the desk, and nothing is answered 202 before Redis has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from producers.aio import AsyncDesk
from producers.gateway import bodies, openapi, problems
from producers.gateway.events import Events
from producers.gateway.guard import Guard, own
from producers.gateway.openapi import Accepted
from producers.gateway.problems import Told
from producers.gateway.webhooks import Webhooks
from producers.items import Receipt

JSON = "application/json"
#: A file's id, as `wiredesk.ids` makes it.
ID_CHARS, ID_LENGTH = frozenset("abcdefghijklmnopqrstuvwxyz234567"), 16
#: Files that one listener may name.
MOST_FILES = 100


class Gateway:
    """The handlers. `limit`: bytes of one file."""

    def __init__(self, desk: AsyncDesk, guard: Guard, limit: int, events: Events | None = None) -> None:
        self._desk, self._guard, self._limit, self._events = desk, guard, limit, events

    async def post(self, request: Request) -> Response:
        sender = await self._guard.check(request)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind.startswith("multipart/"):
            raise Told(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "Send the file itself as the body (curl --data-binary @FILE), or JSON.", close=True,
            )  # fmt: skip
        if kind == JSON:
            return await self._post_json(request, sender)
        data = await bodies.Body(request, self._limit).read()
        try:
            item = bodies.marked(request, bodies.from_bytes(request, data), sender)
            receipt = await self._desk.submit_item(item, wait=False)
        finally:
            if not isinstance(data, bytes):
                data.close()
        return _single(receipt)

    async def _post_json(self, request: Request, sender: str | None) -> Response:
        body = await bodies.Body(request, min(self._limit * 2, bodies.JSON_BYTES)).read()
        items, batch = bodies.from_json(request, body if isinstance(body, bytes) else _whole(body))
        marked = (bodies.marked(request, item, sender) for item in items)
        receipts = await self._desk.submit_many(marked, wait=False)
        if not batch:
            return _single(receipts[0])
        answer = [_accepted(receipt) for receipt in receipts]
        return Response(msgspec.json.encode(answer), HTTPStatus.ACCEPTED, media_type=JSON)

    async def get(self, request: Request) -> Response:
        sender = await self._guard.check(request)
        file = _file_id(request.path_params["file"])
        status = await self._desk.status(file)
        if status is None or not await own(self._desk, [file], sender):
            raise Told(HTTPStatus.NOT_FOUND, "The desk knows no such file of yours, or no longer.")
        return Response(msgspec.json.encode(status), media_type=JSON)

    async def events(self, request: Request) -> Response:
        sender = await self._guard.check(request)
        if self._events is None:
            raise Told(HTTPStatus.NOT_FOUND, "There are no events here.")
        files = frozenset(_file_id(f) for f in request.query_params.getlist("file"))
        if len(files) > MOST_FILES:
            raise Told(HTTPStatus.UNPROCESSABLE_ENTITY, f"At most {MOST_FILES} files can be listened for at once.")
        after = request.headers.get("last-event-id") or request.query_params.get("after")
        stream = self._events.listen(_entry_id(after) if after else await self._events.newest(), files, sender)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def health(self, _: Request) -> Response:
        """For load balancers: 200 while Redis answers and there is room."""
        waiting = await self._desk.waiting()
        room = waiting < self._desk.settings.high_water
        return Response(
            msgspec.json.encode({"waiting": waiting, "room": room}),
            HTTPStatus.OK if room else HTTPStatus.SERVICE_UNAVAILABLE,
            media_type=JSON,
        )


def create(desk: AsyncDesk, *, url: str, limit: int, required: bool, rate: float | None = None) -> Starlette:
    """The application on a desk. `required`: nobody posts without a key; `rate`: requests a second without keys."""
    events = Events(desk, url)
    webhooks = Webhooks(url, desk.settings) if desk.settings.callback_secret else None
    gateway = Gateway(desk, Guard(desk, required=required, rate=rate), limit, events)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        events.start()
        if webhooks:
            webhooks.start()
        yield
        if webhooks:
            await webhooks.close()
        await events.close()
        await desk.close()

    return Starlette(routes=routes(gateway, limit), exception_handlers=handlers(), lifespan=lifespan)


def routes(gateway: Gateway, limit: int) -> list[Route]:
    described = msgspec.json.encode(openapi.document(limit))
    page = openapi.page(limit)

    async def document(_: Request) -> Response:
        return Response(described, media_type=JSON)

    async def docs(_: Request) -> Response:
        return HTMLResponse(page, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})

    return [
        Route("/v1/files", gateway.post, methods=["POST"]),
        Route("/v1/files/{file}", gateway.get, methods=["GET"]),
        Route("/v1/events", gateway.events, methods=["GET"]),
        Route("/health", gateway.health, methods=["GET"]),
        Route("/openapi.json", document, methods=["GET"]),
        Route("/docs", docs, methods=["GET"]),
    ]


def handlers() -> Any:
    return problems.HANDLERS


def _single(receipt: Receipt) -> Response:
    answer = _accepted(receipt)
    return Response(msgspec.json.encode(answer), HTTPStatus.ACCEPTED, {"Location": answer.status}, JSON)


def _accepted(receipt: Receipt) -> Accepted:
    r = receipt
    return Accepted(r.file, r.name, r.new, r.bytes, r.sightings, f"/v1/files/{r.file}")


def _whole(body: Any) -> bytes:
    with body:
        body.seek(0)
        found: bytes = body.read()
        return found


def _file_id(text: str) -> str:
    if len(text) != ID_LENGTH or not ID_CHARS.issuperset(text):
        raise Told(HTTPStatus.NOT_FOUND, "That is no file's id: 16 letters and digits, as receipts have them.")
    return text


def _entry_id(text: str) -> str:
    """``0`` or an entry's id, ``MILLISECONDS-NUMBER``."""
    parts = text.split("-")
    if len(text) > 40 or len(parts) > 2 or not all(map(_is_half, parts)):
        raise Told(HTTPStatus.UNPROCESSABLE_ENTITY, "'after' is 0, or the id of an event that was received.")
    return text


def _is_half(text: str) -> bool:
    """Of an entry's id: 64 bits."""
    return text.isascii() and text.isdigit() and int(text) < 1 << 64
