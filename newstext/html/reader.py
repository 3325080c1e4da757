"""Pages to units: one draft for each article of a page."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import html

from newstext.article import Audit, Draft, Evidence, Origin, Stated, Unit
from newstext.encoding import decode
from newstext.errors import Unreadable
from newstext.extract.tables import fold
from newstext.html.body import body, decks
from newstext.html.captions import captions
from newstext.html.carried import carried
from newstext.html.declared import address, publisher, stated
from newstext.html.fallback import fill
from newstext.html.headlines import headline
from newstext.html.jsonld import items
from newstext.html.page import Page, text_of
from newstext.html.printed import marks, owners
from newstext.html.several import declared_parts, heading, parts

if TYPE_CHECKING:
    from newstext.article import Span
    from newstext.html.jsonld import Item
    from newstext.html.page import Element
    from newstext.html.several import Declared

#: Characters of a paragraph's start and end by which it is looked for in the source.
_PROBE = 30
#: A shorter heading may be part of any title.
_TITLE = 12


def read_html(data: bytes, origin: Origin, charset: str | None = None) -> Unit:
    """Read a page's bytes, in the encoding that who sent it named; `Unreadable` when nothing on it is an article."""
    decoded = decode(data, charset)
    unit = read_page(decoded.text, origin)
    unit.encoding = decoded.encoding
    unit.audit.notes += decoded.notes
    return unit


def read_page(source: str, origin: Origin) -> Unit:  # noqa: ARG001  (readers of all formats are handed the origin)
    """Read a decoded page; spans refer to `source`."""
    page = Page(source)
    declared = items(page.tree)
    roots = parts(page.tree)
    stories = [] if roots else declared_parts(page.tree, declared)
    drafts = _parts(page, roots, declared) or _stories(page, stories) or [_whole(page, declared)]
    found = [draft for draft in drafts if draft.body or draft.headline]
    if not any(draft.body for draft in found):
        raise Unreadable("no-article", "the page holds no running text")
    told = [] if stories else owners(page)
    for position, draft in enumerate(found):
        draft.position = position
        draft.marks = sorted([*draft.marks, *told], key=lambda mark: mark.span)
    return Unit(drafts=found, audit=Audit(article=sum(len(draft.body) for draft in found)), text=source)


def _whole(page: Page, declared: list[Item]) -> Draft:
    """The page as one article."""
    item = _main(page, declared)
    own = item.stated() if item else None
    site = publisher(page, own or Stated())
    title = headline(page, own, _sites(page, own or Stated(), site))
    fields, told = stated(page, own)
    draft = _draft(page, page.tree, title.text if title else None, item, page.whole)
    draft.stated, draft.subheadline = fields, fields.subheadline
    draft.evidence |= told
    _deck(page, draft)
    fill(page, page.tree, draft)
    if not draft.body:
        _carried(page, draft)
    if title:
        draft.evidence["headline"] = Evidence(title.rule, title.span, title.votes)
    return draft


def _deck(page: Page, draft: Draft) -> None:
    """The second headline as it is printed, where none is declared."""
    shown = next((each for each in decks(page.tree) if text_of(each)), None)
    if shown is not None and not draft.subheadline:
        draft.subheadline = text_of(shown)
        draft.evidence["subheadline"] = Evidence("class", page.place(shown, draft.subheadline), 0.8)


def _carried(page: Page, draft: Draft) -> None:
    """The body that the page's scripts carry, where nothing is printed."""
    own = carried(page.tree)
    if own is not None:
        draft.body = body(own, [draft.headline or ""])
        draft.evidence["body"] = Evidence("script data", None, 0.7)


def _main(page: Page, declared: list[Item]) -> Item | None:
    """The declared article that the page is about: the one that its titles name, else the first."""
    shown = fold(" ".join([page.title, *page.metas.get("og:title", [])]))
    named = [each for each in declared if (head := each.stated().headline) and fold(head) in shown]
    return next(iter(named or declared), None)


