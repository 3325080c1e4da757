"""The Flask application: rq-dashboard's blueprint with our reading, actions and templates in the place of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, current_app, g, request, url_for
from redis import Redis
from rq.exceptions import NoSuchJobError
from rq.version import VERSION as RQ_VERSION
from rq_dashboard import web
from rq_dashboard.version import VERSION
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from wiredesk.connection import client
from wiredesk.dashboard import actions, reading
from wiredesk.dashboard.templates import MendedLoader
from wiredesk.errors import DeskError
from wiredesk.serializer import JSONSerializer
from wiredesk.settings import hidden

#: All that this package mends was found in exactly these; another pair has to be looked at again.
WRITTEN_FOR = {"rq": "3.0.0", "rq-dashboard": "0.9.0"}
#: Milliseconds between two looks of an open tab: with 1,000 workers a look costs 40 ms.
POLL = 3000

#: Views that change something; rq-dashboard answers requeue_all to GET too.
CHANGING = frozenset(
    f"rq_dashboard.{view}"
    for view in ("delete_job_view", "requeue_job_view", "requeue_all", "empty_queue", "compact_queue")
)

#: Answers of the mended data addresses by rq-dashboard's name of the view.
Views = dict[str, Callable[..., Any]]


def check_versions() -> None:
    """Raises `DeskError` when another version than those written for is installed."""
    installed = {"rq": RQ_VERSION, "rq-dashboard": VERSION}
    if installed != WRITTEN_FOR:
        seen = ", ".join(f"{name} {version}" for name, version in installed.items())
        raise DeskError(f"The RQ dashboard is mended for {WRITTEN_FOR}, but this is {seen}. Install wiredesk[desk].")


def create(
    url: str, *, read_only: bool = False, home: str = "/", link: Callable[[str], str | None] = lambda _: None
) -> Flask:
    """The dashboard on the Redis at `url`. `link` gives a job's address at the desk, which lives at `home`."""
    check_versions()
    app = Flask("wiredesk.dashboard", static_folder=None)
    app.config.update(
        RQ_DASHBOARD_REDIS_URL=(hidden(url),), RQ_DASHBOARD_DISABLE_DELETE=read_only, RQ_DASHBOARD_POLL_INTERVAL=POLL
    )
    vars(app)["redis_conn"] = client(url)
    _replace_names()
    app.register_blueprint(web.blueprint)
    app.jinja_env.loader = MendedLoader()
    # Flask looks at a name's end; the programs' templates end in .js and need it as much as the pages.
    app.jinja_env.autoescape = True
    app.view_functions.update({f"rq_dashboard.{name}": view for name, view in _views().items()})
    app.context_processor(
        lambda: {
            "csp_nonce": g.csp_nonce,
            "desk_home": home,
            "desk_link": link,
            "enable_delete": not read_only,
        }
    )
    app.before_request(_prepare)
    for odd_address in (NoSuchJobError, LookupError, ValueError, ArithmeticError):
        app.register_error_handler(odd_address, _gone)
    return app


def _prepare() -> None:
    """The nonce that the desk's guard put into this answer's policy; and no change by an address that is only read."""
    g.csp_nonce = request.environ.get("asgi.scope", {}).get("state", {}).get("nonce", "")
    if request.endpoint in CHANGING and request.method != "POST":
        raise MethodNotAllowed(["POST"])


def _redis() -> Redis:
    redis: Redis = vars(current_app._get_current_object())["redis_conn"]  # type: ignore[attr-defined]  # noqa: SLF001
    return redis


class _Queue(web.Queue):  # type: ignore[misc]  # rq-dashboard ships no types
    """RQ's queue with our serializer, and names alone where rq-dashboard lists all."""

    def __init__(self, name: str = "default", **options: Any) -> None:
        super().__init__(name, **options | {"serializer": JSONSerializer})

    @classmethod
    def all(cls, connection: Redis, **_: object) -> list[_Queue]:
        return [cls(name, connection=connection) for name in reading.queue_names(connection)]


