"""Start a worker and let it work. What `wiredesk work` runs in each of its processes."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from workers.runner.away import Patience
from workers.runner.signals import Signals
from workers.runner.worker import BatchWorker
from workers.stage import Stage

if TYPE_CHECKING:
    from workers.desk import Desk


def work(stage_name: str, desk: Desk, stages: Sequence[Stage] | None = None) -> None:
    """Work one stage until SIGTERM or SIGINT. `stages` is the table to take it from (default: workers/table.py)."""
    table = stages if stages is not None else _stages()
    stage = next(stage for stage in table if stage.name == stage_name)
    signals = Signals(desk.settings.grace)
    signals.install()
    one = worker(stage, desk, table, signals)
    if one is not None:
        gc.collect()
        gc.freeze()  # what is imported stays: a full collection over it took 50 ms, and came every few hundred jobs
        one.work()


def _stages() -> Sequence[Stage]:
    from workers.table import STAGES  # noqa: PLC0415  (a bench with stages of its own loads no text library)

    return STAGES


def worker(stage: Stage, desk: Desk, table: Sequence[Stage], signals: Signals) -> BatchWorker | None:
    """A worker, as soon as Redis answers; none when a signal came first."""
    patience = Patience()
    while not signals.stopping:
        try:
            return BatchWorker(stage, desk, table, signals)
        except (RedisError, OSError) as error:
            patience.wait(error)
    return None
