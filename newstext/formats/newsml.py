"""The IPTC's XML standards: NewsML-G2 (and its older NewsML 1), and NITF, alone or inside them.

An item's text is taken from its inline NITF, XHTML or plain data; an item whose text lies elsewhere (a picture, a
remote file) or was withdrawn is refused with that reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from newstext.article import Stated
from newstext.errors import Unreadable
from newstext.formats.base import Found, Look, Whole
from newstext.formats.exports import Record, cut, draft, refusal
from newstext.formats.fragment import block_lines, looks_like_markup, text_of
from newstext.formats.languages import tag
from newstext.formats.paragraphs import paragraphs
from newstext.formats.status import usable
from newstext.formats.xml import child, every, first, forbid_entities, line, local, tree_of
from newstext.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

_ITEM = re.compile(r"<(?:\w{1,20}:)?(?:newsItem|NewsItem)\b(?=[\s>])")
_DOCUMENT = re.compile(r"<(?:\w{1,20}:)?nitf\b(?=[\s>])")


def _sniff_newsml(look: Look) -> float:
    return (
        0.95
        if re.search(
            r"<(?:\w{1,20}:)?(?:newsmessage|newsitem|newsml|packageitem)\b[^<>]{0,500}(?:iptc|guid|>)", look.markup
        )
        else 0
    )


def _sniff_nitf(look: Look) -> float:
    return 0.95 if re.search(r"<(?:\w{1,20}:)?nitf\b", look.markup) else 0


def _parse_newsml(text: str, _: Source) -> Found:
    root = tree_of(text)
    items = [element for element in root.iter() if local(element) in ("newsItem", "NewsItem")]
    read = _newsml1 if any(local(item) == "NewsItem" for item in items) else _g2
    return _found(items, read, text, _ITEM)


def _parse_nitf(text: str, _: Source) -> Found:
    forbid_entities(text)
    opened = [mark.start() for mark in _DOCUMENT.finditer(text)]
    documents = [tree_of(text[slice(*span)]) for span in cut(text, opened)]
    items = [document for root in documents for document in [first(root, "nitf")] if document is not None]
    return _found(items, nitf, text, _DOCUMENT)


def _found(
    items: list[etree._Element], read: Callable[[etree._Element], Record], text: str, opening: re.Pattern[str]
) -> Found:
    spans = cut(text, [mark.start() for mark in opening.finditer(text)])
    result = Found([])
    for number, item in enumerate(items):
        span = spans[number] if len(spans) == len(items) else (0, len(text))
        try:
            record = read(item)
        except Unreadable as problem:
            result.refused.append(refusal(problem.kind, str(problem), span, item.get("guid")))
            continue
        result.drafts.append(draft(len(result.drafts), span, record))
    if result.refused:
        result.notes.append(f"{len(result.refused)} items hold no article")
    return result


def _g2(item: etree._Element) -> Record:
    meta, content = child(item, "itemMeta"), child(item, "contentMeta")
    status = child(meta, "pubStatus") if meta is not None else None
    usable(status.get("qcode") if status is not None else None)
    inline = first(item, "nitf")
    told = nitf(inline) if inline is not None else None
    captions = told.captions if told else _captions(item)
    body = told.body if told else _inline(item)
    if not body:
        raise Unreadable("no-article", "the item carries no text of its own")
    stated = told.stated if told else Stated()
    stated.rule = "newsml-g2"
    stated.id = item.get("guid") or stated.id
    stated.published = _first_line(meta, "firstCreated") or _first_line(content, "contentCreated") or stated.published
    stated.published = stated.published or _first_line(meta, "versionCreated")
    stated.updated = _first_line(meta, "versionCreated")
    stated.bylines = _lines(content, "by") or stated.bylines
    stated.dateline = _first_line(content, "dateline") or stated.dateline
    stated.language = tag(_attribute(content, "language", "tag")) or stated.language
    stated.topics = _names(content, "subject") or stated.topics
    stated.publisher = stated.publisher or _name(child(meta, "provider") if meta is not None else None)
    headline = _first_line(content, "headline") or (told.headline if told else None)
    return Record(headline, _below(headline, body), stated, captions)


def _captions(item: etree._Element) -> tuple[str, ...]:
    """The captions in an item's XHTML, taken out of its text."""
    found = tuple(_lines(item, "figcaption"))
    etree.strip_elements(item, "{*}figcaption", with_tail=False)
    return found


