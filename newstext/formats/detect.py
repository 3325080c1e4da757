"""Which format a file is of: the formats are asked, the surest answer wins.

The built-in formats stand in one tuple; anyone adds more under the entry-point group `wiredesk.formats` (an entry
point names an object that satisfies `base.Format`). On equal sureness an added format goes before a built-in one,
and an earlier line of the tuple before a later one.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from newstext.errors import Unreadable
from newstext.formats import (
    archives,
    binary,
    compressed,
    europresse,
    factiva,
    factiva_codes,
    factiva_html,
    factiva_xml,
    feed,
    html,
    integrum,
    json_document,
    jsonl,
    kikuzo,
    mail,
    markdown,
    mhtml,
    newsml,
    nexis,
    nexis_html,
    nexis_uni,
    office,
    other_xml,
    pagetext,
    proquest,
    proquest_html,
    sgml,
    table,
    warc,
    wire,
)
from newstext.formats.base import Format, Look
from newstext.source import Source

ENTRY_POINTS = "wiredesk.formats"

#: White space, NULs and byte order marks: a file of nothing else is empty.
_BLANK = b"\0 \t\r\n\v\f\xef\xbb\xbf\xff\xfe"

BUILT_IN: tuple[Format, ...] = (
    warc.WARC,
    office.DOCX,
    office.ODT,
    office.RTF,
    table.PARQUET,
    archives.TAR,
    archives.ZIP,
    compressed.GZIP,
    compressed.BZIP2,
    compressed.XZ,
    compressed.ZSTD,
    mhtml.MHTML,
    mail.MBOX,
    mail.EML,
    nexis.NEXIS_TEXT,
    nexis_html.NEXIS_HTML,
    nexis_uni.NEXIS_UNI,
    factiva.FACTIVA_TEXT,
    factiva_codes.FACTIVA_CODES,
    factiva_html.FACTIVA_HTML,
    factiva_xml.FACTIVA_XML,
    proquest.PROQUEST_TEXT,
    proquest_html.PROQUEST_HTML,
    europresse.EUROPRESSE_HTML,
    europresse.EUROPRESSE_TEXT,
    kikuzo.KIKUZO_HTML,
    kikuzo.KIKUZO_TEXT,
    integrum.INTEGRUM,
    wire.WIRE,
    newsml.NEWSML,
    newsml.NITF,
    sgml.REUTERS,
    sgml.DOC,
    sgml.NEWSITEM,
    feed.FEED,
    feed.SITEMAP,
    table.CSV,
    jsonl.JSON_LINES,
    json_document.JSON_ARRAY,
    json_document.JSON_OBJECT,
    html.HTML,
    markdown.MARKDOWN,
    other_xml.OTHER_XML,
    pagetext.PAGE_TEXT,
)


@cache
def known() -> tuple[Format, ...]:
    """Every format there is: added ones first, then the built-in ones in their order."""
    added = tuple(point.load() for point in entry_points(group=ENTRY_POINTS))
    return (*added, *BUILT_IN)


def detect(source: Source) -> Format:
    """The format that is surest of this file; `Unreadable` for an empty file and for bytes that are no text."""
    if source.size == 0:
        raise Unreadable("empty", "the file is empty")
    if source.size <= len(source.head) and not source.head.strip(_BLANK):
        raise Unreadable("empty", "the file holds nothing but white space")
    look = Look.at(source)
    best = max(known(), key=lambda form: form.sniff(look))
    if best.sniff(look) <= 0:
        raise binary.unreadable(source.head)
    return best
