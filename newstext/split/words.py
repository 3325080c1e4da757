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


_LEAD = re.compile(r"(?:[#*•·▪▸►‣◦+>|»›–—-]{1,6}[ \t]+)+")


def bare(text: str) -> str:
    """A line without the marks of a heading or a list before it, and without the word that only names it."""
    found = _LEAD.match(text)
    rest = text[found.end() :] if found else text
    name, colon, said = rest.partition(": ")
    return said.strip() if colon and name.lower() in words().names and said.strip() else rest or text


class Words:
    """The tables: `kinds` by whole line, `starts` by beginning, words of time and of photo credits."""

    def __init__(self, table: dict[str, dict[str, str]]) -> None:
        self.kinds = {entry: Label(kind) for kind, text in reversed(table["lines"].items()) for entry in entries(text)}
        self.home = frozenset(entries(table["lines"]["breadcrumb"]))
        self.agencies = frozenset(entries(table["lines"]["agency"]))
        self.starts = {Label(kind): tuple(entries(text)) for kind, text in table["starts"].items()}
        self.names = frozenset(self.starts.pop(Label.HEADLINE))
        self.beginnings: dict[str, list[tuple[Label, str]]] = {}
        for label, phrases in self.starts.items():
            for phrase in phrases:
                self.beginnings.setdefault(phrase.split()[0].rstrip(":"), []).append((label, phrase))
        self.months = frozenset(table["time"]["months"].split())
        self.units = frozenset(table["time"]["units"].split())
        self.photo = frozenset(table["photo"]["credit"].split())
        self.file = frozenset(table["photo"]["file"].split())
        self.credits = self.photo | self.file
        self.promo = frozenset(table["appeal"]["promo"].split())
        self.reader = frozenset(table["appeal"]["reader"].split())
        self.markers = tuple(entries(table["photo"]["markers"]))
        self.captions = tuple(entries(table["photo"]["captions"]))


def entries(text: str) -> list[str]:
    return [entry.strip() for line in text.split("\n") for entry in line.split("|") if entry.strip()]


@cache
def words() -> Words:
    return Words(tomllib.loads(files("newstext.split").joinpath("words.toml").read_text("utf-8")))
