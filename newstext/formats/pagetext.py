"""Page text: what is left when a page is saved or copied as text. Everything that claims to be nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from newstext.article import Unit
from newstext.encoding import Decoded, decode
from newstext.errors import Unreadable
from newstext.extract.beside import complete
from newstext.extract.heads import headed
from newstext.extract.imprint import housed
from newstext.extract.tongue import spoken
from newstext.formats.base import Look, whole
from newstext.formats.binary import is_binary
from newstext.source import Source
from newstext.split import split, split_all

#: Lines of a page that are not blank: splitting holds about 2 KB for each, and a worker may hold 400 MB. The longest
#: page dumps that were seen have some thousands.
MOST_LINES = 100_000
_LINE = re.compile(r"\S[^\n]*")

#: Where a source keeps its page once it is split.
_SPLIT = "split"


class PageText:
    name = "page-text"
    recognised = "any text that is no other format; its articles are told apart by their headlines, captions, ..."

    def sniff(self, look: Look) -> float:
        return 0 if is_binary(look.head) else 0.1

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        if cursor is not None:
            return
        decoded = _decoded(source)
        if not decoded.text.strip():
            raise Unreadable("empty", "the file holds nothing but white space")
        unit: Unit = source.take(_SPLIT) or split(_bounded(decoded.text))
        yield _described(unit, decoded.encoding, decoded.notes)

    def prepare(self, sources: Sequence[Source]) -> None:
        """Split the pages of many sources together; each source's next `read` finds it done."""
        texts: list[tuple[Source, str]] = []
        for source in sources:
            with suppress(Unreadable):  # its own `read` says so
                texts.append((source, _bounded(_decoded(source).text)))
        for (source, _), unit in zip(texts, split_all([text for _, text in texts]), strict=True):
            source.put(_SPLIT, unit)


def _decoded(source: Source) -> Decoded:
    return source.keep("decoded", None, lambda: decode(whole(source)))


def _bounded(text: str) -> str:
    """The text, if splitting can hold its lines."""
    if text.count("\n") >= MOST_LINES and sum(1 for _ in _LINE.finditer(text)) > MOST_LINES:
        raise Unreadable("too-large", f"a page of more than {MOST_LINES:,} lines that are not blank; split the file")
    return text


def page_unit(text: str, encoding: str, notes: tuple[str, ...] = ()) -> Unit:
    """Split one page of text; `Unreadable` when all of it is furniture, or it is too long."""
    return _described(split(_bounded(text)), encoding, notes)


def _described(unit: Unit, encoding: str, notes: tuple[str, ...]) -> Unit:
    """A split page with what the page as a whole tells of its articles."""
    if not unit.drafts:
        raise Unreadable("no-article", "the page holds no article, only furniture")
    unit.encoding = encoding
    headed(unit)
    complete(unit)
    housed(unit)
    spoken(unit)
    unit.audit.notes[:0] = notes
    return unit


PAGE_TEXT = PageText()
