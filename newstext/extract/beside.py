"""Names beside a headline that a splitter took for furniture: bare names are the commonest bylines there are.

`complete` looks at the lines of a page between an article's headline and its first paragraphs, where the splitter
found no byline, and marks a line that is a name and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.article import Label, Mark
from newstext.extract.bylines import byline, opens
from newstext.extract.places import place
from newstext.extract.tables import fold, words

if TYPE_CHECKING:
    from newstext.article import Draft, Unit

#: Lines that may be a byline in disguise.
_DOUBTFUL = frozenset({Label.FURNITURE, Label.UNASSIGNED, Label.SUBHEADLINE, Label.NAVIGATION})
#: How many lines after the headline a byline stands at most, and how long a bare name is.
_LINES, _LONGEST = 8, 48


def complete(unit: Unit) -> None:
    """Add byline marks to drafts of a page that have none."""
    shown = [line for line in unit.lines if line.label is not Label.BLANK]
    for draft in unit.drafts:
        known = [mark for mark in draft.marks if mark.label is Label.BYLINE and byline(mark.text).names]
        head, body = draft.evidence.get("headline"), draft.evidence.get("body")
        if known or head is None or head.span is None or body is None or body.span is None:
            continue
        near = [line for line in shown if head.span[1] <= line.span[0] < body.span[0]][:_LINES]
        texts = [(line, unit.text[slice(*line.span)].strip(" \t\n•*-+")) for line in near]
        _mark(draft, [(Mark(Label.BYLINE, line.span, text), line.label) for line, text in texts if text])


def _mark(draft: Draft, lines: list[tuple[Mark, Label]]) -> None:
    """Mark the first line that is a name, or that a cue alone on the line before makes one."""
    before = ""
    for mark, label in lines:
        cued = bool(before) and opens(before + " ") and not byline(before).names
        text = f"{before} {mark.text}" if cued else mark.text
        if label in _DOUBTFUL and len(text) <= _LONGEST and _is_name(text):
            draft.marks = sorted([*draft.marks, Mark(mark.label, mark.span, text)], key=lambda each: each.span)
            return
        before = mark.text


def _is_name(text: str) -> bool:
    """Whether a line is names and nothing else: no section, place or widget has the same look and is none."""
    read = byline(text)
    if not read.names:
        return False
    if read.cued:
        return True
    if text[0] in "([" or text.isupper() or not any(map(str.isascii, text.replace(" ", ""))):
        return False  # credits, labels; and without capitals a name looks like any word
    letters = sum(c.isalpha() for c in text)
    plain = all(place(name) is None and not _common(name) for name in read.names)
    return plain and sum(c.isalpha() for name in read.names for c in name) >= 0.7 * letters


def _common(name: str) -> bool:
    return not words("bylines", "names", "sections").isdisjoint(fold(name).split())
