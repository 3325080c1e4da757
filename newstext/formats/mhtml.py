"""MHTML: a web page as browsers save it in one file, a mail whose parts are the page, its frames and its pictures."""

from __future__ import annotations

import codecs
import email
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime

from newstext.article import Origin, Unit
from newstext.errors import Unreadable
from newstext.formats.base import Look, origin_of, whole
from newstext.html import read_html
from newstext.source import Source

#: What the browsers that write it say of themselves.
_SAVED = re.compile(r"(?:[A-Z][\w-]{1,40}:[^\n]{0,500}\n){0,4}(?:Snapshot-Content-Location:|From: <Saved by )")


class Mhtml:
    name = "mhtml"
    recognised = "`From: <Saved by ...>` or `Snapshot-Content-Location:` in a mail's header: a page saved by a browser"

    def sniff(self, look: Look) -> float:
        return 0.98 if _SAVED.match(look.text.lstrip()) else 0

    def read(self, source: Source, cursor: str | None) -> Iterator[Unit]:
        if cursor is not None:
            return
        message = email.message_from_bytes(whole(source).removeprefix(codecs.BOM_UTF8).lstrip())
        page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
        data = page.get_payload(decode=True) if page is not None else None
        if page is None or not isinstance(data, bytes):
            raise Unreadable("no-article", "the saved page holds no page but its pictures and scripts")
        origin = _origin(source, message, page)
        unit = read_html(data, origin, page.get_content_charset())
        unit.origin = origin
        for draft in unit.drafts:
            draft.stated.url = draft.stated.url or origin.url
        yield unit


def _origin(source: Source, message: Message, page: Message) -> Origin:
    """The page's own address, and when it was saved."""
    url = str(page["Content-Location"] or message["Snapshot-Content-Location"] or "").strip()
    saved = None
    with suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(str(message["Date"]))
        saved = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()  # `-0000` is a moment in UTC
    return origin_of(source, url=url if url.startswith("http") else None, fetched_at=saved)


MHTML = Mhtml()
