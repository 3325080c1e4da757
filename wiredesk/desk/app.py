"""The application: the desk's pages, the RQ dashboard under `/rq`, metrics and health, behind the guard."""

from __future__ import annotations

from typing import Any, cast

from a2wsgi import WSGIMiddleware
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from wiredesk import dashboard
from wiredesk.desk import links
from wiredesk.desk.guard import Guard, Rules
from workers.desk import Desk

#: Threads that answer the dashboard's requests; its Redis calls are short.
DASHBOARD_THREADS = 4


def create(desk: Desk, rules: Rules) -> ASGIApp:
    """The whole desk as one ASGI application."""
    rq = dashboard.create(desk.settings.desk_url(), read_only=rules.read_only, home="/", link=links.of_job)
    routes = [
        Route("/healthz", _live),
        Route("/healthz/live", _live),
        Route("/healthz/ready", _ready),
        Mount("/rq", cast("ASGIApp", WSGIMiddleware(cast("Any", rq.wsgi_app), workers=DASHBOARD_THREADS))),
    ]
    app = Starlette(routes=routes)
    app.state.desk, app.state.rules = desk, rules
    return Guard(app, rules)


async def _live(_: Request) -> Response:
    """The process answers: nothing more."""
    return PlainTextResponse("live\n")


async def _ready(request: Request) -> Response:
    """Redis answers, and whatever this process needs of it is there."""
    desk: Desk = request.app.state.desk
    try:
        await run_in_threadpool(desk.queues.ping)
    except (RedisError, OSError):
        return PlainTextResponse("Redis does not answer\n", 503)
    return PlainTextResponse("ready\n")
