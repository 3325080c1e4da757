"""What a client is told when something is wrong: RFC 9457 problem details, one sentence with the way out."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from producers.errors import Busy, Refused, TooLarge
from wiredesk import log
from wiredesk.errors import RedisUnreachable, StoreAway, StoreFault

MEDIA_TYPE = "application/problem+json"
#: Seconds after which a refused client may come again: workers have made room, Redis is back.
LATER = 2


class Problem(msgspec.Struct, frozen=True):
    """`detail` says what to do."""

    title: str
    status: int
    detail: str


class Told(Exception):  # noqa: N818  (it is told to the client, and handled there)
    """Ends a request with a problem; `close`: the rest of its body will not be read."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None, *, close: bool = False
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.headers = (headers or {}) | ({"Connection": "close"} if close else {})


def response(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    problem = Problem(HTTPStatus(status).phrase, status, detail)
    return Response(msgspec.json.encode(problem), status, headers, MEDIA_TYPE)


async def told(_: Request, error: Exception) -> Response:
    assert isinstance(error, Told)
    return response(error.status, error.detail, error.headers)


async def later(_: Request, error: Exception) -> Response:
    """The desk is full: nothing is wrong with the request."""
    return response(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": str(LATER)})


async def redis_later(_: Request, error: Exception) -> Response:
    """Where Redis is and what it said is the operator's to know."""
    log.get().warning("Redis", reason=str(error))
    said = "The desk's Redis does not answer just now. Ask again later."
    return response(HTTPStatus.SERVICE_UNAVAILABLE, said, {"Retry-After": str(LATER)})


async def stored_later(_: Request, error: Exception) -> Response:
    """Where the object store is and what it said is the operator's to know."""
    log.get().warning("object store", reason=str(error))
    said = "The desk's object store takes no large files just now. Send it again later."
    return response(HTTPStatus.SERVICE_UNAVAILABLE, said, {"Retry-After": str(LATER)})


async def refused(_: Request, error: Exception) -> Response:
    large = isinstance(error, TooLarge)
    return response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if large else HTTPStatus.UNPROCESSABLE_ENTITY, str(error))


async def http(_: Request, error: Exception) -> Response:
    """Starlette's own: no such path, no such method."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    return response(error.status_code, f"{error.detail}. /docs describes what there is.", headers)


HANDLERS = {
    Told: told,
    Busy: later,
    RedisUnreachable: redis_later,
    RedisError: redis_later,
    StoreAway: stored_later,
    StoreFault: stored_later,
    Refused: refused,
    HTTPException: http,
}
