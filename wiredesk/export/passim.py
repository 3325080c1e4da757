"""A document as Passim reads newspapers (https://github.com/dasmiq/passim): it compares texts of different series."""

from __future__ import annotations

from typing import Any

from wiredesk.export.values import filled
from wiredesk.records import Record


def shape(record: Record) -> dict[str, Any]:
    """`id`, `text`, `series` (who printed it) and the day as `date`."""
    return filled(
        {
            "id": record.id,
            "text": record.body,
            "series": record.publisher or record.file.source or "unknown",
            "date": record.published[:10] if record.published else None,
            "title": record.headline,
            "language": record.language,
            "url": record.url,
            "story": record.story,
        }
    )
