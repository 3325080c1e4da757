"""The states of a page's rows: which part of an article a row stands in, and what it is there.

A state is two letters. The first is the part: P before the headline, H from the headline to the body, B from the
body's first to its last row, E after it. The second is the row's code (`newstext.split.tags`), with two starts:
``HN`` is the headline that opens an article's head, ``BN`` the first row of a body that has nothing before it.
"""

from __future__ import annotations

from typing import Final

STATES: Final = (
    *("PF", "PC", "PY", "PD", "PU"),
    *("HN", "HH", "HF", "HC", "HD", "HY", "HU", "HT", "HA"),
    *("BN", "BB", "BS", "BF", "BC", "BY"),
    *("EF", "EC", "ED", "EY", "EA", "ET", "EH"),
)
NUMBER: Final = {name: at for at, name in enumerate(STATES)}

#: The code of each state.
CODE: Final = tuple({"HN": "H", "BN": "B"}.get(name, name[1]) for name in STATES)

#: The part of an article in which each state stands.
PART: Final = tuple(name[0] for name in STATES)

#: States in which an article may begin, and those in which a page may end.
OPENERS: Final = tuple(name for name in STATES if name[0] == "P" or name in {"HN", "BN"})

_BODY = ("BB", "BS")


def allowed(before: str, after: str) -> bool:
    """Whether a row in state `after` may follow a row in state `before`."""
    part, then = before[0], after[0]
    if begins(before, after):
        return True
    if after == "BN":
        return False
    if part == "P":
        return then == "P" or after in {"HN", *_BODY}
    if part == "H":
        return (then == "H" and after != "HN") or after in _BODY
    if part == "B":
        return then == "B" or (then == "E" and before in {"BN", *_BODY})
    return then == "E"


def begins(before: str | None, after: str) -> bool:
    """Whether the step from one state to the next opens a new article."""
    if before is None:
        return True
    if before[0] == "P":
        return False
    closed = before[0] == "E" or before in {"BN", *_BODY}
    return closed and after in OPENERS


def state(part: str, code: str) -> str:
    """The state of a code in a part of an article: its own, or furniture where the part knows no such code."""
    return part + code if part + code in NUMBER else part + "F"
