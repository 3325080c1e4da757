"""Entries of the output streams: the JSON record in `body`, flat copies of what consumers route by, CloudEvents.

CloudEvents 1.0 attributes stand in binary form (``ce-...``), so that a bridge to any broker can pass them on as
headers without reading the body; `traceparent` (its extension for distributed tracing) names the span that published.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import orjson

from wiredesk import ids, trace
from wiredesk.files import FileInfo
from wiredesk.records import Record

Fields = dict[str, bytes | str]

SOURCE = "/wiredesk"
PUBLISHED = "wiredesk.article.published"
REVISED = "wiredesk.article.revised"
REJECTED = "wiredesk.article.rejected"

_encode = msgspec.json.Encoder().encode


def published(record: Record, carried: str = "") -> Fields:
    """`carried` is the W3C header that the file's producer brought, '' for none."""
    return {
        "body": _encode(record),
        "id": record.id,
        "story": record.story,
        "relation": record.relation,
        "language": record.language,
        "publisher": record.publisher or "",
        "published": record.published or "",
        "version": str(record.version),
        **_event(record, trace.of_job(ids.article_job("publish", record.id), carried)),
    }


def _event(record: Record, traceparent: str) -> Fields:
    """A later version is an event of its own kind, and its own event."""
    if record.version == 1:
        return cloud_event(PUBLISHED, record.id, record.story, traceparent)
    return cloud_event(REVISED, f"{record.id}.{record.version}", record.story, traceparent)


def rejected(file: FileInfo, position: int, stage: str, kind: str, reason: str) -> Fields:
    """An article that could not be processed: what, where, why, and what a person can do."""
    article = ids.article_id(file.id, position)
    body = {
        "id": article,
        "file": msgspec.to_builtins(file),
        "position": position,
        "stage": stage,
        "kind": kind,
        "reason": reason,
        "retry": f"wiredesk rejected retry {article} --commit",
    }
    return {
        "body": orjson.dumps(body),
        "id": article,
        "stage": stage,
        "kind": kind,
        **cloud_event(REJECTED, f"{article}.rejected", file.id, trace.traceparent(file.id)),
    }


def cloud_event(kind: str, subject_id: str, subject: str, traceparent: str) -> Fields:
    return {
        "ce-specversion": "1.0",
        "ce-id": subject_id,
        "ce-source": SOURCE,
        "ce-type": kind,
        "ce-time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "ce-subject": subject,
        "ce-traceparent": traceparent,
    }
