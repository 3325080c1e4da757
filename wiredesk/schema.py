"""The shape of what is published, generated from the records' own types.

A shape belongs to a version: docs/schema holds what was promised for each, and a test refuses a change of the one
without the other.
"""

from __future__ import annotations

from typing import Any

import msgspec

from wiredesk import keys
from wiredesk.readers.message import BODIES
from wiredesk.records import VERSION, FileEvent, Record, Rejected

CLOUD_EVENT = ("specversion", "id", "source", "type", "time", "subject", "traceparent")

#: Flat copies of what consumers route by, beside the record and the CloudEvents attributes.
FLAT: dict[type, tuple[str, ...]] = {
    Record: ("id", "story", "relation", "language", "publisher", "published", "version"),
    FileEvent: ("id", "outcome"),
    Rejected: ("id", "stage", "kind"),
}

_ABOUT = {
    keys.ARTICLES: "The first article of each story.",
    keys.COPIES: "Every later copy or version of a story that is known.",
    keys.FILES: "What came of a file, when it is done.",
    keys.REJECTED: "A file or article that could not be processed, and what to do.",
}


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) with one definition a record."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wiredesk records",
        "version": VERSION,
        "anyOf": [{"$ref": f"#/$defs/{t.__name__}"} for t in FLAT],
        "$defs": _components("#/$defs/{name}"),
    }


def record_schema(record: type) -> dict[str, Any]:
    """JSON Schema of one kind of record alone: what a consumer of one stream validates with."""
    return {**json_schema(), "title": f"wiredesk {record.__name__}", "anyOf": [{"$ref": f"#/$defs/{record.__name__}"}]}


def asyncapi() -> dict[str, Any]:
    """An AsyncAPI 3.0 document: one channel a stream, one message a channel, one operation to read each."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "wiredesk",
            "version": VERSION,
            "description": "Redis Streams of separated, deduplicated, described news stories. An entry's field `body` "
            "is the payload, its other fields are the headers; ce-* are CloudEvents 1.0 attributes in binary form.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_short(stream): _channel(stream) for stream in BODIES},
        "operations": {f"read_{_short(stream)}": _operation(stream) for stream in BODIES},
        "components": {"schemas": _draft07(_components("#/components/schemas/{name}"))},
    }


def _channel(stream: str) -> dict[str, Any]:
    record = BODIES[stream]
    names = [*FLAT[record], *(f"ce-{a}" for a in CLOUD_EVENT)]
    headers = {"type": "object", "properties": {n: {"type": "string"} for n in names}, "required": names}
    message = {
        "name": record.__name__,
        "contentType": "application/json",
        "headers": headers,
        "payload": {"$ref": f"#/components/schemas/{record.__name__}"},
    }
    return {"address": stream, "description": _ABOUT[stream], "messages": {record.__name__: message}}


def _operation(stream: str) -> dict[str, Any]:
    channel = f"#/channels/{_short(stream)}"
    name = BODIES[stream].__name__
    return {
        "action": "receive",
        "channel": {"$ref": channel},
        "summary": _ABOUT[stream],
        "messages": [{"$ref": f"{channel}/messages/{name}"}],
    }


def _short(stream: str) -> str:
    return stream.removeprefix(keys.PREFIX)


def _components(template: str) -> dict[str, Any]:
    return msgspec.json.schema_components(list(FLAT), ref_template=template)[1]


def _draft07(schema: Any) -> Any:
    """AsyncAPI's schemas are of draft 7, which writes the members of a tuple as `items`."""
    if isinstance(schema, list):
        return [_draft07(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _draft07(part) for name, part in schema.items() if name != "prefixItems"}
    return plain | {"items": _draft07(schema["prefixItems"])} if "prefixItems" in schema else plain
