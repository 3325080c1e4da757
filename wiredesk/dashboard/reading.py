"""Jobs, queues and workers as the dashboard shows them, read from Redis without trusting a byte of them.

Whoever reaches Redis can write a job record, and a scraped page may end up in an exception's text. So: nothing is
unpickled, nothing is inflated without a bound, a field that cannot be read is said to be so and the page goes on, and
looking changes nothing (rq itself removes an id from its queue when the record is odd).
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Self, cast

import orjson
from redis import Redis
from redis.exceptions import ResponseError
from rq.defaults import RQ_KEY_PREFIX
from rq.exceptions import NoSuchJobError

from wiredesk import jobs

#: Characters of a text that are shown: a traceback's end and a description fit, a hostile megabyte does not.
LONGEST = 20_000
#: The fields of a job's record that are shown; `data`, the call itself, is not among them.
FIELDS = (
    "description", "origin", "status", "created_at", "enqueued_at", "started_at", "ended_at", "meta", "result",
    "exc_info", "dependency_ids", "dependency_id",
)  # fmt: skip
#: RQ's sorted sets of job ids, by the name that the dashboard gives the tab.
REGISTRIES = {
    "started": "wip", "finished": "finished", "failed": "failed",
    "deferred": "deferred", "scheduled": "scheduled", "canceled": "canceled",
}  # fmt: skip
WORKERS = f"{RQ_KEY_PREFIX}:workers"


def text(value: bytes | str | None) -> str:
    """Bytes of any kind as text that JSON and a page can carry."""
    if value is None:
        return ""
    said = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return said if len(said) <= LONGEST else said[:LONGEST] + " … (cut)"


def inflated(value: bytes) -> bytes:
    """What zlib packed, at most `LONGEST` bytes of it; bytes that zlib did not pack stay as they are."""
    try:
        return zlib.decompressobj().decompress(value, LONGEST)
    except zlib.error:
        return value


def instant(value: bytes | None) -> str | None:
    """A time as the dashboard reads it, None where the record holds something else."""
    try:
        return datetime.fromisoformat(text(value)).astimezone(UTC).isoformat() if value else None
    except (ValueError, OverflowError):
        return None


def json_value(value: bytes | None) -> Any:
    """A JSON value, or the raw text where it is none (pickle included)."""
    if not value:
        return None
    try:
        return orjson.loads(value[: 50 * LONGEST])
    except orjson.JSONDecodeError:
        return f"(not JSON) {value[:200]!r}"


class ShownJob:
    """A job's record as it can be shown. Has the names that rq-dashboard asks of a job."""

    def __init__(self, job: str, record: Sequence[bytes | None], outcome: dict[bytes, bytes]) -> None:
        self.id = text(job)
        self._record = dict(zip(FIELDS, record, strict=True))
        self._outcome = outcome

    @classmethod
    def fetch(cls, job: str, connection: Redis, serializer: object = None) -> Self:  # noqa: ARG003  (rq's signature)
        """Raises `NoSuchJobError` where there is no record of that id."""
        (found,) = cls.fetch_many([job], connection)
        if found is None:
            raise NoSuchJobError(job)
        return found

    @classmethod
    def fetch_many(cls, ids: Sequence[str], connection: Redis) -> list[Self | None]:
        """The jobs of these ids in one round trip; None where there is no record."""
        with connection.pipeline(transaction=False) as pipe:
            for job in ids:
                pipe.hmget(_job_key(job), FIELDS)
                pipe.xrevrange(f"{RQ_KEY_PREFIX}:results:{job}", count=1)
            replies = pipe.execute(raise_on_error=False)
        return [cls._of(j, *replies[2 * n : 2 * n + 2]) for n, j in enumerate(ids)]

    @classmethod
    def _of(cls, job: str, record: Any, results: Any) -> Self | None:
        if isinstance(record, Exception):
            said = f"The record of this job is not a hash: {record}".encode()
            return cls(job, [said, *[None] * (len(FIELDS) - 1)], {})
        if not any(field is not None for field in record):
            return None
        outcome = results[0][1] if results and not isinstance(results, Exception) else {}
        return cls(job, record, outcome)

    @property
    def description(self) -> str:
        return text(self._record["description"])

    @property
    def origin(self) -> str:
        return text(self._record["origin"])

    @property
    def dependency_ids(self) -> list[str]:
        found = json_value(self._record["dependency_ids"])
        if isinstance(found, list):
            return [text(str(job)) for job in found[:100]]
        return [text(self._record["dependency_id"])] if self._record["dependency_id"] else []

    def row(self) -> dict[str, Any]:
        """A line of the jobs tab."""
        times = {name: instant(self._record[name]) for name in ("created_at", "started_at", "ended_at")}
        return {"id": self.id, **times, "exc_info": self.exception(), "description": self.description}

    def details(self, connection: Redis) -> dict[str, Any]:
        """The job's own page."""
        shown = self.row() | {
            "enqueued_at": instant(self._record["enqueued_at"]),
            "origin": self.origin,
            "status": text(self._record["status"]) or "unknown",
            "result": self.result(),
            "metadata": text(orjson.dumps(json_value(self._record["meta"]) or {})),
        }
        if depends := self.dependency_ids:
            there = self.fetch_many(depends, connection)
            shown["depends_on"] = depends
            shown["depends_on_status"] = ["active" if job else "expired" for job in there]
        return shown

    def exception(self) -> str | None:
        packed = _base64(self._outcome.get(b"exc_string")) or self._record["exc_info"]
        return text(inflated(packed)) if packed else None

    def result(self) -> Any:
        return json_value(_base64(self._outcome.get(b"return_value")) or self._record["result"])


