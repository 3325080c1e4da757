"""What a scraper gathers, as a file: an item is one row of JSON Lines, or a page's bytes as they came.

The row's own `url` is the file's address, so the same item from the same address is one file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from producers.errors import BadItem
from producers.items import Item, instant

#: Fields that may hold a page as it was fetched; bytes there go as they are, text is part of the row.
PAGE = ("body", "html", "content")


def from_fields(fields: Mapping[str, Any], name: str) -> Item:
    """An item's fields, of any types that JSON or their text can show. `name`: who gathered it. Raises `BadItem`."""
    facts = {
        "url": _text(fields.get("url")),
        "source": _text(fields.get("source")) or name,
        "fetched_at": _instant(fields.get("fetched_at")) or datetime.now(UTC).isoformat(timespec="seconds"),
    }
    for field in PAGE:
        if isinstance(page := fields.get(field), bytes):
            return Item(page, _text(fields.get("name")) or name, **facts)
    return Item(_row(fields) + b"\n", f"{name}.jsonl", **facts)


def from_stored(data: bytes, name: str) -> Item:
    """An item that another program stored: JSON as it stands, anything else as a file of its own. Nothing is run."""
    try:
        fields = orjson.loads(data)
    except orjson.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict):
        return Item(data, name, source=name)
    url, at = _text(fields.get("url")), _instant(fields.get("fetched_at"))
    return Item(data, f"{name}.jsonl", url, _text(fields.get("source")) or name, at)


def _row(fields: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(dict(fields), default=_shown, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half a character, more than 64 bits, a key of bytes, or nested some hundred times
        pass
    try:
        return json.dumps(_plain(fields), ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise BadItem(f"The item cannot be written as JSON: {error}.") from error


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _instant(value: Any) -> str | None:
    """A time that can be read; one that cannot is part of the row and no fact."""
    try:
        return instant(value) if isinstance(value, str | datetime) else None
    except BadItem:
        return None


def _shown(value: Any) -> Any:
    """What JSON has no form for: bytes as text, sets as lists, the rest as its own text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)


def _plain(value: Any) -> Any:
    """What the slower writer of JSON takes, all the way down; half a character alone becomes U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_key(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, int) else _plain(_spelt(value))


def _key(key: Any) -> Any:
    return key if key is None or isinstance(key, int | float) else _plain(key if isinstance(key, str) else _spelt(key))


def _spelt(value: Any) -> Any:
    """One value of another type as the faster writer shows it: times as ISO 8601."""
    try:
        return orjson.loads(orjson.dumps(value, default=_shown))
    except TypeError:
        return _shown(value)
