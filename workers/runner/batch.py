"""What a worker holds: jobs with their leases, read by the exact table of stage functions.

Nothing of a job's record is trusted. Its call is JSON of bounded size, names this stage's function and nothing else,
and brings plain values. RQ's own `Job` is never built from a record before it passed here.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import msgspec
import orjson

from wiredesk import trace
from workers.stage import Call, Stage

#: A job carries ids and a cursor: a few hundred bytes. The limit is what RQ's zlib may inflate to.
LARGEST = 65_536


class Held(msgspec.Struct, frozen=True):
    """A job in this worker's hands: the lease's two halves, and its call or why it has none.

    `again` is the instant at which its file was started over (workers/lua/again.lua), empty for all others;
    `traceparent` the W3C header that its producer brought, empty for none.
    """

    id: str
    execution: str
    again: str
    call: Call | None
    wrong: str = ""
    traceparent: str = ""


class BadCall(Exception):  # noqa: N818  (a verdict on the record, not on the program)
    """The record's call is none of ours; the message says why in one sentence."""


def hold(reply: Sequence[Sequence[bytes]], stage: Stage) -> list[Held]:
    """The jobs that a claim handed out."""
    return [_held(*row, stage=stage) for row in reply]


def _held(job: bytes, execution: bytes, data: bytes, again: bytes, *, stage: Stage) -> Held:
    name = job.decode("ascii")
    traceparent = ""
    try:
        arguments, traceparent = _arguments(data, stage)
        call, wrong = Call(name, arguments), ""
    except BadCall as error:
        call, wrong = None, str(error)
    return Held(name, execution.decode("ascii"), again.decode("ascii", "replace"), call, wrong, traceparent)


def _arguments(data: bytes, stage: Stage) -> tuple[list[object], str]:
    """The arguments of a job's call, and the trace that it carries."""
    try:
        call = orjson.loads(data if data[:1] == b"[" else _inflate(data))
    except ValueError:
        raise BadCall("The job's call is not JSON.") from None
    if not isinstance(call, list) or len(call) != 4:
        raise BadCall("The job's call has not the four parts of RQ's form.")
    function, instance, args, kwargs = call
    if function != stage.task:
        raise BadCall("The job names a function that this queue does not run.")
    if instance is not None or not _fits(kwargs) or not isinstance(args, list):
        raise BadCall("The job calls its function in a way that no stage is called.")
    if not all(value is None or isinstance(value, str | int | float) for value in args):
        raise BadCall("The job's arguments are not plain values.")
    return args, kwargs.get(trace.NAME, "")


def _fits(kwargs: object) -> bool:
    """A call has no keyword arguments but the trace that it belongs to."""
    if not kwargs:
        return kwargs == {}
    return isinstance(kwargs, dict) and kwargs == {trace.NAME: trace.accepted(str(kwargs.get(trace.NAME)))}


def _inflate(data: bytes) -> bytes:
    """What RQ's own tools compress when they queue a job again."""
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, LARGEST)
    except zlib.error:
        raise BadCall("The job's call is neither JSON nor compressed JSON.") from None
    if inflater.unconsumed_tail:
        raise BadCall("The job's call is larger than any of wiredesk can be.")
    return text
