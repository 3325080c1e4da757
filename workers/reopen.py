"""Start files over that have their outcome: what `wiredesk rejected retry` does.

The file is split again from its stored bytes. What it published before is remembered, so nothing is published twice.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from wiredesk import ids, jobs, keys, trace
from wiredesk.files import FileInfo
from workers.desk import Desk
from workers.runner.scripts import Scripts
from workers.runner.wire import Arena, Common, NewJob, call_data
from workers.table import STAGES


class Answer(StrEnum):
    REOPENED = "started over"
    OPEN = "already being worked on"
    FORGOTTEN = "its receipt is gone (WIREDESK_KEEP_RECEIPTS): submit it again"
    EXPIRED = "its bytes are gone (WIREDESK_KEEP_FILES): submit it again, then repeat this"


class ReopenCall(msgspec.Struct, frozen=True):
    file: str
    job: NewJob


def scripts(desk: Desk) -> Scripts:
    return Scripts(desk.queues, Common.of(desk.settings, STAGES[0].name))


def outlook(desk: Desk, file: str) -> Answer:
    """What `reopen` would say, without doing it."""
    info, state = desk.queues.hmget(keys.file(file), ["info", "state"])
    if not info:
        return Answer.FORGOTTEN
    if state != b"done":
        return Answer.OPEN
    known = msgspec.json.decode(info, type=FileInfo)
    stored = known.bytes == 0 or desk.texts.exists(keys.blob(known.sha256, 0))
    return Answer.REOPENED if stored else Answer.EXPIRED


def reopen(desk: Desk, file: str) -> Answer:
    """Start the file over. Doing it twice is doing it once: an open file is left alone."""
    expected = outlook(desk, file)
    if expected is not Answer.REOPENED:
        return expected
    first = STAGES[0].name
    arena = Arena()
    place = arena.put(
        call_data(first, [file, 0, None], trace.brought(desk.queues, file)), jobs.printable(f"{first} {file} again")
    )
    job = NewJob(first, ids.split_job(file, 0), place)
    answer = scripts(desk).call("reopen", ReopenCall(file, job), raw=arena.raw)
    return {1: Answer.REOPENED, 2: Answer.OPEN, 0: Answer.FORGOTTEN}[answer]
