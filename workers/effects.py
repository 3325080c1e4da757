"""What a stage wants done once its work is finished: data, no Redis.

A stage computes; the runner commits. All effects of one job are applied in the same atomic step that finishes the
job, or not at all, and each is safe to apply again: a write sets the same value, a job that exists is skipped, a part
or an article that its file's bitmap already holds is not counted or published twice.
"""

from __future__ import annotations

import msgspec


class Write(msgspec.Struct, frozen=True):
    """SET key value EX ttl, on the texts' Redis; `ttl` in seconds."""

    key: str
    value: bytes
    ttl: int


class Next(msgspec.Struct, frozen=True):
    """A job for a stage. `id` is a function of content; a job that exists already is left alone.

    `args` are JSON values: ids and numbers, never text.
    """

    stage: str
    id: str
    args: list[str | int | float | None]
    description: str


class Part(msgspec.Struct, frozen=True):
    """A part of a file was split: `found` articles stand in it; `last` when no part follows.

    The numbers of `tally` are added to fields of the file's hash (characters by kind, declared count,
    microseconds of the stage); `notes` are sentences for the file's event.
    """

    file: str
    part: int
    found: int
    last: bool
    tally: dict[str, int] = {}
    notes: list[str] = []


class Publication(msgspec.Struct, frozen=True):
    """An article's entry on one of the output streams, once: the bit `position` of its file's bitmap decides.

    `stream` is keys.ARTICLES, keys.COPIES or keys.REJECTED; `fields` are the entry's. An article that was
    rejected and is run again may be published later; one that was published is never published or rejected again.
    `tally` as in `Part` (microseconds a stage spent on it).
    """

    file: str
    position: int
    stream: str
    fields: dict[str, bytes | str]
    tally: dict[str, int] = {}


class Rejection(msgspec.Struct, frozen=True):
    """A whole file (or the rest of it) that gives nothing: one entry in `rejected`, and the file is closed.

    `kind` is a stable word, `reason` one sentence for a person.
    """

    file: str
    stage: str
    kind: str
    reason: str


class Effects(msgspec.Struct, frozen=True):
    """All that one job leads to. `value` is RQ's return value: a short JSON object for the dashboard."""

    writes: tuple[Write, ...] = ()
    jobs: tuple[Next, ...] = ()
    parts: tuple[Part, ...] = ()
    publications: tuple[Publication, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    value: dict[str, str | int | float | None] | None = None
