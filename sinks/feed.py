"""A feed of the newest stories as a file: Atom, or RSS 2.0 when its name ends in ``.rss``.

The feed is a function of the stream: each batch has it written anew from the newest entries of `articles`, so nothing
can stand in it twice and there is no state to lose. The file is replaced in one step; a web server may read it at any
time. Readers of feeds get the first paragraph, and the address of the page where it is known.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, cast

from redis import Redis

from sinks.base import Down, Target
from wiredesk import keys
from wiredesk.errors import UsageError
from wiredesk.export.values import uri, urn
from wiredesk.readers import Message
from wiredesk.readers.lag import instant
from wiredesk.records import Record

ATOM = "http://www.w3.org/2005/Atom"
#: What readers of feeds take in at once.
STORIES = 100


_NO_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])


class Feed:
    def __init__(self, path: Path, redis: Redis, title: str, link: str, stories: int) -> None:
        self._path, self._redis = path, redis
        self._title, self._link, self._stories = title, link, stories
        self._make = rss if path.suffix == ".rss" else atom

    def write(self, messages: Sequence[Message]) -> None:
        if not any(m.stream == keys.ARTICLES for m in messages):
            return
        rows = cast("list[tuple[bytes, Any]]", self._redis.xrevrange(keys.ARTICLES, count=self._stories))
        newest = [Message(keys.ARTICLES, entry.decode(), fields) for entry, fields in rows]
        document = self._make([m for m in newest if m.is_readable], self._title, self._link)
        part = self._path.with_name(self._path.name + ".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                out.write(b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(document, "utf-8"))
                out.flush()
                os.fsync(out.fileno())
            part.replace(self._path)
        except OSError as error:
            raise Down(f"{self._path}: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is held."""


def atom(newest: Sequence[Message], title: str, link: str) -> ET.Element:
    """An Atom feed (RFC 4287)."""
    feed = ET.Element("feed", {"xmlns": ATOM})
    _add(feed, "title", title)
    _add(feed, "id", link)
    _add(feed, "updated", _when(newest[0]).isoformat() if newest else datetime.now(UTC).isoformat())
    ET.SubElement(feed, "link", {"href": link})
    for message in newest:
        _atom_entry(ET.SubElement(feed, "entry"), message)
    return feed


def _atom_entry(entry: ET.Element, message: Message) -> None:
    record = message.article
    _add(entry, "title", _headline(record))
    _add(entry, "id", urn(record.id))
    _add(entry, "updated", _when(message).isoformat())
    _add(entry, "summary", _summary(record))
    for name in record.bylines or [record.publisher or "unknown"]:
        _add(ET.SubElement(entry, "author"), "name", name)
    for topic in record.topics:
        ET.SubElement(entry, "category", {"term": clean(topic)})
    if address := uri(record.url):
        ET.SubElement(entry, "link", {"href": address})


def rss(newest: Sequence[Message], title: str, link: str) -> ET.Element:
    """An RSS 2.0 channel."""
    feed = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(feed, "channel")
    _add(channel, "title", title)
    _add(channel, "link", link)
    _add(channel, "description", title)
    for message in newest:
        record, item = message.article, ET.SubElement(channel, "item")
        _add(item, "title", _headline(record))
        _add(item, "description", _summary(record))
        ET.SubElement(item, "guid", {"isPermaLink": "false"}).text = urn(record.id)
        _add(item, "pubDate", format_datetime(_when(message)))
        if address := uri(record.url):
            _add(item, "link", address)
    return feed


def clean(text: str) -> str:
    """Without the characters that XML 1.0 has no place for."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = clean(text)


def _headline(record: Record) -> str:
    return record.headline or _summary(record)[:80]


def _summary(record: Record) -> str:
    return record.body.partition("\n\n")[0]


def _when(message: Message) -> datetime:
    return datetime.fromtimestamp(instant(message.entry)[0] / 1000, UTC)


def open_sink(target: Target) -> Feed:
    """`to` is a file. Options: `title`, `link` of the site, how many `stories`."""
    title, link = target.option("title", "New stories"), target.option("link", "urn:wiredesk:feed")
    stories = target.number("stories", STORIES)
    target.check()
    if Path(target.to).is_dir():
        raise UsageError(f"--to is {target.to!r}, a folder, but must be a file such as news.xml or news.rss")
    return Feed(Path(target.to), target.redis, title, link, stories)
