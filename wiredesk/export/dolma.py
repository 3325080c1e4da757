"""A document as the Dolma toolkit reads corpora (https://github.com/allenai/dolma): text and metadata."""

from __future__ import annotations

from typing import Any

from wiredesk.export.values import filled
from wiredesk.records import Record


def shape(record: Record) -> dict[str, Any]:
    """`id`, `text`, `source`, and where known `created` (when it was published) and `added` (when it came in)."""
    return filled(
        {
            "id": record.id,
            "text": record.body,
            "source": record.file.source or record.publisher or "wiredesk",
            "version": str(record.version),
            "created": record.published,
            "added": record.file.received_at,
            "metadata": _metadata(record),
        }
    )


def _metadata(record: Record) -> dict[str, Any]:
    return filled(
        {
            "title": record.headline,
            "authors": record.bylines,
            "publisher": record.publisher,
            "agencies": record.agencies,
            "language": record.language,
            "url": record.url,
            "word_count": record.word_count,
            "story": record.story,
            "relation": record.relation,
            "duplicate_of": record.duplicate_of,
        }
    )
