"""ninjs (IPTC's news in JSON): version 1's flat fields, and the lists of versions 2 and 3 made flat like them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Roles under which versions 2 and 3 keep the text itself, the best first.
_BODIES = ("text/plain", "text/html", "application/xhtml+xml", "")


def is_ninjs(columns: Mapping[str, Any]) -> bool:
    """Whether an object is a ninjs item: a `uri` beside fields that no other rows have."""
    return "uri" in columns and bool(
        columns.keys()
        & {"body_text", "body_html", "body_xhtml", "bodies", "headlines", "versioncreated", "contentcreated"}
    )


def flat(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The item as a row with our columns' names."""
    row = {
        "headline": columns.get("headline") or _main(columns.get("headlines")),
        "text": columns.get("body_text")
        or _body(columns.get("bodies"))
        or columns.get("body_html")
        or columns.get("body_xhtml"),
        "byline": columns.get("byline") or columns.get("by"),
        "dateline": _name(columns.get("located")),
        "published": columns.get("firstcreated") or columns.get("contentcreated") or columns.get("versioncreated"),
        "updated": columns.get("versioncreated"),
        "source": columns.get("source") or _names(columns.get("infosources")) or columns.get("copyrightholder"),
        "topics": _names(columns.get("subject") or columns.get("subjects")),
        "language": columns.get("language"),
        "id": columns.get("uri"),
        "url": columns.get("uri") if str(columns.get("uri")).startswith("http") else None,
        "summary": _main(columns.get("descriptions")) or columns.get("description_text"),
    }
    return {name: value for name, value in row.items() if value}


def _main(values: Any) -> str | None:
    """The main one of several headlines or descriptions: the one of role `main`, or the first."""
    items = [item for item in values if isinstance(item, Mapping)] if isinstance(values, list) else []
    chosen = next((item for item in items if "main" in str(item.get("role"))), items[0] if items else {})
    return chosen.get("value")


def _body(values: Any) -> str | None:
    items = [item for item in values if isinstance(item, Mapping)] if isinstance(values, list) else []
    by_type = {str(item.get("contenttype") or ""): item.get("value") for item in reversed(items)}
    return next((by_type[kind] for kind in _BODIES if by_type.get(kind)), None)


def _names(values: Any) -> list[str]:
    items = values if isinstance(values, list) else []
    return [name for item in items if (name := _name(item))]


def _name(value: Any) -> str | None:
    return value.get("name") if isinstance(value, Mapping) else value if isinstance(value, str) else None
