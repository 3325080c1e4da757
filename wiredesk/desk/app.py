"""The application: the desk's pages, the RQ dashboard under `/rq`, metrics and health, behind the guard."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from wiredesk import dashboard, metrics
from wiredesk.desk import links, pages
from wiredesk.desk.catalogue import Catalogue
from wiredesk.desk.guard import Guard, Rules
from wiredesk.desk.live import Live
from wiredesk.desk.pulse import Pulse
from wiredesk.desk.reader import Reader
from wiredesk.desk.views import page
from wiredesk.health import look
from workers import claimants
from workers.desk import Desk
from workers.table import NAMES

#: Threads that answer the dashboard's requests; its Redis calls are short.
DASHBOARD_THREADS = 4


def create(desk: Desk, rules: Rules) -> ASGIApp:
    """The whole desk as one ASGI application."""
    folder = tempfile.TemporaryDirectory(prefix="wiredesk-desk-")
    catalogue = Catalogue(Path(folder.name) / "catalogue.sqlite")
    reader = Reader(desk.queues, catalogue)
    rooms = pages.Rooms(desk, catalogue, Pulse(desk.queues, NAMES))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        reader.start()
        yield
        reader.stop()
        catalogue.close()
        folder.cleanup()

    app = Starlette(routes=_routes(desk, rules, rooms), lifespan=lifespan, exception_handlers=_HANDLERS)
    app.state.desk, app.state.rules, app.state.rooms = desk, rules, rooms
    app.state.metrics = metrics.registry(
        metrics.DeskCollector(desk.queues, NAMES, lambda: _index_size(desk), catalogue.size)
    )
    return Guard(app, rules)


def _routes(desk: Desk, rules: Rules, rooms: pages.Rooms) -> list[Route | Mount]:
    rq = dashboard.create(desk.settings.desk_url(), read_only=rules.read_only, link=links.of_job)
    return [
        Route("/", pages.flow),
        Route("/live", Live(rooms).stream),
        Route("/stories", pages.stories),
        Route("/stories/{story}", pages.story),
        Route("/articles/{article}.json", pages.article_json),
        Route("/articles/{article}", pages.article),
        Route("/files/{file}", pages.file),
        Route("/rejected", pages.rejected),
        Route("/rejected/retry", pages.retry, methods=["POST"]),
        Route("/search", pages.search),
        Route("/workers", pages.workers),
        Route("/jobs/{job}", pages.job),
        Route("/metrics", _metrics),
        Route("/healthz", _live),
        Route("/healthz/live", _live),
        Route("/healthz/ready", _ready),
        Mount("/static", StaticFiles(packages=[("wiredesk.desk", "static")])),
        Mount("/rq", cast("ASGIApp", WSGIMiddleware(cast("Any", rq.wsgi_app), workers=DASHBOARD_THREADS))),
    ]


async def _live(_: Request) -> Response:
    """The process answers: nothing more."""
    return PlainTextResponse("live\n")


async def _ready(request: Request) -> Response:
    """Redis answers, takes the desk's script and has keys that can be read."""
    desk: Desk = request.app.state.desk
    try:
        await run_in_threadpool(look, desk.queues, NAMES)
    except (RedisError, OSError):
        return PlainTextResponse("Redis does not answer\n", 503)
    return PlainTextResponse("ready\n")


def _metrics(request: Request) -> Response:
    body, kind = metrics.exposition(request.app.state.metrics, request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": kind, "Cache-Control": "no-store"})


def _index_size(desk: Desk) -> tuple[int, int]:
    return claimants.index(desk).count(), desk.settings.index_articles


def _not_found(request: Request, _: Exception) -> Response:
    return pages.missing(request, "There is no page at this address.")


def _away(request: Request, _: Exception) -> Response:
    return page(request, "missing", 503, sentence="Redis does not answer. Check it with: wiredesk doctor", leads="")


_HANDLERS: dict[Any, Callable[[Request, Any], Response]] = {404: _not_found, RedisError: _away}
