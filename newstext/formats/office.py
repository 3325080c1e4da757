"""Word and RTF files: their text, read as whatever text it is (an export of Nexis Uni or Factiva, a page)."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree
from striprtf.striprtf import rtf_to_text

from newstext.article import Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.formats import inner
from newstext.formats.base import PIECE_BYTES, Cursor, Look, whole
from newstext.source import Source

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
#: What stands elsewhere too: a text box as older programs draw it, and a passage where it was before it was moved.
_AGAIN = ("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback", f"{_WORD}moveFrom")
#: A member of a zip whose name begins so: 26 bytes stand between its mark and its name.
_WORD_PART = re.compile(rb"PK\x03\x04.{26}word/", re.DOTALL)
#: The text of a document may be so many times as large in XML: styles are written out for each run of words.
_XML_BYTES = 3 * PIECE_BYTES


class Docx:
    name = "docx"
    recognised = "a zip with `word/document.xml`; its text is read as what it is"

    def sniff(self, look: Look) -> float:
        if not look.head.startswith(b"PK\x03\x04"):
            return 0
        word = _WORD_PART.search(look.head) or (b"[Content_Types].xml" in look.head and look.named(".docx"))
        return 0.995 if word else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        if not start.place:
            yield from inner.units(inner.member(source, docx_text(whole(source)).encode(), "text"), start)


class Rtf:
    name = "rtf"
    recognised = "`{\\rtf` at the start; its text is read as what it is"

    def sniff(self, look: Look) -> float:
        return 1 if look.head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{\\rtf") else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        if not start.place:
            text = rtf_text(whole(source)).encode("utf-8", "replace")  # \uN may name half a character
            yield from inner.units(inner.member(source, text, "text"), start)


def docx_text(data: bytes) -> str:
    """The paragraphs of a Word document, one a line; line breaks and tabs as such."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_DOCUMENT) as document:
            xml = document.read(_XML_BYTES + 1)
    except (zipfile.BadZipFile, LookupError, OSError, EOFError, RuntimeError, ValueError, zlib.error) as problem:
        raise Unreadable("truncated", "the Word document is damaged: its text cannot be unpacked") from problem
    if len(xml) > _XML_BYTES:
        raise Unreadable("too-large", "the Word document's text is too large to be read at once")
    return "".join(_words(xml))


def _words(xml: bytes) -> Iterator[str]:
    """Text in document order; elements are forgotten as they end, so that a long document stays small."""
    events = etree.iterparse(
        io.BytesIO(xml), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
    )
    again = 0
    try:
        for event, element in events:
            if element.tag in _AGAIN:
                again += 1 if event == "start" else -1
            elif event == "end" and not again:
                yield _word(element)
            if event == "end" and element.tag == f"{_WORD}p":
                element.clear()
    except etree.XMLSyntaxError as problem:
        raise Unreadable("bad-xml", "the Word document's text is broken XML") from problem


def _word(element: etree._Element) -> str:
    """What an element that ended adds to the text."""
    if element.tag == f"{_WORD}t":
        return element.text or ""
    if element.tag in (f"{_WORD}p", f"{_WORD}br", f"{_WORD}cr"):
        return "\n"
    return "\t" if element.tag == f"{_WORD}tab" else ""


def rtf_text(data: bytes) -> str:
    """The text of an RTF document. Its bytes are ASCII; anything else in them is Windows-1252."""
    try:
        return str(rtf_to_text(decode(data, "cp1252").text, errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, RecursionError) as problem:
        raise Unreadable("bad-rtf", "the RTF is broken") from problem


DOCX, RTF = Docx(), Rtf()
