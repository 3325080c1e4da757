"""What a stage is: a name and a function from a batch of calls to their results. It knows text, not queues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from workers.desk import Desk
    from workers.effects import Effects


class Call(msgspec.Struct, frozen=True):
    """One job as a stage sees it: its id and arguments, and how often it was started before."""

    id: str
    args: list[Any]


#: One result a call, in order. An exception in a place fails that call alone.
Run = Callable[["Desk", Sequence[Call]], Sequence["Effects | Exception"]]


@dataclass(frozen=True)
class Stage:
    """`name` is also the queue's; `task` the dotted name that its jobs carry, resolved by the exact table only."""

    name: str
    run: Run
    timeout: int = 180  # seconds a batch of one may take
    #: Told of jobs (their ids) that gave nothing and will not be run again; what it raises is logged and harms nobody.
    gave_up: Callable[[Desk, Sequence[str]], None] | None = None

    @property
    def task(self) -> str:
        return f"workers.tasks.{self.name}"
