"""News corpora in SGML: Reuters-21578 (`<REUTERS ...>`), Gigaword and TREC (`<DOC ...>`), RCV1 (`<newsitem ...>`).

Their files are concatenations of records without a root; the tags of a record are few and never nested in themselves.
"""

from __future__ import annotations

import html
import re

from newstext.article import Stated
from newstext.errors import Unreadable
from newstext.formats.base import Look
from newstext.formats.exports import Record
from newstext.formats.languages import tag
from newstext.formats.paragraphs import tidy, unwrapped
from newstext.formats.pieces import Records

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_PARAGRAPH = re.compile(r"</?(?:P|p|TXT5|LP)\b[^<>]{0,100}>")
#: Reuters signs a story with its name alone below the text, before the frame's last character.
_SIGNED = re.compile(r"\n[ \t]*(?:Reuter|REUTER)s?\s*(?:&#3;\s*)?\Z")
_INDENT = re.compile(r"\n[ \t]{3,}(?=\S)")
_ID_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_]?([01]\d)[-_]?([0-3]\d)(?!\d{3})|(?<![A-Za-z])([A-Z]{2,4})(\d\d)([01]\d)([0-3]\d)-"
)

#: The first letters of the records' ids in Gigaword and TREC, and whose texts they are.
_SOURCES = {
    "AFP": "Agence France-Presse",
    "APW": "Associated Press",
    "AP": "Associated Press",
    "CNA": "Central News Agency",
    "FT": "Financial Times",
    "LA": "Los Angeles Times",
    "LTW": "Los Angeles Times/Washington Post",
    "NYT": "The New York Times",
    "WPB": "Washington Post/Bloomberg",
    "WSJ": "The Wall Street Journal",
    "XIN": "Xinhua",
    "XIE": "Xinhua",
    "SJMN": "San Jose Mercury News",
}


def element(text: str, *names: str) -> str | None:
    """The inside of the first of these elements that a record has; an unclosed one goes on to its end."""
    for name in names:
        opened = re.search(rf"<{name}\b[^<>]{{0,300}}>", text, re.IGNORECASE)
        if opened:
            closed = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, opened.end())
            return text[opened.end() : closed.start() if closed else len(text)]
    return None


def attribute(text: str, name: str) -> str | None:
    found = re.search(rf"""\b{name}\s*=\s*["']?([^"'<>\s]{{1,200}})""", text[:2_000], re.IGNORECASE)
    return found[1] if found else None


#: Source and date in front of a headline: `FT  14 MAY 91 / `.
_FILED = re.compile(r"^FT {1,2}\d{1,2} [A-Z]{3} \d\d / ")


def plain(markup: str | None) -> str:
    """Text without tags; references that stand for control characters (Reuters' `&#3;`) are nothing."""
    text = re.sub(r"&#(?:[0-9]|1[0-9]|2[0-9]|3[01]);?", "", markup or "")
    return html.unescape(_TAG.sub("", text))


def prose(markup: str | None) -> str:
    """Paragraphs: by their tags, by indented first lines, or by blank lines."""
    text = _PARAGRAPH.sub("\n\n", markup or "")
    return unwrapped(_INDENT.sub("\n\n", plain(text)))


def _line(markup: str | None) -> str | None:
    return tidy(plain(markup)) or None


def _reuters(piece: str) -> Record | None:
    if not piece.lstrip().startswith("<REUTERS"):
        return None
    text = element(piece, "TEXT") or ""
    topics = [topic for name in ("TOPICS", "PLACES") for topic in _items(element(piece, name))]
    stated = Stated(
        published=_line(element(piece, "DATE")),
        dateline=_line(element(text, "DATELINE")),
        bylines=[author] if (author := _line(element(text, "AUTHOR"))) else [],
        agencies=["Reuters"],
        topics=topics,
        language="en",
        id=attribute(piece, "NEWID"),
        rule="reuters-sgml",
    )
    body = element(text, "BODY")
    if body is None:  # a brief, or a text that was never taken apart
        rest = re.sub(r"(?is)<(TITLE|DATELINE|AUTHOR)\b[^<>]{0,200}>.{0,2000}?</\1>", "", text)
        body = rest if plain(rest).strip() else None
    return Record(_line(element(text, "TITLE")), prose(_SIGNED.sub("", body or "")), stated)


