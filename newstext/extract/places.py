"""Places by name: which country a town, a territory or a printed region belongs to.

The gazetteer keeps one place for a name, the one with most inhabitants: a dateline that means another of that
name says so (`LONDON, Ontario`).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from newstext.extract.tables import fold, rows, toml


class Place(NamedTuple):
    """A place with its usual name and ISO 3166 alpha-2 country; `kind` is `city` or `territory`."""

    name: str
    country: str
    kind: str
    people: int = 0


@cache
def _cities() -> dict[str, Place]:
    listed = {key: Place(name, code, "city", int(people)) for key, code, name, people in rows("places")}
    aliases = toml("datelines")["aliases"]
    return listed | {name: Place(name.title(), code, "city", 1_000_000) for name, code in aliases.items()}


@cache
def _territories() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("territories")}


@cache
def _regions() -> dict[str, str]:
    return {name: code for code, names in toml("datelines")["regions"].items() for name in names}


def place(text: str) -> Place | None:
    """The city or territory of that name, e.g. ``place("CAIRO")``; None for a name that is not known."""
    key = fold(text)
    city = _cities().get(key)
    if city:
        return city
    code = _territories().get(key)
    return Place(text, code, "territory") if code else None


def region(text: str) -> str | None:
    """The country of a state, province or territory as it stands after a city (`Wis.`, `Argentina`)."""
    key = fold(text)
    code = _regions().get(key) or _territories().get(key)
    if code is None and (city := _cities().get(key)):
        return city.country
    return code
