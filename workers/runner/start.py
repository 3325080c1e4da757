"""Start a worker and let it work. What `wiredesk work` runs in each of its processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from workers.runner.away import Patience
from workers.runner.worker import BatchWorker
from workers.stage import Stage

if TYPE_CHECKING:
    from workers.desk import Desk


def work(stage_name: str, desk: Desk, stages: Sequence[Stage] | None = None) -> None:
    """Work one stage until SIGTERM or SIGINT. `stages` is the table to take it from (default: workers/table.py)."""
    table = stages if stages is not None else _stages()
    stage = next(stage for stage in table if stage.name == stage_name)
    _worker(stage, desk, table).work()


def _stages() -> Sequence[Stage]:
    from workers.table import STAGES  # noqa: PLC0415  (a bench with stages of its own loads no text library)

    return STAGES


def _worker(stage: Stage, desk: Desk, table: Sequence[Stage]) -> BatchWorker:
    patience = Patience()
    while True:
        try:
            return BatchWorker(stage, desk, table)
        except (RedisError, OSError) as error:
            patience.wait(error)
