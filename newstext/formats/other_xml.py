"""XML of no kind that is known: its text without the markup, read as whatever text it is.

An element that holds words of its own beside its children is a paragraph, whatever it is called, as is one without
children; what stands around them are frames.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from newstext.article import Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.formats import inner
from newstext.formats.base import Cursor, Look, whole
from newstext.formats.xml import tree_of
from newstext.source import Source


class OtherXml:
    name = "xml"
    recognised = "`<?xml` at the start, of no kind above; its text is read as what it is"

    def sniff(self, look: Look) -> float:
        return 0.12 if look.start.startswith("<?xml") else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        if not start.place:
            text = "\n\n".join(_paragraphs(tree_of(decode(whole(source)).text)))
            if not text:
                raise Unreadable("no-article", "the XML is of no known kind, and holds no text between its elements")
            yield from inner.units(inner.member(source, text.encode(), "text"), start)


def _paragraphs(root: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if _speaks(element):
            if text := " ".join("".join(map(str, element.itertext())).split()):
                yield text
            walk.skip_subtree()


def _speaks(element: etree._Element) -> bool:
    """Whether an element has words of its own, or nothing inside it."""
    own = [element.text, *(child.tail for child in element)]
    return not len(element) or any(piece and piece.strip() for piece in own)


OTHER_XML = OtherXml()
