"""What became of a file: read from its receipt in Redis."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from wiredesk.files import REACHED, FileInfo

OPEN, DONE = "open", "done"


def sent_by(sender: str) -> str:
    """The field of `file:{id}` that is there when a key of this name sent the file, or sent it again."""
    return f"by:{sender}"


class Status(msgspec.Struct, frozen=True):
    """`state` is open or done; `outcome`, once done: published, partly (some articles were rejected) or rejected.

    Counts are of articles: `found` so far, of them `articles` (first of their story), `copies` and `rejected`.
    """

    id: str
    state: str
    outcome: str | None
    file: FileInfo
    found: int
    articles: int
    copies: int
    rejected: int
    reached: int  # bytes of the file that have been split
    reason: str | None = None  # why nothing, or not all, came of it: one sentence
    notes: list[str] = []

    @property
    def done(self) -> bool:
        return self.state == DONE


def parse(fields: Mapping[bytes, bytes]) -> Status | None:
    """A status from the fields of `file:{id}`; None for a file that the desk does not know (any more)."""
    if b"info" not in fields:
        return None
    file = msgspec.json.decode(fields[b"info"], type=FileInfo)
    counts = {name: int(fields.get(name.encode(), 0)) for name in ("found", "articles", "copies", "rejected", REACHED)}
    done = fields.get(b"state") == DONE.encode()
    return Status(
        id=file.id,
        state=DONE if done else OPEN,
        outcome=_outcome(counts, cut=b"cut" in fields) if done else None,
        file=file,
        reason=fields[b"reason"].decode() if b"reason" in fields else None,
        notes=msgspec.json.decode(fields.get(b"notes", b"[]"), type=list[str]),
        **counts,
    )


def _outcome(counts: Mapping[str, int], *, cut: bool) -> str:
    """As `workers/lua/file.lua` decides it when it closes the file."""
    if not counts["articles"] + counts["copies"]:
        return "rejected"
    return "partly" if counts["rejected"] or cut else "published"
