"""Closing lines: one line for each job that ended, and one span where OpenTelemetry is installed.

Constant words, values as keys: the job, its file and article, what became of it, its share of the batch's time. No
text of a page. A desk that logs warnings only pays one comparison a batch for this.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

import structlog

from newstext.errors import Unreadable
from wiredesk import spans, trace
from workers.effects import Effects
from workers.runner.batch import Held
from workers.runner.finish import Outcome

_LOGGER = logging.getLogger("wiredesk")


def close(
    log: structlog.stdlib.BoundLogger,
    stage: str,
    results: Sequence[tuple[Held, Outcome]],
    lost: Sequence[str],
    seconds: float,
) -> None:
    """`lost`: jobs whose lease had ended: another worker closes them. `seconds`: the batch's."""
    each = seconds / max(1, len(results))
    told, traced = _LOGGER.isEnabledFor(logging.INFO), spans.wanted()
    ended = time.time_ns()
    for job, outcome in results:
        failed = isinstance(outcome, Exception)
        if job.id in lost or not (told or failed or traced):
            continue
        facts = _facts(stage, job, outcome)
        if failed:
            log.warning("job failed", **facts, seconds=round(each, 6))
        else:
            log.info("job done", **facts, seconds=round(each, 6))
        if traced:
            spans.export(stage, job.id, facts, ended - int(each * 1e9), ended, carried=job.traceparent)


def _facts(stage: str, job: Held, outcome: Outcome) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "stage": stage,
        "job": job.id,
        "file": trace.file_of(job.id),
        "trace": trace.above(job.id, job.traceparent).split("-")[1],
    }
    if isinstance(outcome, Effects):
        facts["outcome"] = _word(outcome)
        facts |= {name: n for name, n in (("jobs", len(outcome.jobs)),) if n}
    elif isinstance(outcome, Exception):
        facts |= {"outcome": "failed", "error": type(outcome).__name__}
        if isinstance(outcome, Unreadable):
            facts["kind"] = outcome.kind
    else:
        facts["outcome"] = outcome.end
    return facts


def _word(effects: Effects) -> str:
    """What came of it: the stream of the one article that was published, else what follows."""
    if effects.rejections:
        return "rejected"
    if len(effects.publications) == 1 and not effects.parts:
        return effects.publications[0].stream.rpartition(":")[2]
    return "split" if effects.parts else "handed on"
