"""Published records by id: out of the stream, where the catalogue knows the entry, else put together from its take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import msgspec
import orjson
from redis.exceptions import ResponseError

from newstext.errors import Unreadable
from wiredesk import jobs, keys
from wiredesk.desk.catalogue import Catalogue, Listed, ListedRejected
from wiredesk.files import FileInfo
from wiredesk.records import Record
from workers import take as takes
from workers.desk import Desk
from workers.stages.publish import record_of
from workers.table import NAMES

_decode = msgspec.json.Decoder(Record).decode


def record(desk: Desk, catalogue: Catalogue, article: str) -> Record | None:
    """None where nothing of that id was published or its text is no longer kept."""
    listed = catalogue.article(article)
    return (listed and _from_stream(desk, listed)) or _from_take(desk, article)


def _from_stream(desk: Desk, listed: Listed) -> Record | None:
    entries = cast(
        "list[tuple[bytes, dict[bytes, bytes]]]", desk.queues.xrange(listed.stream, listed.entry, listed.entry)
    )
    try:
        return _decode(entries[0][1][b"body"]) if entries else None
    except (msgspec.DecodeError, KeyError):
        return None


def _from_take(desk: Desk, article: str) -> Record | None:
    (take,) = takes.load(desk, [article])
    try:
        return None if isinstance(take, Exception) else record_of(take)
    except Unreadable:
        return None


class Account:
    """A file's account: its facts, what was found in it, the state it is in."""

    def __init__(self, fields: dict[bytes, bytes]) -> None:
        self._fields = {name.decode("utf-8", "replace"): value for name, value in fields.items()}
        self.file = msgspec.json.decode(self._fields["info"], type=FileInfo)

    @property
    def state(self) -> str:
        return self._fields.get("state", b"").decode("utf-8", "replace")

    def number(self, name: str) -> int:
        value = self._fields.get(name, b"0")
        return int(value) if value.isdigit() else 0

    @property
    def declared(self) -> int | None:
        return self.number("declared") or None

    @property
    def notes(self) -> list[str]:
        try:
            found: Any = orjson.loads(self._fields.get("notes", b"[]"))
        except orjson.JSONDecodeError:
            return []
        return [str(note) for note in found] if isinstance(found, list) else []

    def seconds(self) -> dict[str, float]:
        """Seconds of work by stage, in the order of the stages."""
        return {stage: self.number(f"us_{stage}") / 1e6 for stage in NAMES if f"us_{stage}" in self._fields}


def account(desk: Desk, file: str) -> Account | None:
    """None for a file that was never accepted or whose receipt has expired."""
    try:
        fields = cast("dict[bytes, bytes]", desk.queues.hgetall(keys.file(file)))
        return Account(fields) if b"info" in fields else None
    except (ResponseError, msgspec.DecodeError):
        return None


def settled(desk: Desk, rows: Sequence[ListedRejected]) -> list[str]:
    """What a person did about each rejection: retried, dropped, or '' for nothing yet."""
    if not rows:
        return []
    marks = cast("list[bytes | None]", desk.queues.hmget(keys.SETTLED, [row.entry for row in rows]))
    return [mark.decode("utf-8", "replace") if mark else "" for mark in marks]


def living_jobs(desk: Desk, names: Sequence[str]) -> list[tuple[str, str]]:
    """Of these job ids, those that RQ still has, with their state."""
    with desk.queues.pipeline(transaction=False) as pipe:
        for name in names:
            pipe.hget(jobs.key(name), "status")
        states = pipe.execute(raise_on_error=False)
    return [(n, s.decode("utf-8", "replace")) for n, s in zip(names, states, strict=True) if isinstance(s, bytes)]
