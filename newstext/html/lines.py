"""A page as lines, as its reader sees it: each block of text with its element, labelled by its place in the story.

What neither markup nor classes name (a date in a plain `div` under the headline, a bare name above the first
paragraph) is found as on a page of text: by what stands around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lxml.etree import iterwalk

from newstext.article import Draft, Evidence, Label
from newstext.extract.tables import fold, words
from newstext.extract.writers import Shown
from newstext.html.page import tidy
from newstext.split.kinds import kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.html.page import Element

#: A paragraph of the story is known by its beginning; shorter ones may stand anywhere.
_BEGINNING, _PARAGRAPH = 60, 40


class Lines(NamedTuple):
    """The lines of a page and the element of each; the story among them, whose spans count characters of the lines."""

    shown: list[Shown]
    elements: list[Element]
    head: int | None  # the number of the headline's line
    first: int
    last: int  # the numbers of the text's first and last line

    def story(self, headline: str, body: str) -> Draft:
        """The story as a draft of a page of text."""
        told = {"body": Evidence("html", (self.shown[self.first].span[0], self.shown[self.last].span[1]))}
        if self.head is not None:
            told["headline"] = Evidence("html", self.shown[self.head].span)
        return Draft(0, (0, self.shown[-1].span[1]), body, headline=headline, evidence=told)


def lines(root: Element, headline: str, body: str) -> Lines | None:
    """The lines of a page around a story; None where its text cannot be found among them."""
    blocks = list(_blocks(root))
    begins = {fold(paragraph)[:_BEGINNING] for paragraph in body.split("\n\n") if len(paragraph) >= _PARAGRAPH}
    prose = [at for at, (_, text) in enumerate(blocks) if len(text) >= _PARAGRAPH and fold(text)[:_BEGINNING] in begins]
    if not prose:
        return None
    title = fold(headline)
    above = blocks[: prose[0]]
    heads = [at for at, (_, text) in enumerate(above) if title and fold(text) == title]
    heads = heads or [at for at, (element, _) in enumerate(above) if _is_heading(element)]
    known = dict.fromkeys(prose, Label.BODY) | dict.fromkeys(heads, Label.HEADLINE)
    shown: list[Shown] = []
    place = 0
    for at, (_, text) in enumerate(blocks):
        shown.append(Shown(text, (place, place + len(text)), known.get(at) or _label(text)))
        place += len(text) + 1
    return Lines(shown, [element for element, _ in blocks], heads[-1] if heads else None, prose[0], prose[-1])


def _is_heading(element: Element) -> bool:
    """Whether a block begins in the heading that pages have for their headline: declared ones may be worded apart."""
    return element.tag == "h1" or next(element.iterancestors("h1"), None) is not None


def _label(text: str) -> Label:
    return kind(text) if len(text) < 2 * _BEGINNING else Label.FURNITURE


def _blocks(root: Element) -> Iterator[tuple[Element, str]]:
    """Each run of text that nothing but inline elements parts, with the element in which it begins."""
    inline, unseen = words("html", "elements", "inline"), words("html", "elements", "unseen")
    pieces: list[str] = []
    first = root
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag in unseen:
            walk.skip_subtree()
            continue
        if element.tag not in inline:
            if text := tidy(" ".join(pieces)):
                yield first, text
            pieces = []
        piece = None if event == "end" and element is root else element.text if event == "start" else element.tail
        if piece and piece.strip():
            if not pieces:
                first = element
            pieces.append(piece)
    if text := tidy(" ".join(pieces)):
        yield first, text
