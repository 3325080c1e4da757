"""Captions and photo credits of a page: `figcaption` and elements that are called so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.extract.captions import caption
from newstext.extract.tables import fold, toml
from newstext.html.page import names_of, text_of, with_class
from newstext.html.printed import foreign

if TYPE_CHECKING:
    from newstext.article import Caption
    from newstext.html.page import Element

#: Shorter texts are labels (`1/5`), longer ones no captions.
_SHORTEST, _LONGEST = 4, 900


def captions(root: Element) -> list[Caption]:
    """The captions below an element in its order, each once."""
    found: dict[str, Caption] = {}
    for element in elements(root):
        text = text_of(element)
        if _SHORTEST <= len(text) <= _LONGEST and not foreign(element):
            one = caption(text)
            found.setdefault(fold(one.text), one)
    return list(found.values())


def elements(root: Element) -> list[Element]:
    """The elements that hold captions; what stands inside another one is part of it."""
    classes = toml("html")["classes"]["caption"]
    chosen = list(root.iter("figcaption"))
    chosen += [
        each for each in with_class(root, classes, "div", "p", "span") if "figure" in names_of(each) or len(each) < 8
    ]
    inside = set(chosen)
    return [each for each in dict.fromkeys(chosen) if inside.isdisjoint(each.iterancestors())]
