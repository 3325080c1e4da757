"""What a page declares of itself, sources in the order of their credit: JSON-LD, then meta elements."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from newstext.article import Evidence, Stated
from newstext.extract.bylines import stated as names_of
from newstext.extract.dates import Habit, parse
from newstext.extract.tables import fold, toml
from newstext.html.jsonld import page_times
from newstext.html.page import tidy
from newstext.html.printed import called_author, credited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.html.page import Page

#: How sure a field is that JSON-LD or a meta element declares.
_JSON_LD, _META = 0.96, 0.9
#: A bare `date` may be that of the printed issue, of the file or of the visit: a stamp in the story's head goes first.
_VAGUE = 0.85
#: Meta elements name owners, systems and editors as authors, JSON-LD names the house: a printed byline goes first.
_WEAK = 0.7
#: Science pages list the authors of all works that they cite.
_MOST_AUTHORS = 12
_HANDLE = re.compile(r"^@|^https?://|^www\.|^[\d.]+$")
_DOMAIN = re.compile(r"[\w.-]+\.[a-z]{2,4}$", re.IGNORECASE)


def stated(page: Page, declared: Stated | None) -> tuple[Stated, dict[str, Evidence]]:
    """All declarations of a page in one, with the source of each field."""
    result = Stated(rule="html")
    told: dict[str, Evidence] = {}

    def take(field: str, value: str | list[str] | None, rule: str, sure: float) -> None:
        if value and field not in told:
            setattr(result, field, value)
            shown = value if isinstance(value, str) else value[0]
            told[field] = Evidence(rule, page.find(shown), sure)

    own = declared or Stated()
    site = publisher(page, own)
    for field in ("published", "updated"):
        value, rule, sure = next((each for each in _times(page, own, field) if each[0]), (None, "", 0.0))
        take(field, value, rule, sure)
    houses = [site[0] if site else "", own.publisher or ""]
    take("bylines", _people(own.bylines, houses), "json-ld", _JSON_LD)
    take("bylines", _people(credited(page.tree), houses), "markup", _META)
    for name, _ in _contents(page, "bylines"):
        take("bylines", _people(page.metas[name], houses)[:_MOST_AUTHORS], f"meta {name}", _WEAK)
    take("bylines", _people(called_author(page.tree), houses)[:1], "class", _WEAK)
    take("bylines", _people(own.bylines, []), "json-ld", _WEAK)
    if site:
        take("publisher", site[0], site[1], _META)
    take("section", own.section, "json-ld", _JSON_LD)
    for name, content in _contents(page, "section"):
        take("section", unescape(content), f"meta {name}", _META)
    for name, _ in _contents(page, "topics"):
        if name.endswith("tag") or not own.topics:
            take("topics", _topics(page.metas[name]), f"meta {name}", _META)
    take("topics", own.topics, "json-ld", _META)
    take("language", language(page, own), "html", _META)
    take("url", address(page, own), "html", _META)
    take("subheadline", own.subheadline, "json-ld", _JSON_LD)
    return result, told


def _contents(page: Page, field: str) -> list[tuple[str, str]]:
    """Meta elements that speak of a field, the most credible first: (name, first content)."""
    return [(name, page.metas[name][0]) for name in toml("html")["meta"][field] if name in page.metas]


def _times(page: Page, own: Stated, field: str) -> Iterator[tuple[str | None, str, float]]:
    """Times declared of publication or the last change; least sure are elements of a site's own that are named so."""
    yield _time(getattr(own, field)), "json-ld", _JSON_LD
    for name, content in _contents(page, field):
        yield _time(content), f"meta {name}", _VAGUE if name in toml("html")["meta"]["vague"] else _JSON_LD
    ends = tuple(toml("html")["meta"]["published_ends"]) if field == "published" else ()
    for name in page.metas:
        if name.endswith(ends):
            yield _time(page.metas[name][0]), f"meta {name}", _WEAK
    if field == "published":
        yield from ((_time(value), "json-ld", _META) for value in page_times(page.tree))


def _time(value: str | None) -> str | None:
    return value if value and parse(value, Habit()) else None


def publisher(page: Page, own: Stated) -> tuple[str, str] | None:
    """The publisher's name and where it stands; OpenGraph's name of the site is what readers know it by."""
    for name, content in _contents(page, "publisher")[:1]:
        if name.endswith("site_name") or not own.publisher:
            return unescape(content), f"meta {name}"
    return (own.publisher, "json-ld") if own.publisher else None


def _people(values: list[str], houses: list[str]) -> list[str]:
    """Declared authors that are no addresses and not the house itself."""
    texts = [tidy(unescape(value)) for value in values]
    own = [_letters(house) for house in houses if house]
    kept = [text for text in texts if text and not _HANDLE.search(text) and not _is_house(text, own)]
    return kept if any(names_of(text).names or names_of(text).agencies for text in kept) else []


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))


def _is_house(text: str, houses: list[str]) -> bool:
    """Whether an author is the publisher under one of its names, or a desk of it (`BBC News` of the BBC)."""
    name = _letters(text)
    if houses and _DOMAIN.fullmatch(text):
        return True
    return any(name.startswith(house) or (len(name) > 1 and house.startswith(name)) for house in houses if house)


def _topics(values: list[str]) -> list[str]:
    if len(values) == 1:
        values = re.split(r"[,;|]", values[0])
    return [text for value in values if (text := tidy(unescape(value)))]


def language(page: Page, own: Stated) -> str | None:
    lang = (
        page.tree.get("lang")
        or page.tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or page.tree.get("xml:lang")
    )
    metas = [content for _, content in _contents(page, "language")]
    return next((tidy(each) for each in [lang, *metas, own.language] if each and len(each) < 12), None)


def address(page: Page, own: Stated) -> str | None:
    links = [e.get("href") for e in page.tree.iter("link") if (e.get("rel") or "").lower() == "canonical"]
    metas = [content for _, content in _contents(page, "url")]
    found = [each for each in [*links, *metas, own.url] if each and each.startswith("http")]
    return found[0] if found else None