def _base64(value: bytes | None) -> bytes | None:
    try:
        return base64.b64decode(value[: 50 * LONGEST]) if value else None
    except binascii.Error:
        return value


def _job_key(job: str) -> str:
    return jobs.key(job)


def queue_names(redis: Redis) -> list[str]:
    """The names in RQ's set of queues, sorted."""
    prefix = jobs.queue("")
    found = (text(key) for key in cast("set[bytes]", redis.smembers(jobs.QUEUES)))
    return sorted(key.removeprefix(prefix) for key in found if key.startswith(prefix) and key != prefix)


def queue_counts(redis: Redis, names: Sequence[str]) -> list[dict[str, int]]:
    """Jobs by state for each queue, in one round trip; 0 where a key is of another type."""
    with redis.pipeline(transaction=False) as pipe:
        for name in names:
            pipe.llen(jobs.queue(name))
            for family in REGISTRIES.values():
                pipe.zcard(f"{RQ_KEY_PREFIX}:{family}:{name}")
        replies = [0 if isinstance(r, ResponseError) else r for r in pipe.execute(raise_on_error=False)]
    width = 1 + len(REGISTRIES)
    states = ("queued", *REGISTRIES)
    return [dict(zip(states, replies[n * width : (n + 1) * width], strict=True)) for n in range(len(names))]


def jobs_page(redis: Redis, queue: str, state: str, first: int, count: int, *, newest: bool) -> tuple[int, list[str]]:
    """How many jobs are in that state, and the ids of one page of them, `first` counted from the chosen end."""
    try:
        total, ids = _ids(redis, queue, state, first, count, newest=newest)
    except ResponseError:
        return 0, []
    # A started job's entry names its execution too: {job}:{execution}.
    return total, [text(i).partition(":")[0] if state == "started" else text(i) for i in ids]


def _ids(redis: Redis, queue: str, state: str, first: int, count: int, *, newest: bool) -> tuple[int, list[bytes]]:
    last = first + count - 1
    span = (-1 - last, -1 - first) if newest else (first, last)
    key = f"{RQ_KEY_PREFIX}:{REGISTRIES[state]}:{queue}" if state in REGISTRIES else jobs.queue(queue)
    if state == "queued":
        total, ids = redis.llen(key), cast("list[bytes]", redis.lrange(key, *span))
    else:
        total, ids = redis.zcard(key), cast("list[bytes]", redis.zrange(key, *span))
    return total, ids[::-1] if newest else ids


#: The fields of a worker's row that a page shows; every other one costs a list of a thousand workers some milliseconds.
WORKER_FIELDS = ("queues", "state", "successful_job_count", "failed_job_count", "version", "python_version")


def worker_names(redis: Redis, stage: str = "") -> list[str]:
    """Of every registered worker, or of those that listen to a stage, sorted."""
    names = cast("set[bytes]", redis.smembers(f"{WORKERS}:{stage}" if stage else WORKERS))
    return sorted(text(name) for name in names)


def workers(redis: Redis, names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Those workers (all unless named) that have a record, with the job in hand: one round trip, however many."""
    script = redis.register_script(files("wiredesk.dashboard").joinpath("workers.lua").read_text("utf-8"))
    wanted = worker_names(redis) if names is None else names
    rows = cast("list[list[Any]]", script(wanted, [RQ_KEY_PREFIX, *WORKER_FIELDS])) if wanted else []
    return sorted(map(_worker, rows), key=lambda w: (w["state"], w["queues"], w["name"]))


def _worker(row: list[Any]) -> dict[str, Any]:
    key, held, count, description, created = row[:5]
    told = dict(zip(WORKER_FIELDS, map(text, row[5:]), strict=True))
    return told | {
        "name": text(key).removeprefix(f"{RQ_KEY_PREFIX}:worker:"),
        "queues": told["queues"].split(","),
        "state": told["state"] or "?",
        "current_job": _in_hand(text(held).partition(":")[0], count, text(description), created) if held else "idle",
    }


def _in_hand(job: str, count: int, description: str, created: bytes) -> dict[str, Any]:
    """One of the batch, and how many there are with it."""
    others = f" and {count - 1} more" if count > 1 else ""
    return {
        "job_id": job,
        "description": description,
        "created_at": instant(created),
        "call_string": (description or job) + others,
    }
