"""Where a page's characters went: each belongs to an article, to named furniture, to nothing known, or is blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newstext.article import FURNITURE, Audit, Label

if TYPE_CHECKING:
    from newstext.article import Line


def audit(lines: list[Line]) -> Audit:
    """Count the characters of the lines by where they went, line breaks included; blank lines count nowhere."""
    article = furniture = unassigned = 0
    blank, unknown = Label.BLANK, Label.UNASSIGNED
    for line in lines:
        label = line.label
        if label is blank:
            continue
        start, end = line.span
        if label is unknown:
            unassigned += end - start
        elif line.article is None or label in FURNITURE:
            furniture += end - start
        else:
            article += end - start
    return Audit(article, furniture, unassigned)
