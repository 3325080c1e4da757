"""The running text of a page: trafilatura's, freed of what is another part of the article.

A JSON-LD `articleBody` that agrees with the page in length is taken only where the extraction found less than a
third of it: publishers put summaries, whole lists of related links or markup there.
"""

from __future__ import annotations

import logging
import re
from copy import deepcopy
from typing import TYPE_CHECKING

from trafilatura import bare_extraction
from trafilatura.utils import line_processing, trim

from newstext.article import Label
from newstext.extract.dates import Habit, stamps
from newstext.extract.tables import fold, toml, words
from newstext.html.page import any_of, text_of, with_class
from newstext.html.printed import foreign
from newstext.split.kinds import kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from newstext.html.page import Element

#: Taken out before extraction: captions are read apart, the rest is never prose.
_PRUNED = frozenset({"figcaption", "figure", "time", "nav", "form", "button"})
#: The attribute by which boxes are taken out, and what is, as XPaths.
_BOXED = "data-boxed"
_LEFT_OUT = (*(f"//{tag}" for tag in sorted(_PRUNED)), "//*[@rel='author']", f"//*[@{_BOXED}]")
#: Inline elements in one block that are no prose any more. trafilatura's time grows with their square: 10,000 links in
#: a row took it 12 s. The longest block of the labelled pages holds some hundreds.
_CROWD = 1_000
#: Elements of a page behind which trafilatura is not to ask the libraries that it falls back on: one of them compares
#: each block with its neighbours up to the next that is prose. Ninety-nine of a hundred labelled pages have 3,300 at
#: most, and none that has more asks them.
_MANY = 6_000
#: Characters of a box: what is called so and has more is the article's own frame.
_BOX = 1_200
_MARKUP = re.compile(r"<[^<>]{1,500}>")
#: Lines of these kinds are no prose, whatever element they stand in.
_WIDGETS = frozenset({Label.SHARE, Label.LEGAL, Label.ADVERT, Label.RELATED})
#: An extraction that holds less than this share of the article element's paragraphs stopped at a gap in it.
_WHOLE = 0.65
#: Characters of a link that is a line of its own (a headline, a call), and the least share of a text that is not such.
_TEASER, _UNLINKED = 15, 0.6
_STOPS = '.!?…:"”»)'
#: Characters of a paragraph that is prose for sure.
_PARAGRAPH = 60
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its remarks on odd pages are not for our users


def body(tree: Element, known: Iterable[str], declared: str = "") -> str:
    """Paragraphs joined by a blank line; `known` are texts of other parts (headline, captions) to leave out."""
    thinned = _thinned(tree)
    alone = sum(1 for _ in thinned.iter()) > _MANY
    for box in _boxes(thinned):
        box.set(_BOXED, "")
    document = bare_extraction(
        thinned, include_comments=False, include_tables=False, prune_xpath=[*_LEFT_OUT], fast=alone
    )
    _forget()
    text = getattr(document, "text", None) or ""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    marked = paragraphs(tree)
    if sum(map(len, lines)) < _WHOLE * sum(map(len, marked)) and _shares(lines, marked):
        lines = marked
    elsewhere = {fold(each) for each in (*known, *map(text_of, decks(tree))) if each}
    kept = [line for line in lines if fold(line.strip(" -")) not in elsewhere and not _widget(line)]
    read = "\n\n".join(_without_teasers(kept, tree))
    if len(read) < len(declared) / 3:
        return "\n\n".join(line for part in declared.split("\n") if (line := _MARKUP.sub(" ", part).strip()))
    return read


def _forget() -> None:
    """Give up what trafilatura remembers of this page: two thousand texts of any length, for a worker's life."""
    for remembering in (trim, line_processing):
        remembering.cache_clear()


