"""A record of a web archive: whether it is a page, and its article.

The pages are the `response` records (what was fetched) and the `conversion` records (WET's text). Requests, metadata,
redirects and errors hold none, nor do pictures, style sheets, scripts, feeds and the data of an interface: what a feed
lists stands in the archive as pages. Servers send pages as plain text, as XML, or as nothing: these are looked at.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from warcio.bufferedreaders import ChunkedDataReader

from newstext.article import Draft, Origin, Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.formats.base import PIECE_BYTES
from newstext.formats.content import content_of, is_undone
from newstext.formats.pagetext import page_unit
from newstext.html import read_html
from newstext.source import Source

RECORDS = ("response", "conversion")

#: What is read as text, whatever it looks like: WET's.
TEXT = "conversion"
_HTML = ("text/html", "application/xhtml+xml")
_SURE = (TEXT, *_HTML)
#: Types under which a page may come, and much else; a record of no type is "".
_OPEN = ("text/plain", "text/markdown", "text/xml", "application/xml", "")
#: The formats that are pages, and how they are read.
_PAGES = {"html": "text/html", "page-text": TEXT, "markdown": TEXT}


class Page(NamedTuple):
    """What is taken of a record: its address, its moment, what it says it is, and its bytes."""

    url: str
    fetched_at: str | None
    kind: str
    charset: str | None
    language: str | None
    data: bytes
    packing: str = ""


def page_of(record: Any) -> Page | None:
    """A record's page, as far as its head tells; None where it holds something else."""
    headers, http = record.rec_headers, record.http_headers
    said = (http or headers).get_header("Content-Type") or ""
    media, _, rest = said.partition(";")
    kind = media.strip().lower()
    status = http.get_statuscode() if http else "200"
    if not (kind in _HTML or kind in _OPEN) or not status.startswith("2"):
        return None
    packing = (http.get_header("Content-Encoding") or "").strip().lower() if http else ""
    return Page(
        url=(headers.get_header("WARC-Target-URI") or "").strip("<> "),
        fetched_at=headers.get_header("WARC-Date"),
        kind=TEXT if record.rec_type == "conversion" and kind not in _HTML else kind,
        charset=rest.lower().partition("charset=")[2].strip(" \"';") or None,
        language=headers.get_header("WARC-Identified-Content-Language"),
        data=_stream(record, packing).read(PIECE_BYTES + 1),
        packing=packing,
    )


def _stream(record: Any, packing: str) -> Any:
    """A record's content, unpacked where warcio does it well: it ends the archive at any brotli."""
    if is_undone(packing):
        return record.content_stream()
    chunked = record.http_headers.get_header("Transfer-Encoding") == "chunked"
    return ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream


def read_record(page: Page, origin: Origin) -> Unit:
    """The unit of a page; `Unreadable` where it holds no article after all."""
    if len(page.data) > PIECE_BYTES:
        raise Unreadable("too-large", f"the record has more than {PIECE_BYTES:,} bytes")
    if not page.data.strip():
        raise Unreadable("empty", "the record holds nothing")
    data = content_of(page.data, page.packing)
    if len(data) > PIECE_BYTES:
        raise Unreadable("too-large", f"the record has more than {PIECE_BYTES:,} bytes unpacked")
    kind = page.kind if page.kind in _SURE else _found(data)
    if kind != TEXT:
        return read_html(data, origin, page.charset)
    decoded = decode(data, page.charset)
    return _one_article(page_unit(decoded.text, decoded.encoding, decoded.notes))


def _found(data: bytes) -> str:
    """What a record is that does not surely say it."""
    from newstext.formats.detect import detect  # noqa: PLC0415  (the registry knows this module's callers)

    form = detect(Source.of(data)).name
    if form not in _PAGES:
        raise Unreadable("no-article", f"the record is no page but {form}")
    return _PAGES[form]


#: Prose of a page that goes on after a caption or a form has at least so many characters, so close behind.
_GOES_ON, _GAP = 400, 700


def _one_article(unit: Unit) -> Unit:
    """A record is the page of one address: its longest article, with what goes on before and after interruptions.

    The shorter pieces around it are the page's teasers, comments and forms.
    """
    drafts = unit.drafts
    main = max(range(len(drafts)), key=lambda n: len(drafts[n].body))
    first = last = main
    while first and _continues(drafts[first - 1], drafts[first]):
        first -= 1
    while last + 1 < len(drafts) and _continues(drafts[last], drafts[last + 1]):
        last += 1
    kept = drafts[first : last + 1]
    article = kept[0]
    article.body = "\n\n".join(draft.body for draft in kept)
    article.captions = [caption for draft in kept for caption in draft.captions]
    article.span, article.position = (kept[0].span[0], kept[-1].span[1]), 0
    unit.drafts = [article]
    return unit


def _continues(before: Draft, after: Draft) -> bool:
    return min(len(before.body), len(after.body)) >= _GOES_ON and after.span[0] - before.span[1] <= _GAP
