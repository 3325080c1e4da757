"""Apply: one call of a stage and its effects, for workers that are not ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from workers.effects import Effects
from workers.runner.scripts import Scripts
from workers.runner.wire import Arena, Common, Packed
from workers.stage import Call, Stage

if TYPE_CHECKING:
    from workers.desk import Desk


class ApplyCall(msgspec.Struct, frozen=True):
    effects: Packed


class Applier:
    def __init__(self, desk: Desk, stages: Sequence[Stage]) -> None:
        self._desk = desk
        self._scripts = Scripts(desk.queues, Common.of(desk.settings, stages[0].name))

    def run(self, stage: Stage, call: Call) -> dict[str, str | int | float | None] | None:
        """Run the stage for one call and apply its effects. Gives the value for RQ; raises the stage's error."""
        result = stage.run(self._desk, [call])[0]
        if isinstance(result, Exception):
            raise result
        self.apply(result)
        return result.value

    def apply(self, effects: Effects) -> None:
        """Safe to call again after a lost reply."""
        if not self._desk.one_server:
            with self._desk.texts.pipeline(transaction=False) as pipe:
                for write in effects.writes:
                    pipe.set(write.key, write.value, ex=write.ttl)
                pipe.execute()
        arena = Arena()
        packed = arena.pack(effects, with_writes=self._desk.one_server)
        self._scripts.call("apply", ApplyCall(packed), raw=arena.raw)
