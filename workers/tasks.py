"""The functions that jobs name. The runner maps their names to stages; a plain `rq worker` calls them as they are.

Under a plain worker a stage runs for one call, and its effects are applied by the same Lua, without a lease to fence
them: every effect is safe to repeat, so what RQ starts twice is still published once. Slower, but correct.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from rq import get_current_job
from rq.job import Job

from newstext.errors import Unreadable
from wiredesk import trace
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.runner.apply import Applier
from workers.stage import Call
from workers.table import BY_NAME, STAGES

Value = dict[str, str | int | float | None] | None


def split(*args: Any, traceparent: str = "") -> Value:
    return _run("split", list(args), traceparent)


def fingerprint(*args: Any, traceparent: str = "") -> Value:
    return _run("fingerprint", list(args), traceparent)


def extract(*args: Any, traceparent: str = "") -> Value:
    return _run("extract", list(args), traceparent)


def publish(*args: Any, traceparent: str = "") -> Value:
    return _run("publish", list(args), traceparent)


def _run(stage: str, args: list[Any], traceparent: str) -> Value:
    """Run `stage` for the job that RQ is running, and apply what it gives. Raises what the stage raises."""
    job = get_current_job()
    if not isinstance(job, Job):
        raise TypeError(f"workers.tasks.{stage} is called by an RQ worker; to read a file without one: wiredesk read")
    applier, call = _applier(_desk()), Call(job.id, args)
    try:
        return applier.run(BY_NAME[stage], call, trace.accepted(traceparent))
    except Exception as error:
        if isinstance(error, Unreadable):
            job.retries_left = 0  # however often it is tried
        if not job.retries_left:
            applier.reject(BY_NAME[stage], call, error)
        raise


@cache
def _desk() -> Desk:
    """One set of connections a process (RQ forks one for each job, or lives long as `SimpleWorker`)."""
    return Desk.open(Settings.read())


@cache
def _applier(desk: Desk) -> Applier:
    return Applier(desk, STAGES)
