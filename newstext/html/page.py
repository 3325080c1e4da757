"""A page parsed: its tree, its meta elements, and where in the source a piece of it stands."""

from __future__ import annotations

import re
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias, cast

from lxml import html
from lxml.etree import ElementDefaultClassLookup, ParserError, XPath

from newstext.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.article import Span

Element: TypeAlias = html.HtmlElement

#: Elements with a class or an id: libxml2 finds them in a tenth of the time in which Python asks each.
_NAMED = XPath("descendant-or-self::*[@class or @id]")
_MAIN = XPath("(//main | //*[@role = 'main'])[1]")
#: One class for all elements. lxml's own look-up is a Python call for each element that is touched, to give those of
#: forms classes of their own.
_CLASSES = ElementDefaultClassLookup(element=html.HtmlElement)
#: The attribute of elements that hold the page's main part: see `_frame`.
FRAME = "data-frame-of-main"
#: The start of a text by which it is looked for in the source: longer ones run into inline markup.
_PROBE = 24


def tidy(text: str | None) -> str:
    """One line without double blanks and soft hyphens."""
    return " ".join((text or "").replace("\u00ad", "").split())


def text_of(element: Element) -> str:
    """The visible text of an element on one line, a blank between its parts."""
    return tidy(" ".join(element.itertext())) if len(element) else tidy(element.text)


def brief(element: Element, most: int) -> str:
    """`text_of` an element with up to so many characters, nothing for a longer one: a wrapper of the whole page is
    given up after its first words.
    """
    pieces, size = [], 0
    for piece in element.itertext():
        size += len("".join(piece.split()))
        if size > most:
            return ""
        pieces.append(piece)
    text = tidy(" ".join(pieces))
    return text if len(text) <= most else ""


def names_of(element: Element) -> str:
    """Class and id of an element, in lower case."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()


class Page:
    """One parsed page; `source` is the decoded text that all spans refer to."""

    def __init__(self, source: str) -> None:
        self.source = source
        parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
        parser.set_element_class_lookup(_CLASSES)
        try:
            tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
        except (ParserError, ValueError) as problem:
            raise Unreadable("no-article", "the page has no markup that holds text") from problem
        self.tree: Element = tree
        _frame(tree)
        #: lxml makes the object of an element anew whenever nobody holds it.
        self._held = list(tree.iter())

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Contents of meta elements by their name, property or itemprop in lower case."""
        found: dict[str, list[str]] = {}
        for element in self.tree.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = tidy(element.get("content") or element.get("value"))
            if name and content:
                found.setdefault(name.lower().strip(), []).append(content)
        return found

    @cached_property
    def title(self) -> str:
        return tidy(next((e.text for e in self.tree.iter("title") if e.text), ""))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.source))]

    def place(self, element: Element, text: str) -> Span:
        """Where an element's text stands in the source; its line's start when markup parts the text."""
        line = (element.sourceline or 1) - 1
        start = self._line_starts[min(line, len(self._line_starts) - 1)]
        at = self.source.find(text[:_PROBE], start)
        return (at, at + len(text)) if at >= 0 else (start, start)

    @property
    def whole(self) -> Span:
        """All of the source."""
        return (0, len(self.source))

    def parted(self, elements: list[Element], tag: str) -> list[Span]:
        """The parts of the source that begin with each of some elements of one tag, none inside of another. Where tags
        stand in scripts too, so that it cannot be said which is which, they begin with their lines and have no end.
        """
        opened = [match.start() for match in re.finditer(rf"<{tag}\b", self.source, re.IGNORECASE)]
        every = list(self.tree.iter(tag))
        if len(every) != len(opened):
            return [(self.place(element, "")[0], len(self.source)) for element in elements]
        at = dict(zip(every, opened, strict=True))
        starts = [at[element] for element in elements]
        return list(pairwise([*starts, len(self.source)]))

    def find(self, value: str) -> Span | None:
        """Where a declared value stands in the source, if it stands there as it is."""
        at = self.source.find(value)
        return (at, at + len(value)) if at >= 0 and value else None


def _frame(tree: Element) -> None:
    """Mark what stands around the page's main part. Many sites call the frame of all their text by what else is in it:
    `content-sidebar-wrap`, `has-sidebar`.
    """
    for element in (around for main in cast("list[Element]", _MAIN(tree)) for around in main.iterancestors()):
        element.set(FRAME, "")


def with_class(root: Element, pieces: list[str], *tags: str) -> Iterator[Element]:
    """Elements below `root` whose class or id has one of the pieces, in document order."""
    has = any_of(*pieces).search
    for element in cast("list[Element]", _NAMED(root)):
        if (not tags or element.tag in tags) and has(names_of(element)):
            yield element


@cache
def any_of(*pieces: str) -> re.Pattern[str]:
    """Finds any of some texts."""
    return re.compile("|".join(map(re.escape, pieces)))
