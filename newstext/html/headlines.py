"""Which of a page's titles is the story's headline: JSON-LD, `h1`, OpenGraph and `title` vote.

They disagree in habit (the site's name at the end of `title` and `og:title`, a shorter headline for search
engines in JSON-LD), so each is freed of the site's name, and the print that most of them support wins.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from newstext.extract.tables import fold, toml
from newstext.html.page import names_of, text_of

if TYPE_CHECKING:
    from newstext.article import Span, Stated
    from newstext.html.page import Element, Page

_SUFFIX = re.compile(r"\s+(?:[|–—·•»:]|[-‐‑]{1,2}|::)\s+|\s*\|\s*")
#: Votes of each source, by how often it is the headline on the development pages.
_VOTES = {"json-ld": 2.6, "h1": 3.0, "og": 2.0, "title": 1.2, "twitter": 1.0}


class Title(NamedTuple):
    """A candidate with its source, votes and place."""

    text: str
    rule: str
    votes: float
    span: Span | None


def headline(page: Page, declared: Stated | None, site: str | None) -> Title | None:
    """The headline with the share of votes that it got, 0..1; None for a page without any title."""
    titles = list(_candidates(page, declared, site))
    if not titles:
        return None
    support = [sum(_agreement(one, other) for other in titles) for one in titles]
    best = max(range(len(titles)), key=lambda at: (support[at] + titles[at].votes, -at))
    share = min(1.0, support[best] / sum(title.votes for title in titles))
    return titles[best]._replace(votes=round(share, 3))


def _candidates(page: Page, declared: Stated | None, site: str | None) -> list[Title]:
    found = []
    if declared and declared.headline:
        found.append(Title(declared.headline, "json-ld", _VOTES["json-ld"], page.find(declared.headline)))
    heads = _h1(page.tree)
    for element in heads[:4]:
        text = text_of(element)
        found.append(Title(text, "h1", _VOTES["h1"] / len(heads[:4]) ** 0.5, page.place(element, text)))
    for rule, key in (("og", "og:title"), ("twitter", "twitter:title")):
        for content in page.metas.get(key, [])[:1]:
            text = without_site(unescape(content), site)
            found.append(Title(text, rule, _VOTES[rule], page.find(content)))
    if page.title:
        found.append(Title(without_site(page.title, site), "title", _VOTES["title"], page.find(page.title)))
    return [title for title in found if title.text]


def _h1(tree: Element) -> list[Element]:
    """First headings with text, those of page furniture aside."""
    foreign = toml("html")["classes"]["foreign"]
    heads = [element for element in tree.iter("h1") if 8 <= len(text_of(element)) <= 400]
    own = [element for element in heads if not any(piece in names_of(element) for piece in [*foreign, "logo"])]
    return own or heads


def without_site(text: str, site: str | None) -> str:
    """A title without the site's name and section after (or before) its separator."""
    parts = _SUFFIX.split(text)
    if len(parts) < 2:
        return text.strip()
    first, last = fold(parts[0]), fold(parts[-1])
    known = fold(site or "")
    if known and (_alike(last, known)):
        return _cut(text, parts[-1], last=True)
    if known and _alike(first, known):
        return _cut(text, parts[0], last=False)
    return text.strip()


def _alike(one: str, site: str) -> bool:
    one, site = (re.sub(r"[\W_]", "", name) for name in (one, site))
    return bool(one) and (one in site or site in one) and len(one) < 3 * len(site) + 8


def _cut(text: str, part: str, *, last: bool) -> str:
    at = text.rfind(part) if last else len(part)
    rest = text[:at] if last else text[at:]
    return rest.strip(" |–—·•»:-‐‑\t\n")


def _agreement(one: Title, other: Title) -> float:
    """The votes that another title gives to this one: all for the same print, part when one holds the other."""
    a, b = fold(one.text), fold(other.text)
    if a == b:
        return other.votes
    if a and b and (b.startswith(a) or b.endswith(a)):
        return other.votes * 0.7
    return other.votes * 0.4 if b and b in a else 0.0
