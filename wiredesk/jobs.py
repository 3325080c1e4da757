"""A job as RQ 3 keeps it: the fields of its hash, built without RQ's own costly detour.

RQ builds these fields per job in some 60 us and sends 8 commands; producers and the runner build them here, inside
one script. A test reads them back with RQ's own `Job.fetch` and compares every property.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
from rq.defaults import RQ_KEY_PREFIX

#: RQ's own prefix and keys (rq.job.Job.key_for, rq.queue.Queue.key and redis_queues_keys).
QUEUES = f"{RQ_KEY_PREFIX}:queues"

#: Under this many seconds a job of one article has either ended or hangs: the slowest page seen takes one.
TIMEOUT = 180
#: What a job's name may be: exactly a stage function of this module.
TASKS = "workers.tasks"
DESCRIPTION_CHARS = 120
MARKUP = frozenset("<>&\"'`")


def key(job: str) -> str:
    return f"{RQ_KEY_PREFIX}:job:{job}"


def queue(stage: str) -> str:
    return f"{RQ_KEY_PREFIX}:queue:{stage}"


def instant() -> str:
    """Now, as RQ writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def fields(
    stage: str, args: Sequence[object], description: str, *, retries: int, keep: int, at: str
) -> list[bytes | str | int]:
    """Field, value, field, value ... of a queued job's hash. `keep`: seconds that the finished job stays."""
    data = orjson.dumps([f"{TASKS}.{stage}", None, args, {}])
    return ["data", data, "description", printable(description), *shared(stage, retries=retries, keep=keep, at=at)]


def shared(stage: str, *, retries: int, keep: int, at: str) -> list[bytes | str | int]:
    """The fields that all jobs of a batch have alike. What RQ writes empty is left out: it reads it the same."""
    return [
        "created_at", at,
        "enqueued_at", at,
        "origin", stage,
        "status", "queued",
        "timeout", TIMEOUT,
        "result_ttl", keep,
        "retries_left", retries,
    ]  # fmt: skip


def printable(text: str) -> str:
    """A description that no terminal or page can stumble on: one line, no controls or markup characters, short."""
    plain = text.isprintable() and MARKUP.isdisjoint(text)
    kept = text if plain else "".join(c if c.isprintable() and c not in MARKUP else "_" for c in text)
    return kept if len(kept) <= DESCRIPTION_CHARS else kept[: DESCRIPTION_CHARS - 1] + "…"


def human_size(size: int) -> str:
    """``6.4 KB``: bytes as a person reads them."""
    value = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:,.1f} TB"
