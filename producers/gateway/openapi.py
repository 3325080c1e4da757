"""The OpenAPI document, made from the types that the handlers use, and a page of it that needs no script."""

from __future__ import annotations

import html
from typing import Any

import msgspec

from producers.gateway.bodies import BATCH, FACTS, Batch, NewFile
from producers.gateway.problems import MEDIA_TYPE, Problem
from producers.items import LONGEST
from producers.status import Status
from wiredesk import __version__
from wiredesk.jobs import human_size

_REF = "#/components/schemas/{name}"


class Accepted(msgspec.Struct, frozen=True):
    """A receipt; `status` is where to ask what became of the file."""

    file: str
    name: str
    new: bool
    bytes: int
    sightings: int
    status: str


def document(limit: int) -> dict[str, Any]:
    """OpenAPI 3.1."""
    (new, batch, accepted, receipts, status, problem), schemas = msgspec.json.schema_components(
        [NewFile, Batch, Accepted, list[Accepted], Status, Problem], ref_template=_REF
    )
    _sharpen(schemas["NewFile"])
    return {
        "openapi": "3.1.0",
        "info": {"title": "wiredesk gateway", "version": __version__, "license": {"name": "Apache-2.0"}},
        "security": [{}, {"key": []}],
        "paths": {
            "/v1/files": {"post": _post(limit, {"oneOf": [new, batch]}, {"oneOf": [accepted, receipts]}, problem)},
            "/v1/files/{file}": {"get": _get(status, problem)},
            "/v1/events": {"get": _events(problem)},
            "/health": {"get": _health()},
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _sharpen(new: dict[str, Any]) -> None:
    """What the type does not say: one of text and base64, not empty; formats of facts."""
    facts = new["properties"]
    filled = {"text": {"type": "string", "minLength": 1}, "base64": {"type": "string", "minLength": 4} | _BASE64}
    for name, schema in filled.items():
        facts[name] = schema
    facts["fetched_at"] = {"anyOf": [*_INSTANT["anyOf"], {"type": "null"}]}
    facts["callback"] = {"anyOf": [*_CALLBACK["anyOf"], {"type": "null"}]}
    new["oneOf"] = [{"required": ["text"]}, {"required": ["base64"]}]


_TRACEPARENT = {
    "name": "traceparent",
    "in": "header",
    "description": "W3C trace context of the sender: the desk's spans and the articles' entries continue it. One that "
    "is malformed is ignored, as the standard asks.",
    "schema": {"type": "string"},
}
_BASE64 = {"pattern": "^(?:[A-Za-z0-9+/]{4})+$"}
#: An empty value says nothing, in the query as in JSON.
_EMPTY = {"type": "string", "maxLength": 0}
_INSTANT = {"anyOf": [{"type": "string", "format": "date-time"}, _EMPTY]}
_CALLBACK = {"anyOf": [{"type": "string", "pattern": r"^https?://[a-z0-9.-]{1,60}(/[!-~]{0,60})?$"}, _EMPTY]}


def _post(limit: int, body: Any, receipts: Any, problem: Any) -> dict[str, Any]:
    about = {
        "name": "What the file is called.",
        "url": "Where it was fetched from. The same content under the same address is one file.",
        "source": "Who delivers it.",
        "fetched_at": "When it was fetched, ISO 8601: relative dates are counted from it.",
        "callback": "An address that is told the outcome.",
    }
    shapes = {"fetched_at": _INSTANT, "callback": _CALLBACK}
    text = {"type": "string", "maxLength": LONGEST}
    return {
        "operationId": "postFiles",
        "summary": "Hand in a file, or some",
        "description": (
            f"As the body itself (up to {human_size(limit)}, any type but JSON and multipart; its facts in the query) "
            f"or as JSON: one object, or an array of up to {BATCH}; the query then holds for files that do not say "
            "otherwise. 202 means that the desk has it. "
            "After any error the same may be sent again without making a second file."
        ),
        "parameters": [
            {"name": name, "in": "query", "description": about[name], "schema": shapes.get(name, text)}
            for name in FACTS
        ]
        + [_TRACEPARENT],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": body},
                "application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}},
            },
        },
        "responses": {
            "202": {
                "description": "The desk has it.",
                "headers": {"Location": {"description": "Of a single file: its status.", "schema": {"type": "string"}}},
                "content": {"application/json": {"schema": receipts}},
            },
            **_problems(problem, "400", "401", "403", "408", "413", "415", "421", "422", "429", "503"),
        },
    }


def _get(status: Any, problem: Any) -> dict[str, Any]:
    file = {"name": "file", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[a-z2-7]{16}$"}}
    return {
        "operationId": "getFile",
        "summary": "What became of a file",
        "parameters": [file],
        "responses": {
            "200": {"description": "Its status.", "content": {"application/json": {"schema": status}}},
            **_problems(problem, "401", "404", "421", "429", "503"),
        },
    }


def _events(problem: Any) -> dict[str, Any]:
    return {
        "operationId": "getEvents",
        "summary": "Outcomes as they come: server-sent events",
        "description": "`outcome` events carry the `files` stream's entry; `status` a named file's, if it had ended.",
        "parameters": [
            {
                "name": "file", "in": "query", "description": "Of these files alone, until each has ended.",
                "schema": {"type": "array", "items": {"type": "string", "pattern": "^[a-z2-7]{16}$"}},
            },
            {
                "name": "after", "in": "query", "description": "Events after this one; `Last-Event-ID` does the same.",
                "schema": {"type": "string", "pattern": "^[0-9]{1,13}(-[0-9]{1,5})?$"},
            },
        ],
        "responses": {
            "200": {"description": "A stream of events.", "content": {"text/event-stream": {}}},
            **_problems(problem, "401", "404", "421", "422", "429", "503"),
        },
    }  # fmt: skip


def _health() -> dict[str, Any]:
    shape = {"type": "object", "properties": {"waiting": {"type": "integer"}, "room": {"type": "boolean"}}}
    answer = {"content": {"application/json": {"schema": shape}}}
    return {
        "operationId": "getHealth",
        "summary": "For load balancers",
        "security": [],
        "responses": {
            "200": {"description": "There is room.", **answer},
            "503": {"description": "The desk is full, or its Redis away.", **answer},
        },
    }


def _problems(problem: Any, *statuses: str) -> dict[str, Any]:
    later = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return {
        status: {
            "description": "See `detail`.",
            "content": {MEDIA_TYPE: {"schema": problem}},
            **({"headers": later} if status in ("429", "503") else {}),
        }
        for status in statuses
    }


def page(limit: int) -> str:
    """The document for people."""
    described = document(limit)
    parts = [f"<h1>{html.escape(described['info']['title'])}</h1><p><a href=openapi.json>openapi.json</a></p>"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            parts.append(f"<h2><code>{method.upper()} {html.escape(path)}</code></h2>")
            parts.append(
                f"<p><b>{html.escape(operation['summary'])}.</b> {html.escape(operation.get('description', ''))}"
            )
            rows = [(p["name"], p.get("description", "")) for p in operation.get("parameters", [])]
            parts.append("".join(f"<br><code>{n}</code> {html.escape(a)}" for n, a in rows))
            parts.append(f"<p>Answers: {', '.join(operation['responses'])}")
    style = "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    return f"<!doctype html><meta charset=utf-8><title>wiredesk gateway</title><style>{style}</style>{''.join(parts)}"
