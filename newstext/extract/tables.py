"""The data tables of this package: words of many languages, kept apart from the code that uses them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

from newstext.remembered import remembered

_DATA = resources.files("newstext") / "data"
_SPACES = re.compile(r"\s+")
#: Names and words are shorter; lines and paragraphs are longer, and are not remembered.
_WORD = 60


@remembered(32_768, _WORD)  # the words of some hundred articles: most come again in the next one
def fold(text: str) -> str:
    """The key under which names are looked up: lower case, no accents, no dots, single spaces."""
    if text.isascii():
        plain = text.lower()
    else:
        plain = unicodedata.normalize("NFKD", text.casefold()).replace("’", "'")
        for accent in filter(unicodedata.combining, set(plain)):  # of a long text each is asked about once
            plain = plain.replace(accent, "")
    return _SPACES.sub(" ", plain.replace(".", "")).strip()


@cache
def toml(name: str) -> dict[str, Any]:
    """A hand-kept table, e.g. ``toml("agencies")``."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text("utf-8"))


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a generated table as tuples; lines that start with ``#`` say where it comes from."""
    lines = (_DATA / f"{name}.tsv").read_text("utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


@cache
def words(name: str, *keys: str) -> frozenset[str]:
    """A list inside a hand-kept table as folded words, e.g. ``words("bylines", "roles")``."""
    found: Any = toml(name)
    for key in keys:
        found = found[key]
    return frozenset(fold(word) for word in found)


@cache
def given_names() -> frozenset[str]:
    """Given names that are common in the press, folded."""
    return frozenset(name for _, listed in rows("given_names") for name in listed.split())
