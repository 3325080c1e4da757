"""Whether an agency lets an item be published: the status that NewsML-G2 and ninjs give it."""

from __future__ import annotations

from newstext.errors import Unreadable

#: The IPTC's news codes for an item that is not to be published, with how that is told. All others may be.
_REFUSED = {
    "canceled": ("withdrawn", "the item was withdrawn by its agency"),
    "withheld": ("withheld", "its agency withholds the item: it may not be published yet"),
}


def usable(status: object) -> None:
    """Raise `Unreadable` where a status (`usable`, `stat:canceled` ...) says that the item may not be published."""
    kind = _REFUSED.get(str(status).rpartition(":")[2].lower())
    if kind:
        raise Unreadable(*kind)
