"""RSS, RDF, Atom and CDF feeds, by feedparser; news sitemaps. An item is an article, however little of it is given."""

from __future__ import annotations

import io
import re
from typing import Any

import feedparser

from newstext.article import Caption, Draft, Span, Stated
from newstext.errors import Unreadable
from newstext.extract.tables import fold, toml
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import cut, refusal
from newstext.formats.fragment import looks_like_markup, text_of
from newstext.formats.languages import tag
from newstext.formats.paragraphs import paragraphs, tidy
from newstext.formats.pictures import apart
from newstext.formats.well_formed import well_formed
from newstext.formats.xml import child, every, first, forbid_entities, line, tree_of
from newstext.source import Source

#: feedparser reads ~1.4 MB a second of a usual feed, and half of that at the worst.
FEED_CHARS = 8_000_000

_PROLOGUE = re.compile(
    r"\A(?:\s|<\?[^>]{0,500}\?>|<!--(?:(?!-->).){0,5000}-->|<!doctype[^>\[]{0,300}(?:\[[^\]]{0,2000}\])?>)*",
    re.DOTALL,
)
_ROOT = re.compile(r"<(?:\w{1,10}:)?(rss|feed|rdf|channel|entry|item)\b", re.IGNORECASE)
_ATOM = re.compile(r"""<feed\s[^<>]{0,200}http://www\.w3\.org/2005/atom""")
_ITEM = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)\b(?=[\s/>])", re.IGNORECASE)
#: A picture's description, which feedparser would give for the item's text where it is the longer one; under a name
#: that it does not know, and without attributes, it stays what it is.
_DESCRIPTION = re.compile(r"<(/?)media:(?:description|caption)\b[^<>]{0,1000}?(/?)>")
_URL = re.compile(r"<(?:\w{1,20}:)?url\b(?=[\s/>])", re.IGNORECASE)


def _root(look: Look) -> str:
    prologue = _PROLOGUE.match(look.text.lower())
    found = _ROOT.match(look.text, prologue.end()) if prologue else None
    return found[1].lower() if found else ""


def _sniff_feed(look: Look) -> float:
    if _root(look) in {"rss", "feed", "rdf", "channel"}:
        return 0.9
    return 0.7 if _ATOM.search(look.markup) else 0  # behind a page's own first elements


def _parse_feed(text: str, _: Source) -> Found:
    if len(text) > FEED_CHARS:
        raise Unreadable("too-large", f"a feed of more than {FEED_CHARS:,} characters; feeds hold the latest, not all")
    forbid_entities(text)
    ordered, repaired = well_formed(text)
    feed = feedparser.parse(
        io.BytesIO(_DESCRIPTION.sub(r"<\1media:caption\2>", ordered).encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    spans = _spans(text, _ITEM, len(feed.entries))
    name = tidy(text_of(feed.feed.get("title") or " ")) or None
    result = Found([])
    for entry, span in zip(feed.entries, spans, strict=True):
        if any(entry.values()):
            result.drafts.append(_item(entry, len(result.drafts), span, name, feed.feed.get("language")))
        else:
            result.refused.append(refusal("no-article", "an item of the feed says nothing", span))
    if not feed.entries:
        raise Unreadable("no-article", "the feed holds no items")
    if repaired:
        result.notes.append("the feed is not well-formed; it was repaired, or ends where it breaks")
    result.furniture.append((0, spans[0][0]))
    return result


def _spans(text: str, opening: re.Pattern[str], count: int) -> list[Span]:
    spans = cut(text, [mark.start() for mark in opening.finditer(text)])
    return spans if len(spans) == count else [(0, len(text))] * count


def _item(entry: Any, position: int, span: Span, publisher: str | None, language: str | None) -> Draft:
    contents = [content.get("value") or "" for content in entry.get("content", [])]
    body, captions = _told(max([*contents, entry.get("summary") or ""], key=len))
    source = entry.get("source") or {}
    stated = Stated(
        headline=tidy(_plain(entry.get("title") or "")) or None,
        bylines=[name for author in entry.get("authors", []) if (name := author.get("name"))],
        published=entry.get("published") or entry.get("created"),
        updated=dict.get(entry, "updated"),  # feedparser's own `get` answers with another field, and warns
        publisher=source.get("title") or publisher,
        topics=[label for topic in entry.get("tags", []) if (label := topic.get("label") or topic.get("term"))],
        language=tag(entry.get("language") or language),
        url=entry.get("link"),
        id=entry.get("id"),
        rule="feed",
    )
    captions = captions or _pictured(entry)
    body = _without_footer(body, stated.headline or "")
    return Draft(position, span, body, headline=stated.headline, captions=captions, stated=stated)


def _without_footer(body: str, headline: str) -> str:
    """A text without the line in which its site's system says whose it is, by the story's headline."""
    text, _, last = body.rpartition("\n\n")
    footers = toml("feeds")["footers"]["wordpress"]
    said = any(last.startswith(before) and between in last for before, between in footers)
    return text if text and said and fold(headline) in fold(last) else body


def _told(markup: str) -> tuple[str, list[Caption]]:
    """An item's paragraphs, and the captions of the pictures in it."""
    text, captions = apart(markup)
    return paragraphs(text), captions


def _pictured(entry: Any) -> list[Caption]:
    """The caption of the picture beside an item, with its credit."""
    text = tidy(_plain(entry.get("media_caption") or ""))
    credit = next((tidy(each.get("content") or "") for each in entry.get("media_credit", [])), "")
    return [Caption(text, credit or None)] if text else []


def _plain(text: str) -> str:
    return text_of(text) if looks_like_markup(text) or "&" in text else text


def _sniff_sitemap(look: Look) -> float:
    return 0.9 if re.search(r"<(?:\w{1,20}:)?(?:urlset|sitemapindex)\b", look.markup) else 0


def _parse_sitemap(text: str, _: Source) -> Found:
    urls = every(tree_of(text), "url")
    spans = _spans(text, _URL, len(urls))
    result = Found([])
    for url, span in zip(urls, spans, strict=True):
        news = child(url, "news")
        if news is None:
            result.refused.append(refusal("no-article", "the sitemap gives an address without a headline", span))
            continue
        headline = line(child(news, "title"))
        stated = Stated(
            headline=headline,
            published=line(child(news, "publication_date")),
            publisher=line(first(news, "name")),
            topics=[topic.strip() for topic in (line(child(news, "keywords")) or "").split(",") if topic.strip()],
            language=tag(line(first(news, "language"))),
            url=line(child(url, "loc")),
            rule="sitemap",
        )
        result.drafts.append(Draft(len(result.drafts), span, "", headline=headline, stated=stated))
    return result


FEED = Whole("feed", "`<rss>`, `<feed>`, `<rdf:RDF>` or `<channel>` at the root", _sniff_feed, _parse_feed)
SITEMAP = Whole("news-sitemap", "`<urlset>` whose addresses have `news:` titles", _sniff_sitemap, _parse_sitemap)
