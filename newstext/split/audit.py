"""Where a page's characters went: each belongs to an article, to named furniture, to nothing known, or is blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.article import FURNITURE, Audit, Label

if TYPE_CHECKING:
    from newstext.article import Line


def audit(lines: list[Line]) -> Audit:
    """Count the characters of the lines by where they went, line breaks included; blank lines count nowhere."""
    counts = Audit()
    for line in lines:
        size = line.span[1] - line.span[0]
        if line.label is Label.UNASSIGNED:
            counts.unassigned += size
        elif line.label in FURNITURE or (line.article is None and line.label is not Label.BLANK):
            counts.furniture += size
        elif line.label is not Label.BLANK:
            counts.article += size
    return counts
