"""One entry of an output stream, typed: its record is decoded when it is asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from wiredesk import keys
from wiredesk.records import FileEvent, Record, Rejected
from wiredesk.streams import is_ours

#: The record on each stream.
BODIES: dict[str, type[Record | FileEvent | Rejected]] = {
    keys.ARTICLES: Record,
    keys.COPIES: Record,
    keys.FILES: FileEvent,
    keys.REJECTED: Rejected,
}


#: What an entry that another program put there raises when it is asked for its record.
UNREADABLE = (KeyError, ValueError)  # msgspec's are ValueErrors


class Message:
    """`entry` is its id in `stream`; `id` what it is about: the key to be idempotent by, with `version`.

    `fields` are the entry's flat fields as bytes. `deliveries` is above 1 when a member got it before and did not
    finish it.
    """

    __slots__ = ("_record", "deliveries", "entry", "fields", "stream")

    def __init__(self, stream: str, entry: str, fields: dict[bytes, bytes], deliveries: int = 1) -> None:
        self.stream = stream
        self.entry = entry
        self.fields = fields
        self.deliveries = deliveries
        self._record: Record | FileEvent | Rejected | None = None

    def __repr__(self) -> str:
        return f"<Message {self.stream} {self.entry} {self.fields.get(b'id', b'').decode(errors='replace')}>"

    @property
    def is_ours(self) -> bool:
        """Whether the desk wrote it: else it has no `id` or no `body`. Nothing is decoded to see that."""
        return is_ours(self.fields)

    @property
    def is_readable(self) -> bool:
        """Whether it has a record that this version knows; it is decoded to see that."""
        try:
            return bool(self.record)
        except UNREADABLE:
            return False

    @property
    def id(self) -> str:
        return self.fields[b"id"].decode()

    @property
    def version(self) -> int:
        """1, or more for an article that was published again with a change."""
        return int(self.fields.get(b"version", b"1"))

    @property
    def body(self) -> bytes:
        """The record as JSON."""
        return self.fields[b"body"]

    @property
    def record(self) -> Record | FileEvent | Rejected:
        """The typed record. Raises `msgspec.ValidationError` when it is not of this version's shape."""
        if self._record is None:
            self._record = _decoder(self.stream).decode(self.body)
        return self._record

    @property
    def article(self) -> Record:
        """The record of an article. Raises `TypeError` on a stream of other records."""
        record = self.record
        if not isinstance(record, Record):
            raise TypeError(f"{self.stream} carries {type(record).__name__}, not articles")
        return record

    def forget(self) -> None:
        """Let the decoded record go; it is decoded again when asked for. A loop does so with what it is done with:
        of a batch one record is held, so its memory is used again for the next, which halves the time to decode.
        """
        self._record = None


@lru_cache(maxsize=len(BODIES))
def _decoder(stream: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(BODIES[stream])