def _thinned(tree: Element) -> Element:
    """The tree, or one whose crowds of inline elements are their text alone."""
    inline = words("html", "elements", "inline")

    def crowded(element: Element) -> bool:
        return len(element) > _CROWD and sum(child.tag in inline for child in element) > _CROWD

    if not any(map(crowded, tree.iter())):
        return tree
    copied = deepcopy(tree)
    for element in [each for each in copied.iter() if crowded(each)]:
        _flatten(element, inline)
    return copied


def _flatten(element: Element, inline: Collection[str]) -> None:
    """Put the text of an element's inline children in their place, a text of one piece between two blocks."""
    said, before = [element.text or ""], None
    for child in [*element, None]:
        if child is not None and child.tag in inline:
            said += ["".join(map(str, child.itertext())), child.tail or ""]
            element.remove(child)
            continue
        if before is None:
            element.text = "".join(said)
        else:
            before.tail = "".join(said)
        if child is not None:
            said, before = [child.tail or ""], child


def decks(tree: Element) -> Iterator[Element]:
    """The elements between headline and text that are a second headline."""
    return with_class(tree, toml("html")["classes"]["deck"], "h2", "p", "div")


def _boxes(tree: Element) -> list[Element]:
    """The boxes that are called so. As an XPath, which asks for a class's lower case for each of their names, they were
    a fifth of a page's time.
    """
    has = any_of(*toml("html")["classes"]["boxes"]).search
    return [each for each in tree.iter() if has(each.get("class", "").lower()) and _length(each) < _BOX]


def _length(element: Element) -> int:
    """Characters of an element's text without those parts that are left out anyway."""
    inside = (_length(child) * (not _is_pruned(child)) + len(child.tail or "") for child in element)
    return len(element.text or "") + sum(inside)


def _is_pruned(element: Element) -> bool:
    return element.tag in _PRUNED or element.get("rel") == "author"


def _without_teasers(lines: list[str], tree: Element) -> list[str]:
    """Lines without links to other stories: those that end as a headline does, not as a sentence or an address. A text
    that is made of links is left as it is.
    """
    blocks = [(each, text_of(each)) for each in tree.iter("a", "p", "li", "h2", "h3", "h4", "h5")]
    links = {fold(text) for each, text in blocks if len(text) >= _TEASER and (each.tag == "a" or _linked(each, text))}
    kept = [line for line in lines if line[-1] in _STOPS or "://" in line or fold(line.strip(" -")) not in links]
    return kept if sum(map(len, kept)) >= _UNLINKED * sum(map(len, lines)) else lines


def paragraphs(tree: Element) -> list[str]:
    """Paragraphs of the page's longest `article` element (or `main`), those in foreign parts of it aside."""
    best: list[str] = []
    for root in tree.iter("article", "main"):
        texts = [(each, text_of(each)) for each in root.iter("p")]
        own = [
            text for each, text in texts if len(text) >= _PARAGRAPH and not foreign(each) and not _linked(each, text)
        ]
        best = max(best, own, key=lambda found: sum(map(len, found)))
    return best


def _linked(element: Element, text: str) -> bool:
    """Whether half of a paragraph is links: a teaser."""
    return 2 * sum(len(text_of(link)) for link in element.iter("a")) > len(text)


def _shares(lines: list[str], marked: list[str]) -> bool:
    """Whether two readings of a page are of one text: most long lines of the first stand in the second."""
    there = {fold(line)[:60] for line in marked}
    long = [line for line in lines if len(line) >= _PARAGRAPH]
    return sum(fold(line)[:60] in there for line in long) >= 0.6 * len(long)


def _widget(line: str) -> bool:
    return len(line) < 120 and (kind(line) in _WIDGETS or _stamp_alone(line))


def _stamp_alone(line: str) -> bool:
    """Whether a line is hardly more than a date: a stamp that stands among the paragraphs."""
    if len(line) > 60 or not any(c.isdigit() for c in line):
        return False
    return sum(b - a for a, b in (stamp.span for stamp in stamps(line, Habit()))) > 0.6 * len(line)
