"""The sinks by name: what `wiredesk sink` takes."""

from __future__ import annotations

from collections.abc import Callable

from sinks import feed, jsonl, opensearch, postgres, webhook
from sinks.base import Sink, Target

SINKS: dict[str, Callable[[Target], Sink]] = {
    "jsonl": jsonl.open_sink,
    "postgres": postgres.open_sink,
    "opensearch": opensearch.open_sink,
    "webhook": webhook.open_sink,
    "feed": feed.open_sink,
}