def _sites(page: Page, own: Stated, site: tuple[str, str] | None) -> list[str]:
    """The names of a page's publisher: declared ones, and the host's."""
    host = (urlsplit(address(page, own) or "").hostname or "").removeprefix("www.")
    names = [site[0] if site else "", own.publisher or "", *page.metas.get("og:site_name", []), host]
    return [name for name in [*names, max(host.split("."), key=len)] if name]


def _parts(page: Page, roots: list[Element], declared: list[Item]) -> list[Draft]:
    """Several articles; the first whose heading is the page's title is the one that the page's declarations tell of."""
    shown = fold(" ".join([page.title, *page.metas.get("og:title", [])]))
    heads = [heading(root) for root in roots]
    titles = [fold(text_of(head)) if head is not None else "" for head in heads]
    main = next((at for at, title in enumerate(titles) if len(title) > _TITLE and title in shown), None)
    named: dict[str, Item] = {}
    for item in declared:
        named.setdefault(fold(item.stated().headline or ""), item)
    items = [named.get(title) for title in titles]
    places = page.parted(roots, "article")
    drafts = [_part(page, *part) for part in zip(roots, heads, items, places, strict=True)]
    shared = stated(page, None) if roots else (Stated(), {})
    for at, draft in enumerate(drafts):
        if at == main:
            fields, told = stated(page, draft.stated)
            draft.stated, draft.subheadline = fields, fields.subheadline
            draft.evidence = {**told, **draft.evidence}
        else:
            _share(draft, *shared)
    return drafts


def _part(page: Page, root: Element, head: Element | None, item: Item | None, within: Span) -> Draft:
    """One of several articles: its own heading, its own declarations."""
    text = text_of(head) if head is not None else None
    draft = _draft(page, root, text, item, within)
    draft.stated = item.stated() if item else Stated(rule="html")
    if head is not None and text:
        draft.evidence["headline"] = Evidence("article heading", page.place(head, text), 0.9)
    return draft


def _share(draft: Draft, shared: Stated, told: dict[str, Evidence]) -> None:
    """Add to one of several articles what its page declares of them all."""
    own = draft.stated
    own.publisher, own.language = own.publisher or shared.publisher, shared.language or own.language
    draft.evidence |= {field: told[field] for field in ("publisher", "language") if field in told}


def _stories(page: Page, stories: list[Declared]) -> list[Draft]:
    """The stories that the page's structured data declares."""
    shared = stated(page, None) if stories else (Stated(), {})
    drafts = [_declared(page, story) for story in stories]
    for draft in drafts:
        _share(draft, *shared)
    return drafts


def _declared(page: Page, story: Declared) -> Draft:
    body = "\n\n".join(story.paragraphs)
    draft = Draft(
        0, _reach(page, story.headline, body, page.whole), body, headline=story.headline, stated=story.item.stated()
    )
    draft.evidence["headline"] = Evidence("json-ld", page.find(story.headline), 0.9)
    return draft


def _draft(page: Page, root: Element, title: str | None, item: Item | None, within: Span) -> Draft:
    shown = captions(root)
    heads = [text_of(head) for head in root.iter("h1")]
    text = body(_alone(root), [title or "", *heads, *(one.text for one in shown)], item.body if item else "")
    return Draft(
        position=0,
        span=_reach(page, title, text, within),
        body=text,
        headline=title,
        captions=shown,
        marks=marks(page, root),
    )


def _alone(root: Element) -> Element:
    """A page of its own around a part of one: what the text extraction expects."""
    if root.getparent() is None:
        return root
    alone: Element = html.document_fromstring("<html><body></body></html>")
    alone.find("body").append(deepcopy(root))
    return alone


def _reach(page: Page, title: str | None, text: str, within: Span) -> Span:
    """From the headline or first words to the last words, where they stand in that part of the source as they are."""
    paragraphs = text.split("\n\n")
    probes = [probe for probe in (paragraphs[0][:_PROBE], (title or "")[:_PROBE]) if probe]
    starts = [at for probe in probes if (at := page.source.find(probe, *within)) >= 0]
    lasts = [last[-_PROBE:] for last in paragraphs[-3:] if last]
    ends = [at + len(last) for last in lasts if (at := page.source.rfind(last, *within)) >= 0]
    if not starts or not ends or max(ends) <= min(starts):
        return within
    return (min(starts), max(ends))
