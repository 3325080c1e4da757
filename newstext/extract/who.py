"""Who wrote a story and which agencies it is credited to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.article import Evidence, Label, Mark, Span
from newstext.extract.agencies import closing, named, only_agencies
from newstext.extract.bylines import Byline, credited, stated
from newstext.extract.tables import fold
from newstext.extract.where import printed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newstext.extract.known import Known

#: How sure a byline is that says `by`, one that is a bare name, and one that the format states.
_CUED, _BARE, _STATED = 0.95, 0.8, 0.97

#: Characters of a file between the bylines of one story, markup included.
_NEAR = 400


def bylines(known: Known) -> tuple[list[str], Evidence] | None:
    """Names of the writers with their evidence; the stated ones where there are any."""
    said = [name for value in known.draft.stated.bylines for name in stated(value).names]
    seen = _printed(known)
    if said:
        told = known.draft.evidence.get("bylines")
        evidence = told or Evidence(known.draft.stated.rule, None, _STATED)
        more = _adding(known, said)
        if more is not None:
            return [*more[0].names], Evidence("byline", more[1].span, _STATED, "; ".join(said))
        if seen and seen[1].confidence > evidence.confidence and not _overlap(said, seen[0]):
            return seen
        if seen and not _overlap(said, seen[0]):
            evidence = Evidence(evidence.rule, evidence.span, evidence.confidence * 0.8, "; ".join(seen[0]))
        return _once(said), evidence
    return seen or _agency(known)


def _printed(known: Known) -> tuple[list[str], Evidence] | None:
    """Names of the byline marks: the marks that say `by` where there are any, else the first bare one."""
    read = [(line, mark) for line, mark in known.bylines if line.names]
    told = known.draft.evidence.get("bylines")
    if told and told.rule == "byline" and read:  # a page of text, whose lines `beside` has weighed
        return _once([name for line, _ in read for name in line.names]), told
    cued = [(line, mark) for line, mark in read if line.cued]
    chosen = _together(cued) or read[:1]
    names = [name for line, _ in chosen for name in line.names]
    if not names:
        return None
    return _once(names), Evidence("byline", chosen[0][1].span, _CUED if cued else _BARE)


def _agency(known: Known) -> tuple[list[str], Evidence] | None:
    """`By Associated Press`: the agency that is named as author where nobody else is, as it is printed."""
    for value in known.draft.stated.bylines:
        if names := credited(value):
            told = known.draft.evidence.get("bylines")
            return _once(names), told or Evidence(known.draft.stated.rule, None, _STATED)
    for read, mark in known.bylines:
        if read.cued and (names := credited(mark.text)):
            return _once(names), Evidence("byline", mark.span, _CUED)
    return next(((_once(names), Evidence("agency line", mark.span, _BARE)) for names, mark in _heading(known)), None)


def _heading(known: Known) -> Iterator[tuple[list[str], Mark]]:
    """Agencies that stand alone, or with a date alone, between headline and text of a page of text, as printed."""
    head, body = known.draft.evidence.get("headline"), known.draft.evidence.get("body")
    if "split" not in known.draft.evidence or not (head and head.span and body and body.span):
        return
    for mark in known.marks(Label.AGENCY, Label.BYLINE, Label.TIMESTAMP):
        inside = head.span[1] <= mark.span[0] < body.span[0]
        names = credited(mark.text) if inside else []
        if names and only_agencies(" | ".join(names)) and all(map(_as_printed, names)):
            yield names, mark


def _as_printed(name: str) -> bool:
    """Whether an agency is printed as it prints itself: `reuters` is a word of a menu, `dpa` an agency."""
    return not name.islower() or name in named(name)


def _together(read: list[tuple[Byline, Mark]]) -> list[tuple[Byline, Mark]]:
    """The first byline and those right after it: one further down the page is another story's."""
    near = read[:1]
    for line, mark in read[1:]:
        if mark.span[0] - near[-1][1].span[1] > _NEAR:
            break
        near.append((line, mark))
    return near


def _adding(known: Known, said: list[str]) -> tuple[Byline, Mark] | None:
    """The printed byline that names all whom the declaration names, and more: declarations drop the third author."""
    names = {fold(name) for name in said}
    for line, mark in known.bylines:
        seen = {fold(name) for name in line.names}
        if names < seen and len(seen) < len(names) + 4:
            return line, mark
    return None


def agencies(known: Known) -> tuple[list[str], Evidence] | None:
    """Agencies of the text: stated, on a line of their own, in the dateline or byline, in brackets at the end."""
    found: list[tuple[str, Evidence]] = []

    def add(names: list[str], rule: str, span: Span | None, sure: float) -> None:
        found.extend((name, Evidence(rule, span, sure)) for name in names)

    draft = known.draft
    add([name for value in draft.stated.agencies for name in named(value) or [value]], draft.stated.rule, None, 0.98)
    add([name for value in draft.stated.bylines for name in stated(value).agencies], draft.stated.rule, None, 0.95)
    for mark in known.marks(Label.AGENCY):
        add(only_agencies(mark.text) or named(mark.text), "agency line", mark.span, 0.97)
    for read, mark in known.bylines:
        add(read.agencies, "byline", mark.span, 0.93)
    for names, mark in _heading(known):
        add([name for each in names for name in named(each)], "agency line", mark.span, 0.9)
    for mark in known.marks(Label.DATELINE):  # `(dpa) - `: an agency where a place would stand
        add(only_agencies(mark.text), "dateline", mark.span, 0.97)
    for line, span in printed(known):
        add(line.agencies, "dateline", span, 0.97)
    if ends := closing(draft.body):
        add(ends[1], "last words", None, 0.93)
    return (_once([name for name, _ in found]), found[0][1]) if found else None


def _once(names: list[str]) -> list[str]:
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name.casefold(), name)
    return list(seen.values())


def _overlap(one: list[str], other: list[str]) -> bool:
    return not {name.casefold() for name in one}.isdisjoint(name.casefold() for name in other)
