"""What becomes of each job of a batch: the table of ends that `finish.lua` writes."""

from __future__ import annotations

import traceback
import zlib
from base64 import b64encode

import msgspec
import orjson

from newstext.errors import Unreadable
from wiredesk.errors import DeskError, StoreError
from workers.effects import Effects
from workers.runner.batch import Held
from workers.runner.wire import Arena, Packed

#: The end of a traceback says what happened; the middle of a deep one says it again.
TRACE_CHARS = 8_000


class End(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`end` is a word of finish.lua's table; the rest is what that end needs."""

    id: str
    execution: str
    end: str
    effects: Packed | None = None
    value: str | None = None
    again: str | None = None
    cap: int | None = None
    trace: str = ""
    kind: str = ""
    reason: str = ""
    retry: bool = False
    seconds: float = 0.0


def done(job: Held, effects: Effects, arena: Arena, *, with_writes: bool) -> End:
    packed = arena.pack(effects, job.id, job.traceparent, with_writes=with_writes)
    value = None if effects.value is None else b64encode(orjson.dumps(effects.value)).decode("ascii")
    return End(id=job.id, execution=job.execution, end="done", effects=packed, value=value, again=job.again or None)


def failed(job: Held, error: BaseException) -> End:
    """An input that yields nothing is not tried again; any other error is, while the job has retries left."""
    kind, said = verdict(error)
    return End(
        id=job.id,
        execution=job.execution,
        end="failed",
        trace=packed_trace(error),
        kind=kind,
        reason=said,
        retry=not isinstance(error, Unreadable),
    )


def verdict(error: BaseException) -> tuple[str, str]:
    """A stable word and a sentence for a person."""
    if isinstance(error, Unreadable):
        return error.kind, str(error)
    if isinstance(error, DeskError):
        return "error", str(error)
    return "error", f"The stage failed with {type(error).__name__} each time it was tried."


def timed_out(job: Held, seconds: float) -> End:
    reason = f"The stage took longer than {seconds:.0f} seconds over this alone."
    return End(
        id=job.id,
        execution=job.execution,
        end="failed",
        trace=pack_text(reason),
        kind="timeout",
        reason=reason,
        retry=True,
    )


def back(job: Held, cap: int | None = None) -> End:
    return End(id=job.id, execution=job.execution, end="back", cap=cap)


def waits(job: Held, error: StoreError, seconds: float) -> End:
    """What it needs lies in an object store that is away: it comes back when the store is asked again."""
    return End(id=job.id, execution=job.execution, end="waits", reason=str(error), seconds=seconds)


def stopped(job: Held) -> End:
    reason = "A person stopped the job."
    return End(
        id=job.id, execution=job.execution, end="stopped", trace=pack_text(reason), kind="stopped", reason=reason
    )


def foreign(job: Held) -> End:
    return End(id=job.id, execution=job.execution, end="foreign", kind="foreign", reason=job.wrong)


def packed_trace(error: BaseException) -> str:
    return pack_text("".join(traceback.format_exception(error))[-TRACE_CHARS:])


def pack_text(text: str) -> str:
    """As RQ keeps tracebacks (rq.results.Result.serialize)."""
    return b64encode(zlib.compress(text.encode("utf-8", "replace"))).decode("ascii")
