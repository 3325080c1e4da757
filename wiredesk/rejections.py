"""The quarantine as a person sees it: what is in `wiredesk:rejected` and not yet settled, found and grouped.

An entry is never deleted by hand: readers may still want it. What a person did about it stands beside, and a rejected
article that was published after all is settled by that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import msgspec
from redis import Redis

from wiredesk import ids, keys
from wiredesk.export.source import published as read_stream
from wiredesk.readers.lag import instant
from wiredesk.readers.message import Message
from wiredesk.records import Rejected

#: Entries looked up at once.
BATCH = 500


class Case(msgspec.Struct):
    """A rejected file or article: its entry's id, when it was rejected (epoch seconds), the record."""

    entry: str
    when: float
    rejected: Rejected
    settled: str | None = None

    @property
    def file(self) -> str | None:
        """The file to start over: its own id, or that of the file it stood in. None for a stranger's job."""
        if self.rejected.record is not None:
            return None
        return self.rejected.file.id if self.rejected.file else self.rejected.id.partition("-")[0]


class Wanted(msgspec.Struct, frozen=True):
    """Which cases: all conditions that are given. `ids` are of files, articles or entries; `reason` a part of it."""

    ids: Sequence[str] = ()
    kind: str | None = None
    stage: str | None = None
    reason: str | None = None
    after: str = "0"
    settled: bool = False

    def takes(self, case: Case) -> bool:
        found = case.rejected
        named = {case.entry, found.id, case.file, found.file.name if found.file else None}
        return (
            (self.settled or case.settled is None)
            and (not self.ids or bool(named & set(self.ids)))
            and self.kind in (None, found.kind)
            and self.stage in (None, found.stage)
            and (self.reason or "").lower() in found.reason.lower()
        )


class Group(msgspec.Struct):
    """Cases with one stage, kind and reason; `example` is the id of the newest."""

    stage: str
    kind: str
    reason: str
    count: int
    files: int
    newest: float
    example: str


def cases(redis: Redis, wanted: Wanted) -> Iterator[Case]:
    """In the order of rejection, a batch at a time."""
    batch: list[Message] = []
    for message in read_stream(redis, wanted.after, [keys.REJECTED]):
        if not message.is_readable:  # who reaches Redis can append anything, which must not hide the rest
            continue
        batch.append(message)
        if len(batch) == BATCH:
            yield from filter(wanted.takes, _cases(redis, batch))
            batch = []
    if batch:
        yield from filter(wanted.takes, _cases(redis, batch))


def _cases(redis: Redis, batch: Sequence[Message]) -> Iterator[Case]:
    done = cast("list[bytes | None]", redis.hmget(keys.SETTLED, [m.entry for m in batch]))
    records = [cast("Rejected", message.record) for message in batch]
    for message, record, mark, out in zip(batch, records, done, _published(redis, records), strict=True):
        settled = mark.decode() if mark else "published" if out else None
        yield Case(message.entry, int(message.entry.partition("-")[0]) / 1000, record, settled)


def _published(redis: Redis, records: Sequence[Rejected]) -> list[bool]:
    """Whether each article was published after all; files and strangers' jobs were not."""
    with redis.pipeline(transaction=False) as pipe:
        for record in records:
            if record.position is None:
                pipe.echo("0")
            else:
                pipe.getbit(keys.published(ids.place(record.id)[0]), record.position)
        return [reply == 1 for reply in pipe.execute()]


def groups(found: Sequence[Case]) -> list[Group]:
    """By stage, kind and reason, the most frequent first."""
    together: dict[tuple[str, str, str], list[Case]] = {}
    for case in found:
        record = case.rejected
        together.setdefault((record.stage, record.kind, record.reason), []).append(case)
    rows = [
        Group(*key, len(own), len({c.file for c in own}), own[-1].when, own[-1].rejected.id)
        for key, own in together.items()
    ]
    return sorted(rows, key=lambda g: (-g.count, g.stage, g.kind))


def settle(redis: Redis, found: Sequence[Case], what: str) -> None:
    """Say of these cases what was done. Marks of entries that were trimmed meanwhile are forgotten."""
    if found:
        redis.hset(keys.SETTLED, mapping={case.entry: what for case in found})
    first = cast("list[tuple[bytes, object]]", redis.xrange(keys.REJECTED, count=1))
    oldest = instant(first[0][0].decode()) if first else (0, 0)
    marks = cast("list[bytes]", redis.hkeys(keys.SETTLED))
    if old := [mark for mark in marks if instant(mark.decode()) < oldest]:
        redis.hdel(keys.SETTLED, *old)
