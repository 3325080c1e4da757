"""IPTC ninjs 3.1 (https://iptc.org/std/ninjs/): what news agencies and editorial systems exchange.

Only times that are known with their offset are given, as the standard wants; the date as it was read stays in
`altIds`. Copies name the article that they were matched to there too: ninjs has no word for a near-duplicate.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newstext.article import Caption
from wiredesk.export.values import filled, instant, once, uri, urn
from wiredesk.records import Record

STANDARD = {"name": "ninjs", "version": "3.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"}

_PLAIN = "text/plain"


def shape(record: Record) -> dict[str, Any]:
    """One news object of type `text`."""
    return filled(
        {
            "uri": urn(record.id),
            "standard": STANDARD,
            "type": "text",
            "representationType": "full",
            "profile": "wiredesk",
            "version": str(record.version),
            "firstCreated": instant(record, record.published),
            "versionCreated": instant(record, record.updated) or instant(record, record.published),
            "pubStatus": "usable",
            "language": record.language,
            "headlines": list(_headlines(record)),
            "bodies": [_body(record)],
            "by": ", ".join(record.bylines),
            "located": record.dateline.place or record.dateline.text if record.dateline else None,
            "people": _mentioned(record, "person"),
            "organisations": _mentioned(record, "organisation"),
            "places": _mentioned(record, "place"),
            "subjects": [{"name": topic} for topic in once(record.topics)],
            "infoSources": list(_sources(record)),
            "renditions": list(_renditions(record)),
            "associations": [_picture(record, n, caption) for n, caption in enumerate(record.captions)],
            "altIds": [{"role": role, "value": value} for role, value in _other_ids(record) if value],
        }
    )


def _headlines(record: Record) -> Iterator[dict[str, str]]:
    if record.headline:
        yield {"role": "main", "contentType": _PLAIN, "value": record.headline}
    if record.subheadline:
        yield {"role": "subheadline", "contentType": _PLAIN, "value": record.subheadline}


def _body(record: Record) -> dict[str, Any]:
    return {
        "role": "main",
        "contentType": _PLAIN,
        "charCount": len(record.body),
        "wordCount": record.word_count,
        "value": record.body,
    }


def _mentioned(record: Record, kind: str) -> list[dict[str, str]]:
    return [{"name": name, "rel": "mentions"} for name in once(m.text for m in record.mentions if m.kind == kind)]


def _sources(record: Record) -> Iterator[dict[str, str]]:
    for agency in once(record.agencies):
        yield {"name": agency, "role": "agency"}
    if record.publisher:
        yield {"name": record.publisher, "role": "publisher"}


def _renditions(record: Record) -> Iterator[dict[str, str]]:
    if address := uri(record.url):
        yield {"name": "web", "href": address, "contentType": "text/html"}


def _picture(record: Record, n: int, caption: Caption) -> dict[str, Any]:
    return filled(
        {
            "name": f"picture-{n}",
            "uri": f"{urn(record.id)}:picture:{n}",
            "type": "picture",
            "descriptions": [{"role": "caption", "contentType": _PLAIN, "value": caption.text}] if caption.text else [],
            "by": caption.credit,
        }
    )


def _other_ids(record: Record) -> Iterator[tuple[str, str | None]]:
    yield "story", urn(record.story)
    yield "relation", record.relation
    yield "duplicateOf", urn(record.duplicate_of) if record.duplicate_of else None
    yield "publishedAsPrinted", record.published
    yield "file", record.file.id
    yield "fingerprint", record.fingerprint.exact