def _items(markup: str | None) -> list[str]:
    return [item for piece in re.split(r"</?D>", markup or "") if (item := tidy(plain(piece)))]


def _doc(piece: str) -> Record | None:
    if not re.match(r"\s*<DOC\b", piece, re.IGNORECASE):
        return None
    number = attribute(piece.partition(">")[0], "id") or tidy(plain(element(piece, "DOCNO", "DOCID") or "")) or None
    kind = attribute(piece.partition(">")[0], "type")
    if kind not in (None, "story", "multi", "advis", "other"):
        raise Unreadable("no-article", "the record is of no known type")
    stated = Stated(
        published=_date(element(piece, "DATE_TIME", "DATETIME", "DATE", "DD")) or _id_date(number),
        dateline=_line(element(piece, "DATELINE")),
        bylines=[byline] if (byline := _line(element(piece, "BYLINE", "AUTHOR"))) else [],
        section=_line(element(piece, "SECTION")),
        publisher=_SOURCES.get(re.split(r"[\d_-]", number or "")[0]),
        id=number,
        rule="doc-sgml",
    )
    body = element(piece, "TEXT") or element(piece, "BODY") or element(piece, "LP")
    headline = _line(element(piece, "HEADLINE", "HEAD", "HL", "TITLE", "TI"))
    return Record(_FILED.sub("", headline) if headline else None, prose(body), stated)


def _date(markup: str | None) -> str | None:
    """A date as printed, or `910514` with its century and hyphens: the collections that write so end in 1994."""
    line = _line(markup)
    return f"19{line[:2]}-{line[2:4]}-{line[4:]}" if line and re.fullmatch(r"\d{6}", line) else line


def _id_date(number: str | None) -> str | None:
    """The date inside an id: `AFP_ENG_19940512.0004`, `AP880212-0001`."""
    found = _ID_DATE.search(number or "")
    if not found:
        return None
    year, month, day = found[1] or f"19{found[5]}", found[2] or found[6], found[3] or found[7]
    return f"{year}-{month}-{day}"


def _newsitem(piece: str) -> Record | None:
    if "<newsitem" not in piece[:2_000]:
        return None
    head = piece[piece.find("<newsitem") :].partition(">")[0]
    stated = Stated(
        published=attribute(head, "date"),
        dateline=_line(element(piece, "dateline")),
        bylines=[byline] if (byline := _line(element(piece, "byline"))) else [],
        agencies=["Reuters"],
        language=tag(attribute(head, "xml:lang")),
        id=attribute(head, "itemid"),
        rule="rcv1",
    )
    return Record(_line(element(piece, "headline") or element(piece, "title")), prose(element(piece, "text")), stated)


def _sniff_reuters(look: Look) -> float:
    return 0.95 if re.search(r"<REUTERS\s[^<>]{0,200}NEWID=", look.text) else 0


def _sniff_doc(look: Look) -> float:
    opened = re.match(r"\s*(?:<\?xml[^>]{0,100}>\s*)?<DOC\b[^<>]{0,200}>", look.text)
    return 0.9 if opened and re.search(r"<(?:TEXT|HEADLINE|DOCNO|BODY)>", look.text) else 0


def _sniff_newsitem(look: Look) -> float:
    return 0.96 if re.search(r"<newsitem\s[^<>]{0,200}itemid=", look.start) else 0


REUTERS = Records(
    "reuters-sgml", "`<REUTERS ... NEWID=` records", _sniff_reuters, re.compile(rb"<REUTERS\s"), _reuters, "latin-1"
)
DOC = Records("doc-sgml", "`<DOC id=` records of Gigaword and TREC", _sniff_doc, re.compile(rb"<DOC[\s>]"), _doc)
NEWSITEM = Records("rcv1", "`<newsitem itemid=` records", _sniff_newsitem, re.compile(rb"<newsitem\s"), _newsitem)
