"""Page text: what is left when a page is saved or copied as text. Everything that claims to be nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from newstext.article import Unit
from newstext.encoding import decode, wide
from newstext.errors import Unreadable
from newstext.extract.beside import complete
from newstext.extract.imprint import housed
from newstext.extract.tongue import spoken
from newstext.formats.base import Look, whole
from newstext.formats.binary import is_binary
from newstext.source import Source
from newstext.split import split


class PageText:
    name = "page-text"
    recognised = "any text that is no other format; its articles are told apart by their headlines, captions, ..."

    def sniff(self, look: Look) -> float:
        return 0.1 if wide(look.head) or not is_binary(look.head) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        if cursor is not None:
            return
        decoded = decode(whole(source))
        if not decoded.text.strip():
            raise Unreadable("empty", "the file holds nothing but white space")
        yield page_unit(decoded.text, decoded.encoding, decoded.notes)


def page_unit(text: str, encoding: str, notes: tuple[str, ...] = ()) -> Unit:
    """Split one page of text; `Unreadable` when all of it is furniture."""
    unit = split(text)
    if not unit.drafts:
        raise Unreadable("no-article", "the page holds no article, only furniture")
    unit.encoding = encoding
    unit.text = unit.text or text
    complete(unit)
    housed(unit)
    spoken(unit)
    unit.audit.notes[:0] = notes
    return unit


PAGE_TEXT = PageText()
