"""What the scripts are told: the shapes of their two packed arguments. Raw bytes travel beside them, by index.

Lua's unpacker in Redis 6.2 knows no MessagePack `bin`, so values that are bytes (bodies, job data) become arguments of
their own and the packed structure names their place, as Lua counts: ARGV[1] and ARGV[2] are the structures.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import orjson
from rq.defaults import RQ_KEY_PREFIX

from wiredesk import jobs, keys, trace
from wiredesk.counts import BUCKETS
from wiredesk.settings import Settings
from workers import entries
from workers.effects import Effects, Part, Publication, Rejection, Write

#: How long RQ's own marks of a running job reach ahead (seconds). RQ's tools judge them by their own clock, which may
#: be ten minutes off; what decides is the worker's lease. Renewed at half.
SHELF = 1800
#: An idle worker holds nothing and ticks every six seconds at least: it may miss one.
IDLE_LEASE = 15
#: RQ's row of a worker that nobody could bury (Redis was away) goes after this.
ROW_SECONDS = 180

Arguments = list[bytes | str]

pack = msgspec.msgpack.Encoder().encode


class Common(msgspec.Struct, frozen=True):
    """What is the same in every call: names (wiredesk/keys.py), times, the first stage of the table."""

    first: str
    retries: int
    keep_jobs: int
    keep_receipts: int
    keep_entries: int
    lease: float
    high_water: int
    idle: float = IDLE_LEASE
    shelf: int = SHELF
    timeout: int = jobs.TIMEOUT
    row: int = ROW_SECONDS
    rq: str = RQ_KEY_PREFIX
    file: str = keys.file("")
    open: str = keys.OPEN
    copies: str = keys.COPIES
    stories: str = keys.STORY
    files: str = keys.FILES
    rejected: str = keys.REJECTED
    leases: str = keys.LEASES
    sweep: str = keys.SWEEP
    deaths: str = keys.DEATHS
    counts: str = keys.COUNTS
    buckets: tuple[float, ...] = BUCKETS
    quarantine: str = keys.QUARANTINE
    source: str = entries.SOURCE
    kind_rejected: str = entries.REJECTED
    kind_done: str = "wiredesk.file.done"

    @classmethod
    def of(cls, settings: Settings, first: str) -> Common:
        return cls(
            first=first,
            retries=settings.retries,
            keep_jobs=settings.keep_jobs,
            keep_receipts=settings.keep_receipts,
            keep_entries=max(settings.keep_receipts, settings.keep_stream_age),
            lease=settings.lease,
            high_water=settings.high_water,
        )


class NewJob(msgspec.Struct, frozen=True):
    """`data` is the place of the job's call, its description stands behind it."""

    queue: str
    id: str
    data: int


class Value(msgspec.Struct, frozen=True):
    key: str
    value: int
    ttl: int


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A stream entry: its fields stand at ARGV[from .. to]. `story` is named for copies alone."""

    file: str
    position: int
    stream: str
    from_: int = msgspec.field(name="from")
    to: int
    tally: dict[str, int] = {}
    story: str | None = None


class Packed(msgspec.Struct, frozen=True, omit_defaults=True):
    """`workers.effects.Effects` with its bytes taken out."""

    writes: list[Value] = []
    jobs: list[NewJob] = []
    parts: tuple[Part, ...] = ()
    publications: list[Entry] = []
    rejections: tuple[Rejection, ...] = ()


class Arena:
    """Collects a call's raw arguments and says where they stand."""

    def __init__(self) -> None:
        self.raw: Arguments = []
        self.size = 0

    def put(self, *values: bytes | str) -> int:
        """The place of the first of `values`."""
        place = len(self.raw) + 3
        self.raw += values
        self.size += sum(map(len, values))
        return place

    def pack(self, effects: Effects, job: str, carried: str, *, with_writes: bool = True) -> Packed:
        """What `job` leads to; the trace that it carries (if any) goes on with all of it.

        Raises `ValueError` for a stream or position that no effect can have.
        """
        traced: dict[str, bytes | str] = {CE_TRACE: trace.of_job(job, carried)} if carried else {}
        return Packed(
            writes=[self._value(w) for w in effects.writes] if with_writes else [],
            jobs=[
                NewJob(n.stage, n.id, self.put(call_data(n.stage, n.args, carried), jobs.printable(n.description)))
                for n in effects.jobs
            ],
            parts=effects.parts,
            publications=[self._entry(p, p.fields | traced) for p in effects.publications],
            rejections=effects.rejections,
        )

    def _value(self, write: Write) -> Value:
        return Value(write.key, self.put(write.value), write.ttl)

    def _entry(self, publication: Publication, fields: dict[str, bytes | str]) -> Entry:
        if publication.stream not in keys.STREAMS or not 0 <= publication.position < MOST_POSITIONS:
            raise ValueError(f"no article can be published as {publication.stream} {publication.position}")
        flat = [x for pair in fields.items() for x in pair]
        first = self.put(*flat)
        story = publication.fields.get("story") if publication.stream == keys.COPIES else None
        return Entry(
            publication.file,
            publication.position,
            publication.stream,
            first,
            first + len(flat) - 1,
            publication.tally,
            str(story) if story else None,
        )


CE_TRACE = f"ce-{trace.NAME}"

#: A bitmap of 12 MB: beyond it a position is a mistake.
MOST_POSITIONS = 100_000_000


def call_data(stage: str, args: Sequence[object], carried: str = "") -> bytes:
    """A job's `data` as RQ reads it: function, instance, arguments, keyword arguments."""
    return orjson.dumps([f"{jobs.TASKS}.{stage}", None, args, {trace.NAME: carried} if carried else {}])
