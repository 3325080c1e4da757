"""Pages that hold several whole articles: `article` elements with a heading and running text each.

Teasers of other stories are `article` elements too on many pages, so a part counts only with a heading of its own
and as much running text as a short story has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.html.page import text_of
from newstext.html.printed import foreign

if TYPE_CHECKING:
    from newstext.html.page import Element

#: Characters in paragraphs of some length: briefs have 400, teasers and comments with a heading below 300.
_STORY, _PARAGRAPH = 400, 50


def parts(tree: Element) -> list[Element]:
    """The elements of a page's articles where there are two or more; else an empty list."""
    found: list[Element] = []
    for element in tree.iter("article"):
        inside = any(ancestor in found for ancestor in element.iterancestors())
        if not inside and heading(element) is not None and _prose(element) >= _STORY and not foreign(element):
            found.append(element)
    apart = {text_of(head) for element in found if (head := heading(element)) is not None}
    return found if len(found) > 1 and len(apart) == len(found) else []


def heading(element: Element) -> Element | None:
    """The first heading below an element, of the highest rank there is."""
    for tag in ("h1", "h2", "h3"):
        if (head := next((each for each in element.iter(tag) if len(text_of(each)) > 8), None)) is not None:
            return head
    return None


def _prose(element: Element) -> int:
    texts = (text_of(paragraph) for paragraph in element.iter("p"))
    return sum(len(text) for text in texts if len(text) >= _PARAGRAPH)
