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

_SUFFIX = re.compile(r"(?<!\s)\s+(?:[|–—·•»:]|[-‐‑]{1,2}|::)\s+|(?:(?<!\s)\s+)?\|\s*")
#: Votes of each source, by how often it is the headline on the development pages.
_VOTES = {"json-ld": 2.4, "h1": 2.5, "og": 2.0, "title": 1.2, "twitter": 1.0}


class Title(NamedTuple):
    """A candidate with its source, its own votes and its place."""

    text: str
    rule: str
    votes: float
    span: Span | None


def headline(page: Page, declared: Stated | None, sites: list[str]) -> Title | None:
    """The headline with the share of votes that it got, 0..1; None for a page without any title.

    `sites` are the names under which the page's publisher is known, its host among them.
    """
    titles = list(_candidates(page, declared, sites))
    if not titles:
        return None
    support = [sum(_agreement(one, other) for other in titles) for one in titles]
    best = max(range(len(titles)), key=lambda at: (round(support[at], 3), -at))
    share = min(1.0, support[best] / sum(title.votes for title in titles))
    return titles[best]._replace(votes=round(share, 3))


def _candidates(page: Page, declared: Stated | None, sites: list[str]) -> list[Title]:
    """All titles, prints of the page first: of equal words the print has the page's own quotes and dashes."""
    found = []
    heads = _h1(page.tree, sites)[:4]
    for element in heads:
        text = _without_kicker(element)
        found.append(Title(text, "h1", _VOTES["h1"] / len(heads) ** 0.5, page.place(element, text)))
    if declared and declared.headline:
        found.append(Title(declared.headline, "json-ld", _VOTES["json-ld"], page.find(declared.headline)))
    for rule, key in (("og", "og:title"), ("twitter", "twitter:title")):
        for content in page.metas.get(key, [])[:1]:
            text = without_site(unescape(content), sites)
            found.append(Title(text, rule, _VOTES[rule], page.find(content)))
    if page.title:
        found.append(Title(without_site(page.title, sites), "title", _VOTES["title"], page.find(page.title)))
    return [title for title in found if title.text]


def _h1(tree: Element, sites: list[str]) -> list[Element]:
    """First headings with text, those of page furniture and the site's own name aside."""
    heads = [(element, text_of(element)) for element in tree.iter("h1")]
    heads = [(element, text) for element, text in heads if 4 <= len(text) <= 400 and not _names_site(text, sites)]
    pieces = [*toml("html")["classes"]["foreign"], "logo"]
    own = [element for element, _ in heads if not any(piece in names_of(element) for piece in pieces)]
    return own or [element for element, _ in heads]


def _without_kicker(element: Element) -> str:
    """A heading's words without the line above the headline that many pages set into the same element."""
    whole = text_of(element)
    for child in element.iterdescendants():
        if isinstance(child.tag, str) and any(name in names_of(child) for name in toml("html")["classes"]["kicker"]):
            rest = whole.removeprefix(text_of(child)).lstrip(" :–—-|")
            return rest if len(rest) > 8 else whole
    return whole


def _names_site(text: str, sites: list[str]) -> bool:
    return any(_squeezed(text) == _squeezed(site) for site in sites)


def without_site(text: str, sites: list[str]) -> str:
    """A title without the site's name and section after (or before) its separator."""
    cuts = [match.span() for match in _SUFFIX.finditer(text)]
    for start, end in cuts:
        if any(_alike(text[end:], site) for site in sites):
            return text[:start].strip()
    for start, end in reversed(cuts):
        if any(_alike(text[:start], site) for site in sites):
            return text[end:].strip()
    return text.strip()


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))


def _alike(part: str, site: str) -> bool:
    """Whether a part of a title is the site's name, perhaps with a slogan or a section beside it."""
    one, name = _squeezed(part), _squeezed(site)
    if not one or not name:
        return False
    return one == name or (len(name) > 3 and one.startswith(name)) or (len(one) > 3 and name.startswith(one))


def _agreement(one: Title, other: Title) -> float:
    """The votes that another title gives to this one: all for the same words, part when it goes on after them."""
    a, b = _squeezed(one.text), _squeezed(other.text)
    if a == b:
        return other.votes
    if b.startswith(a) and len(a) > 12:
        return other.votes * 0.7
    return other.votes * 0.4 if b and (b in a or a in b) and len(a) > 12 else 0.0
