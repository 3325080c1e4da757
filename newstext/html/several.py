"""Pages that hold several whole articles: `article` elements with a heading and running text each, or JSON-LD
items that declare a story each.

Teasers of other stories are `article` elements and items too on many pages, so a part counts only with a heading of
its own and as much running text as a short story has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from newstext.extract.tables import fold
from newstext.html.page import text_of
from newstext.html.printed import foreign

if TYPE_CHECKING:
    from collections.abc import Collection

    from newstext.html.jsonld import Item
    from newstext.html.page import Element

_MARKUP = re.compile(r"<[^<>]{1,500}>")
#: Characters in paragraphs of some length: briefs have 400, teasers and comments with a heading below 300. A brief in
#: three paragraphs may be shorter: a teaser has one or two.
_STORY, _PARAGRAPH, _BRIEF = 400, 50, 300
#: A shorter heading is the site's name or a section.
_HEADING = 12


def parts(tree: Element) -> list[Element]:
    """The elements of a page's articles where there are two or more; else an empty list."""
    found: dict[Element, None] = {}
    for element in tree.iter("article"):
        inside = any(ancestor in found for ancestor in element.iterancestors())
        if not inside and heading(element) is not None and _is_story(element) and not foreign(element):
            found[element] = None
    apart = {text_of(head) for element in found if (head := heading(element)) is not None}
    several = len(found) > 1 and len(apart) == len(found)
    return [*found] if several and not _beside(tree, found, apart) else []


def _beside(tree: Element, parts: Collection[Element], heads: set[str]) -> bool:
    """Whether the page's own story stands beside all its parts: its title is a heading that none of them has."""
    title = fold(" ".join(text_of(each) for each in tree.iter("title")))
    named = {fold(head) for head in heads}
    inside = set(parts)
    for head in tree.iter("h1"):
        text = fold(text_of(head))
        if len(text) > _HEADING and text in title and text not in named:
            return inside.isdisjoint(head.iterancestors())
    return False


def heading(element: Element) -> Element | None:
    """The first heading below an element, of the highest rank there is."""
    for tag in ("h1", "h2", "h3"):
        if (head := next((each for each in element.iter(tag) if len(text_of(each)) > 8), None)) is not None:
            return head
    return None


def _is_story(element: Element) -> bool:
    texts = (text_of(paragraph) for paragraph in element.iter("p"))
    prose = [len(text) for text in texts if len(text) >= _PARAGRAPH]
    return sum(prose) >= (_BRIEF if len(prose) > 2 else _STORY)


class Declared(NamedTuple):
    """A story that a JSON-LD item declares: its headline and paragraphs, printed ones where the page has them."""

    item: Item
    headline: str
    paragraphs: list[str]


def declared_parts(tree: Element, items: list[Item]) -> list[Declared]:
    """The stories of a page that its items declare, where two or more are whole; else an empty list."""
    named: dict[str, Item] = {}
    for item in items:
        named.setdefault(fold(item.stated().headline or ""), item)
    named.pop("", None)
    if len(named) < 2 or any(item.live for item in items):
        return []
    printed = _below(tree, named)
    found = [
        Declared(item, item.stated().headline or "", printed[key] if _long(printed[key]) else _lines(item.body))
        for key, item in named.items()
    ]
    whole = [each for each in found if _long(each.paragraphs)]
    return whole if len({part.paragraphs[0] for part in whole}) == len(whole) > 1 else []


def _below(tree: Element, named: dict[str, Item]) -> dict[str, list[str]]:
    """The paragraphs under each heading that is an item's headline, to the next such heading."""
    under: dict[str, list[str]] = {key: [] for key in named}
    now = ""
    for element in tree.iter("h1", "h2", "h3", "p"):
        text = text_of(element)
        if element.tag != "p":
            now = fold(text) if fold(text) in named else now
        elif now and len(text) >= _PARAGRAPH and not foreign(element):
            under[now].append(text)
    return under


def _lines(text: str) -> list[str]:
    return [line for part in text.split("\n") if (line := _MARKUP.sub(" ", part).strip())]


def _long(paragraphs: list[str]) -> bool:
    return sum(map(len, paragraphs)) >= _STORY
