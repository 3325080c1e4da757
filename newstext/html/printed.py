"""What a page prints around its story as marks: writers, times, breadcrumbs, tags, the copyright line.

Marks are what the splitter gives for a page of text; here markup says where they stand.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from newstext.article import Label, Mark
from newstext.extract.bylines import byline, opens
from newstext.extract.dates import Habit, stamps
from newstext.extract.tables import toml
from newstext.html.page import FRAME, brief, names_of, text_of, tidy, with_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.html.page import Element, Page

#: Texts of marks are short; longer ones are biographies and whole articles whose class says `author`.
_LONGEST = 160
#: Steps of a breadcrumb: a longer list is a menu's.
_STEPS = 40
#: Things inside of a page that are the story itself.
_OWN_PARTS = frozenset({"mainEntity", "mainEntityOfPage", "mainContentOfPage", "hasPart"})
_TITLES = frozenset({"a", "h1", "h2", "h3", "h4"})
_COPYRIGHT = re.compile(r"©|\(c\)\s*\d{4}|copyright", re.IGNORECASE)


def marks(page: Page, root: Element) -> list[Mark]:
    """The marks of one article: `root` is the page, or the article's element where a page holds several. Who owns the
    page is told of it as a whole: see `owners`.
    """
    found = [
        *_first_of(_authors(root), page, Label.BYLINE, 3),
        *_first_of(_times(root), page, Label.TIMESTAMP, 6),
        *_crumbs(page, root),
        *_tags(page, root),
    ]
    return sorted(found, key=lambda mark: mark.span)


def _classes(kind: str) -> list[str]:
    return list(toml("html")["classes"][kind])


def foreign(element: Element) -> bool:
    """Whether an element stands in a part of the page that is not of the article: comments, teasers, footers."""
    near = [element, *element.iterancestors()][:12]
    return any(
        _apart(each)
        for each in near
        if isinstance(each.tag, str) and each.tag not in ("body", "html", "main", "article")
    )


def _apart(element: Element) -> bool:
    """Whether an element begins such a part; a footer inside the article is its own: it names writers and dates. What
    holds the page's main part is none, whatever it is called.
    """
    if element.get(FRAME) is not None:
        return False
    names = names_of(element)
    if (element.tag == "footer" or "footer" in names) and _of_article(element, names):
        return False
    return element.tag in ("footer", "aside") or any(piece in names for piece in _classes("foreign"))


def _of_article(footer: Element, names: str) -> bool:
    inside = next(footer.iterancestors("article"), None) is not None
    return inside or any(own in names for own in _classes("foot"))


def _first_of(found: Iterator[tuple[Element, str]], page: Page, label: Label, most: int) -> list[Mark]:
    seen: dict[str, Mark] = {}
    for element, text in found:
        if len(seen) >= most:
            break
        if text not in seen:  # where it stands is looked for in the whole page
            seen[text] = Mark(label, page.place(element, text), text)
    return list(seen.values())


def _authors(root: Element) -> Iterator[tuple[Element, str]]:
    """Elements that name writers: microdata and links first, then classes, each only when a name is read there."""
    for element in with_class(root, _classes("byline")):
        text = brief(element, _LONGEST)
        if len(text) > 2 and byline(text).names and not foreign(element):
            yield element, text
    for element in root.iter("p", "div", "span", "strong", "em", "b", "i", "address", "li", "byline"):
        if len(element) < 4 and opens(_start(element)):
            text = brief(element, _LONGEST // 2)
            short = text and text[-1] not in ":?!" and not _titled(element)
            if short and byline(text).names and not foreign(element):
                yield element, text


def _titled(element: Element) -> bool:
    """Whether an element is a heading or link: `Von Hexen und Henkern` is a headline."""
    return any(each.tag in _TITLES for each in [element, *element.iterancestors()][:4])


def _start(element: Element) -> str:
    """The first words of an element, whichever of its parts they stand in."""
    pieces = islice(filter(str.strip, element.itertext()), 2)
    return tidy(" ".join(pieces))[:_LONGEST]


def credited(root: Element) -> list[str]:
    """Writers whom the markup itself declares (`rel=author`, microdata), of the article's own part of the page."""
    found = []
    for element in root.iter():
        if element.get("rel") == "author" or (element.get("itemprop") == "author" and not _of_another(element)):
            named = element.xpath('.//*[@itemprop="name"]') if element.get("itemprop") else []
            for each in [name for name in named if not _of_another(name, element)] or [element]:
                text = tidy(each.get("content")) or text_of(each)
                if 1 < len(text) <= _LONGEST // 2 and not foreign(each):
                    found.append(text)
    return list(dict.fromkeys(found))[:6]


def _of_another(element: Element, whole: Element | None = None) -> bool:
    """Whether an element tells of a thing inside of another thing (up to `whole`): the author of a cited work or of a
    comment, the name of a writer's university.
    """
    for each in element.iterancestors():
        if each is whole:
            return False
        if each.get("itemprop") and each.get("itemscope") is not None and each.get("itemprop") not in _OWN_PARTS:
            return True
    return False


def called_author(root: Element) -> list[str]:
    """Texts of elements whose class is exactly a name's (`author`, `fn`): pen names have one word and no capital."""
    classes = set(toml("html")["classes"]["author"])
    found = []
    for element in root.iter("a", "span", "div", "p", "strong"):
        if not classes.isdisjoint((element.get("class") or "").lower().split()) and not foreign(element):
            text = text_of(element)
            if 1 < len(text) <= _LONGEST // 4:
                found.append(text)
    return found[:3]


def _times(root: Element) -> Iterator[tuple[Element, str]]:
    """`time` elements (their machine-readable value first), then elements whose class speaks of a date."""
    for element in root.iter("time"):
        stated = tidy(element.get("datetime"))
        text = text_of(element)
        if not foreign(element) and (stated or text):
            yield element, f"{text} {stated}" if _says(text) else stated or text
    for element in with_class(root, _classes("date")):
        text = brief(element, _LONGEST)
        if text and stamps(text, Habit()) and not foreign(element):
            yield element, text


def _says(text: str) -> bool:
    """Whether the words beside a time tell what happened then; a doubled stamp would say nothing more."""
    return bool(text) and not any(c.isdigit() for c in text)


def _crumbs(page: Page, root: Element) -> list[Mark]:
    for element in with_class(root, _classes("crumbs"), "nav", "ul", "ol", "div", "p"):
        steps = [(step, text_of(step)) for step in element.iter("a", "span", "li")]
        short = {text: step for step, text in steps if 1 < len(text) <= 40}
        if short:
            return [
                Mark(Label.BREADCRUMB, page.place(step, text), text) for text, step in islice(short.items(), _STEPS)
            ]
    return []


def _tags(page: Page, root: Element) -> list[Mark]:
    links = [link for link in root.iter("a") if "tag" in (link.get("rel") or "").split()]
    if not links:
        block = next((each for each in with_class(root, _classes("tags"), "ul", "div", "p") if not foreign(each)), None)
        links = list(block.iter("a")) if block is not None else []
    texts = {text: link for link in links if 1 < len(text := text_of(link).lstrip("#")) <= 60}
    return [Mark(Label.TAGS, page.place(link, text), text) for text, link in list(texts.items())[:40]]


def owners(page: Page) -> list[Mark]:
    """The first line of the page that says whose it is."""
    for element in page.tree.iter("p", "div", "span", "small", "li", "footer"):
        text = brief(element, _LONGEST) if len(element) < 6 else ""
        if len(text) > 6 and _COPYRIGHT.search(text):
            return [Mark(Label.LEGAL, page.place(element, text), text)]
    return []
