"""Apply: one call of a stage and its effects, for workers that are not ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from workers.effects import Effects
from workers.runner import ends
from workers.runner.scripts import Scripts
from workers.runner.wire import Arena, Common, Packed
from workers.stage import Call, Stage

if TYPE_CHECKING:
    from workers.desk import Desk


class Rejected(msgspec.Struct, frozen=True):
    """A job that gives nothing: its file or article is rejected."""

    stage: str
    id: str
    kind: str
    reason: str


class ApplyCall(msgspec.Struct, frozen=True, omit_defaults=True):
    effects: Packed | None = None
    rejects: Rejected | None = None


class Applier:
    """Does for one job what a finish does for a batch. Each call may be repeated after a lost reply."""

    def __init__(self, desk: Desk, stages: Sequence[Stage]) -> None:
        self._desk = desk
        self._scripts = Scripts(desk.queues, Common.of(desk.settings, stages[0].name))

    def run(self, stage: Stage, call: Call, carried: str = "") -> dict[str, str | int | float | None] | None:
        """Run the stage for one call and apply its effects. Gives the value for RQ; raises the stage's error.

        `carried` is the W3C header in the job's call, '' for none.
        """
        result = stage.run(self._desk, [call])[0]
        if isinstance(result, Exception):
            raise result
        self._apply(result, call.id, carried)
        return result.value

    def reject(self, stage: Stage, call: Call, error: Exception) -> None:
        """The job has failed for good."""
        kind, said = ends.verdict(error)
        self._scripts.call("apply", ApplyCall(rejects=Rejected(stage.name, call.id, kind, said)))

    def _apply(self, effects: Effects, job: str, carried: str) -> None:
        if not self._desk.one_server:
            with self._desk.texts.pipeline(transaction=False) as pipe:
                for write in effects.writes:
                    pipe.set(write.key, write.value, ex=write.ttl)
                pipe.execute()
        arena = Arena()
        packed = arena.pack(effects, job, carried, with_writes=self._desk.one_server)
        self._scripts.call("apply", ApplyCall(packed), raw=arena.raw)
