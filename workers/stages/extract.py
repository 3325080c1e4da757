"""Extract: describe the article - who, where, when, from whom - from its parts and what its format states."""

from __future__ import annotations

import time
from collections.abc import Sequence

from newstext.extract import extract
from workers.desk import Desk
from workers.effects import Effects
from workers.stage import Call, Stage
from workers.stages.batch import Results, each_take, hand_on, microseconds
from workers.stages.fingerprint import withdraw
from workers.take import Take

NAME = "extract"


def run(desk: Desk, calls: Sequence[Call]) -> Results:
    return each_take(desk, calls, lambda take: _describe(desk, take))


def _describe(desk: Desk, take: Take) -> Effects:
    began = time.perf_counter()
    if take.article is None and take.draft is not None:
        take.article = extract(take.draft, take.where())
        take.draft = None
    return hand_on(desk, take, NAME, microseconds(began), "publish")


STAGE = Stage(NAME, run, gave_up=withdraw)
