"""Perform: run a stage over a batch. One bad job fails alone, whatever it does short of killing the process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wiredesk.errors import StoreError
from workers.effects import Effects
from workers.runner import ends
from workers.runner.away import reason
from workers.runner.batch import Held
from workers.runner.commands import Commands
from workers.runner.finish import Outcome
from workers.runner.signals import Interrupted, Signals, Why
from workers.stage import Call, Stage
from workers.take import Newer

if TYPE_CHECKING:
    from workers.desk import Desk

Results = list[tuple[Held, Outcome]]


def perform(stage: Stage, desk: Desk, jobs: Sequence[Held], signals: Signals, commands: Commands) -> Results:
    """An outcome for each job. Raises what Redis raised when it went away meanwhile: that is nobody's failure.

    Nor is an object store that is away: who needs it waits for it, and nobody else.
    """
    foreign: Results = [(job, ends.foreign(job)) for job in jobs if job.call is None]
    ours = [job for job in jobs if job.call is not None]
    outcomes: Sequence[Outcome]
    try:
        with signals.running(stage.timeout):
            outcomes = _run(stage, desk, [job.call for job in ours if job.call])
    except Interrupted as broken:
        outcomes = [_broken_off(job, broken.why, len(ours), stage.timeout) for job in ours]
    results = [*foreign, *((job, _waiting(desk, job, outcome)) for job, outcome in zip(ours, outcomes, strict=True))]
    return [(job, ends.stopped(job) if commands.is_stopped(job.id) else outcome) for job, outcome in results]


def without_newer(results: Results) -> tuple[Results, Newer | None]:
    """What a newer release must do is given back, and nobody pays for it; and one of its reasons, if there is any."""
    newer = next((outcome for _, outcome in results if isinstance(outcome, Newer)), None)
    kept: Results = [(job, ends.back(job) if isinstance(outcome, Newer) else outcome) for job, outcome in results]
    return kept, newer


def _run(stage: Stage, desk: Desk, calls: Sequence[Call]) -> Sequence[Effects | Exception]:
    """A stage that fails as a whole is run call by call, so that the one who made it fail is found."""
    try:
        results = stage.run(desk, calls) if calls else []
    except Exception as error:
        if reason(error):
            raise
        if len(calls) == 1:
            return [error]
        return [_run(stage, desk, [call])[0] for call in calls]
    if len(results) != len(calls):
        return [TypeError(f"{stage.name} gave {len(results)} results for {len(calls)} calls")] * len(calls)
    for result in results:
        if isinstance(result, Exception) and reason(result):
            raise result
    return results


def _waiting(desk: Desk, job: Held, outcome: Outcome) -> Outcome:
    return ends.waits(job, outcome, desk.absence.left) if isinstance(outcome, StoreError) else outcome


def _broken_off(job: Held, why: Why, jobs: int, timeout: float) -> Outcome:
    if why is Why.TIMEOUT:
        return ends.timed_out(job, timeout) if jobs == 1 else ends.back(job, cap=jobs // 2)
    return ends.back(job)
