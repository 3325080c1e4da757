"""Values as the standards want them: identifiers, addresses, times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from wiredesk.records import Record

#: What RFC 3986 lets stand in a URI, and `%`: an address that is escaped already stays as it is.
_LEGAL = "!#$%&'()*+,/:;=?@[]~-._"


def urn(article: str) -> str:
    """A URI for an article's id, the same wherever the article is read."""
    return f"urn:wiredesk:{article}"


def uri(address: str | None) -> str | None:
    """A web address in the letters that a URI may have; None for what is no such address."""
    if not address:
        return None
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    named = parts._replace(netloc=parts.netloc.replace(parts.hostname or "", host)) if not address.isascii() else parts
    return quote(named.geturl(), safe=_LEGAL)


def instant(record: Record, moment: str | None) -> str | None:
    """A time that is known with its offset (RFC 3339); None where only the day or the local time is."""
    known = moment is not None and record.published_precision != "day" and _has_offset(moment)
    return moment if known else None


def _has_offset(moment: str) -> bool:
    _, _, time = moment.partition("T")
    return time.endswith("Z") or "+" in time or "-" in time


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: the standards leave out what is not known."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def once(names: Iterable[str]) -> list[str]:
    """Each name once, in the order of its first mention."""
    return list(dict.fromkeys(n for n in names if n))