class _NoWorkers:
    """The workers tab loads its rows as data; the page itself needs none."""

    @staticmethod
    def all(connection: Redis) -> list[object]:  # noqa: ARG004  (rq's signature)
        return []


def _replace_names() -> None:
    """rq-dashboard looks its collaborators up by these names of its module."""
    web.from_url = lambda *_, **__: (None, _redis())
    web.Job = reading.ShownJob
    web.Queue = _Queue
    web.Worker = _NoWorkers
    web.get_queue_registry_jobs_count = _jobs_of
    web.delete_job_view = _delete


def _jobs_of(
    queue: str, state: str, offset: int, per_page: int, order: str, connection: Redis
) -> tuple[int, list[dict[str, Any]]]:
    if state != "queued" and state not in reading.REGISTRIES:
        raise NotFound
    total, ids = reading.jobs_page(connection, queue, state, offset, max(1, min(per_page, 200)), newest=order == "dsc")
    found = reading.ShownJob.fetch_many(ids, connection)
    return total, [job.row() if job else _missing(i) for i, job in zip(ids, found, strict=True)]


def _missing(job: str) -> dict[str, Any]:
    return {"id": job, "created_at": None, "ended_at": None, "exc_info": None, "description": "(its record is gone)"}


def _views() -> Views:
    return {
        "list_queues": _list_queues,
        "list_workers": lambda instance_number: _answer({"workers": reading.workers(_redis())}),  # noqa: ARG005
        "job_info": lambda instance_number, job_id: _answer(  # noqa: ARG005  (rq-dashboard's arguments)
            reading.ShownJob.fetch(job_id, _redis()).details(_redis())
        ),
        "delete_job_view": lambda job_id: _answer(_delete(job_id)),
        "requeue_job_view": lambda job_id: _answer(_status(done=actions.requeue(_redis(), job_id))),
        "requeue_all": lambda queue_name: _answer(_requeue_all(queue_name)),
    }


def _list_queues(instance_number: int) -> Response:
    names = reading.queue_names(_redis())
    rows = []
    for name, counts in zip(names, reading.queue_counts(_redis(), names), strict=True):
        row: dict[str, Any] = {"name": name, "count": counts["queued"]}
        row |= {f"{state}_job_registry_count": counts[state] for state in reading.REGISTRIES}
        row |= {f"{state}_url": _jobs_url(instance_number, name, state) for state in counts}
        rows.append(row)
    return _answer({"queues": rows})


def _jobs_url(instance: int, queue: str, state: str) -> str:
    return url_for(
        "rq_dashboard.jobs_overview",
        instance_number=instance, queue_name=queue, registry_name=state, per_page=8, order="asc", page=1,
    )  # fmt: skip


def _answer(values: dict[str, Any]) -> Response:
    # Not Flask's jsonify: it takes 15 ms for the rows of 1,000 workers, three times what reading them takes.
    return Response(orjson.dumps(values), headers={"Cache-Control": "no-store"}, mimetype="application/json")


def _status(*, done: bool) -> dict[str, Any]:
    return {"status": "OK" if done else "ERROR"}


def _delete(job_id: str, registry: Any = None) -> dict[str, Any]:
    if current_app.config["RQ_DASHBOARD_DISABLE_DELETE"]:
        return {"status": "DISABLED"}
    done = actions.delete(_redis(), job_id)
    if registry is not None:
        registry.remove(job_id)
    return _status(done=done)


def _requeue_all(queue: str) -> dict[str, Any]:
    total, ids = reading.jobs_page(_redis(), queue, "failed", 0, 1_000_000, newest=False)
    return {"status": "OK", "count": sum(actions.requeue(_redis(), job) for job in ids), "failed": total}


def _gone(error: Exception) -> HTTPException:
    return NotFound(f"There is nothing of this name: {type(error).__name__}.")
