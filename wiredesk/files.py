"""What is known of a file: it travels from intake to every article that the file gave.

Apart from `records`, because producers import this and nothing of the text side.
"""

from __future__ import annotations

import msgspec

#: Field of `file:{id}`: how many of its bytes have been split so far.
REACHED = "reached"


class FileInfo(msgspec.Struct, gc=False):
    """Where an article came from. `encoding` and `format` are known once the file was read."""

    id: str
    name: str
    url: str | None
    source: str | None
    sha256: str
    bytes: int
    encoding: str | None = None
    format: str | None = None
    fetched_at: str | None = None
    received_at: str | None = None
