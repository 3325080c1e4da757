"""The stages in order, and the exact names that jobs may run. Nothing else that a job names is ever imported."""

from __future__ import annotations

from workers.stage import Stage
from workers.stages import extract, fingerprint, publish, split

STAGES: tuple[Stage, ...] = (split.STAGE, fingerprint.STAGE, extract.STAGE, publish.STAGE)
NAMES: tuple[str, ...] = tuple(stage.name for stage in STAGES)
BY_NAME: dict[str, Stage] = {stage.name: stage for stage in STAGES}
BY_TASK: dict[str, Stage] = {stage.task: stage for stage in STAGES}
