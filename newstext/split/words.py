"""The word tables of splitting (`words.toml`), read once and given as sets and tuples."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from newstext.article import Label

#: What stands before a menu entry, a heading or a quotation in text made of HTML.
BULLETS = "#*•·▪▸►‣◦–—-+>|»› \t"

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def key(text: str) -> str:
    """The form under which a line is looked up: lower case, bullets cut, each number as ``#``."""
    return _NUMBER.sub("#", text.strip(BULLETS).lower())


def bare(text: str) -> str:
    """A line without the marks of a heading or a list before it."""
    return text.lstrip(BULLETS) or text


class Words:
    """The tables: `kinds` by whole line, `starts` by beginning, words of time and of photo credits."""

    def __init__(self, table: dict[str, dict[str, str]]) -> None:
        self.kinds = {entry: Label(kind) for kind, text in reversed(table["lines"].items()) for entry in entries(text)}
        self.home = frozenset(entries(table["lines"]["breadcrumb"]))
        self.agencies = frozenset(entries(table["lines"]["agency"]))
        self.starts = {Label(kind): tuple(entries(text)) for kind, text in table["starts"].items()}
        self.months = frozenset(table["time"]["months"].split())
        self.units = frozenset(table["time"]["units"].split())
        self.photo = frozenset(table["photo"]["credit"].split())
        self.file = frozenset(table["photo"]["file"].split())
        self.markers = tuple(entries(table["photo"]["markers"]))
        self.captions = tuple(entries(table["photo"]["captions"]))


def entries(text: str) -> list[str]:
    return [entry.strip() for line in text.split("\n") for entry in line.split("|") if entry.strip()]


@cache
def words() -> Words:
    return Words(tomllib.loads(files("newstext.split").joinpath("words.toml").read_text("utf-8")))
