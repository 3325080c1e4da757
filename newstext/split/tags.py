"""What the search says of a row: its code, the article it belongs to, and how surely.

The codes are those of the labelled data: H headline, B body, S subhead inside the body, C caption, Y byline,
D date, T tag, A agency, L dateline on its own line, U standfirst, F furniture.
"""

from __future__ import annotations

import msgspec

from newstext.article import Label

#: The label of a code; furniture is told apart further by its words (`newstext.split.kinds`).
LABELS = {
    "H": Label.HEADLINE,
    "B": Label.BODY,
    "S": Label.SUBHEAD,
    "C": Label.CAPTION,
    "Y": Label.BYLINE,
    "D": Label.TIMESTAMP,
    "T": Label.TAGS,
    "A": Label.AGENCY,
    "L": Label.DATELINE,
    "U": Label.SUBHEADLINE,
    "F": Label.FURNITURE,
}


class Tag(msgspec.Struct, frozen=True, gc=False):
    """A row's code, the part of the article where it stands (P before the headline, H from there to the body,
    B in the body, E after it), the number of the article, and the confidence in all this, 0..1.
    """

    code: str
    part: str
    article: int
    sure: float
