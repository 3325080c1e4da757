"""Word, OpenDocument and RTF files: their text, read as whatever text it is (an export of Nexis Uni, a page)."""

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
from newstext.formats.xml import local, tree_of
from newstext.source import Source

#: Word's own names, and those of the standard's strict kind.
_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
_DOCUMENT = "word/document.xml"
#: What stands elsewhere too: a text box as older programs draw it, and a passage where it was before it was moved.
_AGAIN = (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    *(f"{space}moveFrom" for space in _WORD),
)
_PARAGRAPHS = tuple(f"{space}p" for space in _WORD)
_WORD_ENDS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t"}
#: What an OpenDocument text begins with, behind the zip's own first bytes; its marks of white space; what is no text.
_ODF = b"mimetypeapplication/vnd.oasis.opendocument.text"
_ENDS = {"line-break": "\n", "tab": "\t", "s": " "}
_UNSEEN = ("tracked-changes", "annotation", "sequence-decls")
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


class Odt:
    name = "odt"
    recognised = "a zip that begins as an OpenDocument text; its text is read as what it is"

    def sniff(self, look: Look) -> float:
        return 0.995 if look.head.startswith(b"PK\x03\x04") and _ODF in look.head[:200] else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        start = Cursor.load(cursor)
        if not start.place:
            yield from inner.units(inner.member(source, odt_text(whole(source)).encode(), "text"), start)


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
    return "".join(_words(_unzipped(data, _DOCUMENT)))


def odt_text(data: bytes) -> str:
    """The paragraphs of an OpenDocument text, a blank line between them; line breaks and tabs as such."""
    return "".join(_pieces(tree_of(_unzipped(data, "content.xml").decode("utf-8", "replace"))))


def _unzipped(data: bytes, name: str) -> bytes:
    """The XML of a document that is a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as document:
            xml = document.read(_XML_BYTES + 1)
    except (zipfile.BadZipFile, LookupError, OSError, EOFError, RuntimeError, ValueError, zlib.error) as problem:
        raise Unreadable("truncated", "the document is damaged: its text cannot be unpacked") from problem
    if len(xml) > _XML_BYTES:
        raise Unreadable("too-large", "the document's text is too large to be read at once")
    return xml


def _pieces(root: etree._Element) -> Iterator[str]:
    """The text of an OpenDocument in its order, without comments and what was deleted."""
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local(element)
        if event == "start" and name in _UNSEEN:
            walk.skip_subtree()
        elif event == "start":
            yield _ENDS.get(name, "") + (element.text or "")
        else:
            yield ("\n\n" if name in ("p", "h") else "") + (element.tail or "")


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
            if event == "end" and element.tag in _PARAGRAPHS:
                element.clear()
    except etree.XMLSyntaxError as problem:
        raise Unreadable("bad-xml", "the document's text is broken XML") from problem


def _word(element: etree._Element) -> str:
    """What an element that ended adds to the text."""
    space, _, name = element.tag.rpartition("}") if isinstance(element.tag, str) else ("", "", "")
    if f"{space}}}" not in _WORD:
        return ""
    return element.text or "" if name == "t" else _WORD_ENDS.get(name, "")


def rtf_text(data: bytes) -> str:
    """The text of an RTF document. Its bytes are ASCII; anything else in them is Windows-1252."""
    try:
        return str(rtf_to_text(decode(data, "cp1252").text, errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, RecursionError) as problem:
        raise Unreadable("bad-rtf", "the RTF is broken") from problem


DOCX, ODT, RTF = Docx(), Odt(), Rtf()
