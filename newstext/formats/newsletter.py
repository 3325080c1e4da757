"""Newsletters and alerts in HTML: many linked headlines on one page, a few lines of text under each."""

from __future__ import annotations

import re
from collections import Counter
from itertools import accumulate, pairwise
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from newstext.article import Stated
from newstext.formats.digest import TEXT_WORDS, Story, is_digest, is_headline, words
from newstext.formats.fragment import block_lines, parse

#: Noncharacters, which no text holds, around what is linked: `FDD0 number FDD1 text FDD2`.
_LINKED = re.compile("\ufdd0(\\d+)\ufdd1([^\ufdd0-\ufdd2]*)\ufdd2")
#: What may stand around a headline's link on its line: a number, a bullet, quotes.
_AROUND = 6
#: Words of a source's name under a headline.
_SOURCE_WORDS = 6
#: Query names under which services that count clicks carry the story's own address.
_TARGETS = ("url", "u", "q", "target", "redirect")


class Line(NamedTuple):
    """A paragraph of the page: its text, how much of it is links, and its address when it is one link."""

    text: str
    linked: int
    address: str | None


def stories(markup: str) -> tuple[list[Story], str]:
    """The stories of a newsletter with the text that their spans refer to; none when the page is no newsletter."""
    lines = _lines(markup)
    text = "\n\n".join(line.text for line in lines)
    often = Counter(line.text for line in lines)  # what stands under every story is none's headline
    starts = [n for n, line in enumerate(lines) if line.address and is_headline(line.text) and often[line.text] == 1]
    told = [(start, _told(lines[start + 1 : end])) for start, end in pairwise([*starts, len(lines)])]
    full = [(start, body) for start, body in told if sum(map(words, body)) >= TEXT_WORDS]
    longest = max((len(body) for _, body in full[:-1]), default=0)
    places = list(accumulate((len(line.text) + 2 for line in lines), initial=0))
    found = [_story(lines[start], places[start], body[:longest]) for start, body in full]
    return (found if is_digest(found, text) else []), text


def _lines(markup: str) -> list[Line]:
    tree = parse(markup)
    addresses = []
    for link in tree.xpath("//a[@href]"):
        addresses.append(link.get("href"))
        link.text = f"\ufdd0{len(addresses) - 1}\ufdd1{link.text or ''}"
        link.tail = f"\ufdd2{link.tail or ''}"
    return [line for marked in block_lines(tree) if (line := _line(marked, addresses)).text]


def _line(marked: str, addresses: list[str]) -> Line:
    links = _LINKED.findall(marked)
    text = " ".join(re.sub("\ufdd0\\d+\ufdd1|[\ufdd0-\ufdd2]", "", marked).split())
    linked = sum(len(shown) for _, shown in links)
    whole = [number for number, shown in links if shown.strip() and len(text) - len(shown) <= _AROUND]
    return Line(text, linked, _target(addresses[int(whole[0])]) if whole else None)


def _target(address: str) -> str:
    """The story's own address where a link goes through a service that counts clicks."""
    try:
        query = parse_qs(urlsplit(address).query, max_num_fields=50)
    except ValueError:
        return address
    inner = [value for name in _TARGETS for value in query.get(name, []) if value.startswith(("http://", "https://"))]
    return inner[0] if inner else address


def _told(lines: list[Line]) -> list[str]:
    """The text under a headline: lines that are links are calls to read on, or other services."""
    return [line.text for line in lines if 2 * line.linked < len(line.text)]


def _story(head: Line, at: int, body: list[str]) -> Story:
    headline = head.text
    source = body[0] if len(body) > 1 and len(body[0].split()) <= _SOURCE_WORDS and body[0][-1:].isalnum() else None
    told = body[1:] if source else body
    stated = Stated(headline=headline, url=head.address, publisher=source, rule="digest")
    reach = at + len(headline) + sum(len(line) + 2 for line in body)
    return Story((at, reach), headline, "\n\n".join(told), stated)
