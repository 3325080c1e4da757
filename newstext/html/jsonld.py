"""JSON-LD: the articles that a page's structured data declares (schema.org NewsArticle and its kin)."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

from newstext import lenient
from newstext.article import Stated
from newstext.extract.tables import toml
from newstext.html.page import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.html.page import Element

#: Nesting of objects that is followed: `@graph` inside a list inside an object, and some room.
_DEEPEST = 8
_CONTROL = re.compile(r"[\x00-\x1f]+")
_WRAP = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:(?:-->|//\]\]>|\]\]>)[\s;]*|(?<![\s;])[\s;]+)$")
#: What some pages declare of the page that they should declare of its article.
_OF_PAGE = ("headline", "datePublished", "dateModified", "author", "publisher")
#: A comma after the last value, which scripts allow and JSON does not.
_TRAILING = re.compile(r",(?=\s{0,200}[}\]])")


class Item:
    """One declared article."""

    def __init__(self, node: dict[str, Any], others: dict[str, dict[str, Any]]) -> None:
        page = node.get("mainEntityOfPage")
        beside = {key: page[key] for key in _OF_PAGE if key in page} if isinstance(page, dict) else {}
        self._node, self._others = {**beside, **node}, others

    def stated(self) -> Stated:
        return Stated(
            headline=self._text("headline") or self._text("name"),
            subheadline=self._text("alternativeHeadline"),
            bylines=self._names("author") or self._names("creator"),
            published=self._text("datePublished") or self._text("dateCreated"),
            updated=self._text("dateModified"),
            publisher=next(iter(self._names("publisher")), None),
            section=_first(self._texts("articleSection")),
            topics=[part for text in self._texts("keywords") for part in _split(text)],
            language=self._text("inLanguage"),
            url=self._address(),
            rule="json-ld",
        )

    @property
    def live(self) -> bool:
        """Whether this is a live blog, whose entries are items too."""
        return "LiveBlogPosting" in _types(self._node) or "liveBlogUpdate" in self._node

    @property
    def body(self) -> str:
        return self._text("articleBody", keep_lines=True) or ""

    def _address(self) -> str | None:
        page = self._node.get("mainEntityOfPage")
        if isinstance(page, dict):
            page = page.get("@id") or page.get("url")
        found = self._text("url") or (page if isinstance(page, str) else None)
        return found if found and found.startswith("http") else None

    def _text(self, key: str, *, keep_lines: bool = False) -> str | None:
        value = self._node.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name") or value.get("@value")
        if not isinstance(value, str):
            return None
        plain = unescape(unescape(value))
        return (plain if keep_lines else tidy(plain)) or None

    def _texts(self, key: str) -> list[str]:
        value = self._node.get(key)
        values = value if isinstance(value, list) else [value]
        return [tidy(unescape(unescape(text))) for each in values if (text := _name(each))]

    def _names(self, key: str) -> list[str]:
        value = self._node.get(key)
        values = value if isinstance(value, list) else [value]
        return [tidy(unescape(text)) for each in values for text in self._people(each)]

    def _people(self, value: object) -> Iterator[str]:
        """Names in a value, which may only point (`@id`) to another node of the page."""
        if isinstance(value, dict) and not value.get("name") and (known := self._others.get(str(value.get("@id")))):
            value = known
        name = value.get("name") if isinstance(value, dict) else value
        if isinstance(name, list):
            yield from (each for each in name if isinstance(each, str))
        elif isinstance(name, str) and name.strip():
            yield name


def _name(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) and value.strip() else None


def _first(values: list[str]) -> str | None:
    return values[0] if values else None


def _split(text: str) -> list[str]:
    return [piece.strip() for piece in re.split(r"[,;|]", text) if piece.strip()]


def items(tree: Element) -> list[Item]:
    """The articles declared on a page, in its order; broken scripts are passed over."""
    nodes = [node for script in _scripts(tree) for node in _walk(script, 0)]
    named = {str(node["@id"]): node for node in nodes if "@id" in node and "name" in node}
    wanted = set(toml("html")["types"]["article"])
    return [Item(node, named) for node in nodes if not wanted.isdisjoint(_types(node))]


def page_times(tree: Element) -> Iterator[str]:
    """Times of publication that a page declares of itself as a page, where it declares no article."""
    pages = set(toml("html")["types"]["page"])
    for script in _scripts(tree):
        for node in _walk(script, 0):
            if not pages.isdisjoint(_types(node)) and isinstance(node.get("datePublished"), str):
                yield tidy(node["datePublished"])


def _scripts(tree: Element) -> Iterator[object]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            text = _CONTROL.sub(" ", _WRAP.sub("", script.text[:2_000_000]))
            yield from islice(_read(text), 1)


def _read(text: str) -> Iterator[object]:
    """Readings of a script, the strictest first: as it is, without commas before brackets, up to a bracket too many."""
    for attempt in (text, _TRAILING.sub("", text)):
        try:
            yield lenient.loads(attempt, strict=False)
        except JSONDecodeError as problem:
            if problem.msg == "Extra data":
                yield from _read(attempt[: problem.pos])
        except (ValueError, RecursionError):
            continue


def _walk(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for each in value.values():
            if isinstance(each, dict | list):
                yield from _walk(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each, depth + 1)


def _types(node: dict[str, Any]) -> list[str]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return [each.rpartition("/")[2] for each in values if isinstance(each, str)]
