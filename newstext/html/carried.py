"""Text that a page carries in its scripts: pages put together in the browser hold their article as data.

Frameworks write what a page is made of into it, as JSON or as strings of JSON (Next.js, Nuxt, Apollo, Redux): the
article is the longest string there that is paragraphs of markup.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from lxml import html

from newstext.html.page import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.html.page import Element

#: What such data is assigned or handed to; a script of type JSON is data as it stands.
_STATE = re.compile(r"__next_f\.push|__NEXT_DATA__|__NUXT__|__APOLLO_STATE__|__(?:PRELOADED|INITIAL)_STATE__")
_JSON = re.compile(r"application/(?:[\w.-]{1,30}\+)?json", re.IGNORECASE)
_PARAGRAPH = re.compile(r"</p\s*>", re.IGNORECASE)

#: Paragraphs and characters of an article's markup at least; a teaser has fewer.
_PARAGRAPHS, _CHARS = 3, 400
#: Data inside of strings that is looked into: strings of JSON in JSON, and room for one more.
_DEEPEST = 2
#: Of several such strings so many are parsed: the longest has most text unless its markup is heavy.
_TRIED = 3
_DECODER = json.JSONDecoder(strict=False)


def carried(tree: Element) -> Element | None:
    """A page of its own around the article that the scripts carry; None when they carry none."""
    found = [
        markup for script in tree.iter("script") if _is_state(script) for markup in _articles(script.text or "", 0)
    ]
    longest = sorted(found, key=len, reverse=True)[:_TRIED]
    pages = [html.document_fromstring(f"<html><body><article>{markup}</article></body></html>") for markup in longest]
    return max(pages, key=lambda page: len(text_of(page)), default=None)


def _is_state(script: Element) -> bool:
    kind = script.get("type") or ""
    if "ld+json" in kind.lower():
        return False
    return bool(_JSON.fullmatch(kind.strip()) or _STATE.search(script.text or ""))


def _articles(data: str, depth: int) -> Iterator[str]:
    for text in _strings(data):
        if len(text) < _CHARS:
            continue
        if len(_PARAGRAPH.findall(text)) >= _PARAGRAPHS and text.lstrip().startswith("<"):
            yield text
        elif depth < _DEEPEST:
            yield from _articles(text, depth + 1)


def _strings(data: str) -> Iterator[str]:
    """The strings of some JSON, or of what holds JSON, one after the other; it ends where one does not."""
    at = data.find('"')
    while at >= 0:
        try:
            text, end = _DECODER.raw_decode(data, at)
        except ValueError:
            return
        yield text
        at = data.find('"', end)
