"""ninjs (IPTC's news in JSON): version 1's flat fields, and the lists of versions 2 and 3 made flat like them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newstext.formats.status import usable

#: Roles under which versions 2 and 3 keep the text itself, the best first.
_BODIES = ("text/plain", "text/html", "application/xhtml+xml", "")
#: Fields that no other rows have.
_OWN = frozenset({"body_text", "body_html", "body_xhtml", "bodies", "headlines", "versioncreated", "contentcreated"})


def is_ninjs(columns: Mapping[str, Any]) -> bool:
    """Whether an object is a ninjs item: a `uri` (Superdesk's: `guid`) beside fields that no other rows have."""
    names = {str(name).lower() for name in columns}
    if "uri" in names:
        return bool(names & _OWN)
    return "guid" in names and {"versioncreated", "pubstatus"} <= names


def item(columns: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item as a row; `Unreadable` when it is not to be published."""
    folded = _folded(columns)
    usable(folded.get("pubstatus"))
    return _row(folded)


def _folded(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as version 2 writes them: version 3 has `versionCreated`."""
    return {str(name).lower(): value for name, value in columns.items()}


def flat(columns: Mapping[str, Any]) -> dict[str, Any]:
    """An item, whatever its status, as a row with our columns' names."""
    return _row(_folded(columns))


def _row(columns: Mapping[str, Any]) -> dict[str, Any]:
    uri = columns.get("uri") or columns.get("guid")
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
        "id": uri,
        "url": uri if str(uri).startswith("http") else None,
        "summary": _longest(columns.get("descriptions")) or columns.get("description_text"),
    }
    return {name: value for name, value in row.items() if value}


def _main(values: Any) -> str | None:
    """The main one of several headlines: the one of role `main`, or the first."""
    items = _objects(values)
    chosen = next((item for item in items if "main" in str(item.get("role"))), items[0] if items else {})
    return chosen.get("value")


def _longest(values: Any) -> str | None:
    """The fullest of several descriptions: others are credits and rights."""
    return max((str(item.get("value") or "") for item in _objects(values)), key=len, default=None)


def _body(values: Any) -> str | None:
    items = [_folded(item) for item in _objects(values)]
    by_type = {str(item.get("contenttype") or ""): item.get("value") for item in reversed(items)}
    return next((by_type[kind] for kind in _BODIES if by_type.get(kind)), None)


def _objects(values: Any) -> list[Mapping[str, Any]]:
    return [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []


def _names(values: Any) -> list[str]:
    items = values if isinstance(values, list) else []
    return [name for item in items if (name := _name(item))]


def _name(value: Any) -> str | None:
    return value.get("name") if isinstance(value, Mapping) else value if isinstance(value, str) else None
