"""The shape of what is published, generated from the records' own types."""

from __future__ import annotations

from typing import Any

import msgspec

from wiredesk import keys
from wiredesk.readers.message import BODIES
from wiredesk.records import VERSION, Record

FLAT = ("id", "story", "relation", "language", "publisher", "published")
CLOUD_EVENT = ("specversion", "id", "source", "type", "time", "subject")


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) with one definition a record."""
    _, definitions = _components("#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wiredesk records",
        "version": VERSION,
        "anyOf": [{"$ref": f"#/$defs/{t.__name__}"} for t in dict.fromkeys(BODIES.values())],
        "$defs": definitions,
    }


def asyncapi() -> dict[str, Any]:
    """An AsyncAPI 3.0 document: one channel a stream, one message a channel."""
    _, definitions = _components("#/components/schemas/{name}")
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "wiredesk", "version": VERSION},
        "channels": {_short(s): _channel(s) for s in BODIES},
        "operations": {
            f"read_{_short(s)}": {"action": "receive", "channel": {"$ref": f"#/channels/{_short(s)}"}} for s in BODIES
        },
        "components": {"schemas": definitions},
    }


def _channel(stream: str) -> dict[str, Any]:
    name = BODIES[stream].__name__
    headers = {f"ce-{a}": {"type": "string"} for a in CLOUD_EVENT}
    if BODIES[stream] is Record:
        headers |= {field: {"type": "string"} for field in FLAT}
    message = {
        "name": name,
        "contentType": "application/json",
        "headers": {"type": "object", "properties": headers},
        "payload": {"$ref": f"#/components/schemas/{name}"},
    }
    return {"address": stream, "messages": {name: message}}


def _short(stream: str) -> str:
    return stream.removeprefix(keys.PREFIX)


def _components(template: str) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    return msgspec.json.schema_components(list(dict.fromkeys(BODIES.values())), ref_template=template)
