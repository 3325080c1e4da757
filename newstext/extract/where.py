"""Where a story was filed: stated, marked by the splitter, or printed before the body's first words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.article import Dateline, Evidence, Label
from newstext.extract.datelines import Found, dateline
from newstext.extract.reconcile import Claim, settle

if TYPE_CHECKING:
    from newstext.extract.known import Known


def filed(known: Known) -> tuple[Dateline, Evidence] | None:
    """The dateline with its evidence."""
    claims = []
    stated = known.draft.stated
    if stated.dateline and (found := dateline(stated.dateline, alone=True)):
        claims.append(Claim(found.dateline, stated.rule, 0.98))
    claims += [Claim(found.dateline, "dateline", found.sure, span) for found, span in printed(known)]
    return settle(claims, lambda one, other: one.place == other.place, lambda line: line.text)


def printed(known: Known) -> list[tuple[Found, tuple[int, int] | None]]:
    """Datelines of the page with their spans in the file (None: the draft does not know where its body stands)."""
    read: list[tuple[Found, tuple[int, int] | None]] = []
    for mark in known.marks(Label.DATELINE):
        if found := dateline(mark.text, alone=True):
            a = mark.span[0]
            read.append((found, (a + found.span[0], a + found.span[1])))
    if not read and (found := dateline(known.draft.body)):
        body = known.draft.evidence.get("body")
        start = body.span[0] if body and body.span else None
        read.append((found, (start, start + found.span[1]) if start is not None else None))
    return read