def _inline(item: etree._Element) -> str:
    """The text of an item's inline XHTML, or of its plain inline data."""
    for name in ("inlineXML", "inlineData"):
        for part in every(item, name):
            found = first(part, "body")
            if name == "inlineXML":
                lines = block_lines(found if found is not None else part)
                body = "\n\n".join(lines)
            else:
                text = "".join(map(str, part.itertext()))
                body = text_of(text) if looks_like_markup(text) else paragraphs(text)
            if body:
                return body
    return ""


def _newsml1(item: etree._Element) -> Record:
    inline = first(item, "nitf")
    told = nitf(inline) if inline is not None else None
    data = first(item, "DataContent")
    captions = told.captions if told else _captions(item)
    body = told.body if told else "\n\n".join(block_lines(data)) if data is not None else ""
    if not body:
        raise Unreadable("no-article", "the item carries no text of its own")
    stated = told.stated if told else Stated()
    stated.rule = "newsml-1"
    stated.id = line(first(item, "PublicIdentifier")) or line(first(item, "NewsItemId"))
    stated.published = line(first(item, "FirstCreated")) or line(first(item, "ThisRevisionCreated"))
    stated.updated = line(first(item, "ThisRevisionCreated"))
    stated.bylines = _bylines(item, "ByLine") or stated.bylines
    stated.dateline = line(first(item, "DateLine")) or stated.dateline
    stated.language = tag(_attribute(item, "Language", "FormalName")) or stated.language
    headline = line(first(item, "HeadLine")) or (told.headline if told else None)
    return Record(headline, _below(headline, body), stated, captions)


def _below(headline: str | None, body: str) -> str:
    """A text without the headline that its XHTML begins with."""
    top, _, rest = body.partition("\n\n")
    return rest if rest and top == headline else body


def nitf(root: etree._Element) -> Record:
    """One NITF document: headline `hl1`, body `body.content`, the rest from `docdata` and `body.head`."""
    content = child(root, "body", "body.content")  # an editor's note in the head may have one of its own
    if content is None:
        content = first(root, "body.content")
    if content is None:
        raise Unreadable("no-article", "the document carries no text")
    heads = first(root, "hedline")
    headline = line(first(root, "hl1")) or line(first(root, "title"))
    issued, number = first(root, "date.issue"), first(root, "doc-id")
    stated = Stated(
        subheadline=line(first(heads, "hl2")) if heads is not None else None,
        bylines=_bylines(root, "byline"),
        dateline=line(first(root, "dateline")),
        published=issued.get("norm") if issued is not None else None,
        agencies=_lines(root, "distributor"),
        topics=[key for keyword in every(root, "keyword") if (key := keyword.get("key"))],
        id=number.get("id-string") if number is not None else None,
        rule="nitf",
    )
    captions = tuple(_lines(content, "media-caption"))
    for media in every(content, "media"):
        parent = media.getparent()
        if parent is not None:
            parent.remove(media)
    return Record(headline, "\n\n".join(block_lines(content)), stated, captions)


def _first_line(element: etree._Element | None, name: str) -> str | None:
    return line(first(element, name)) if element is not None else None


def _lines(element: etree._Element | None, name: str) -> list[str]:
    return [text for part in (every(element, name) if element is not None else []) if (text := line(part))]


def _bylines(element: etree._Element, name: str) -> list[str]:
    """The writers of each byline, whose parts stand in elements of their own, without what they are."""
    found = every(element, name)
    for part in found:
        etree.strip_elements(part, "{*}byttl", with_tail=False)
    return [text for part in found if (text := " ".join(" ".join(map(str, part.itertext())).split()))]


def _attribute(element: etree._Element | None, name: str, attribute: str) -> str | None:
    found = first(element, name) if element is not None else None
    return found.get(attribute) if found is not None else None


def _names(element: etree._Element | None, name: str) -> list[str]:
    return [text for part in (every(element, name) if element is not None else []) if (text := _name(part))]


def _name(element: etree._Element | None) -> str | None:
    return line(child(element, "name")) if element is not None else None


NEWSML = Whole(
    "newsml", "NewsML-G2 or NewsML 1: `<newsMessage>`, `<newsItem>`, `<NewsML>`", _sniff_newsml, _parse_newsml
)
NITF = Whole("nitf", "`<nitf>` documents, one or several", _sniff_nitf, _parse_nitf)
