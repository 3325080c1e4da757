"""A sample of all crash points; ``python -m tests.crashpoints`` tries every one."""

from __future__ import annotations

import pytest

from tests.crashpoints.faults import Fault
from tests.crashpoints.points import Point, Try
from tests.crashpoints.scenarios import SCENARIOS

#: Round trips of a worker's life: its start, its first batch, its last words.
TRIPS = (3, 10, 13)


@pytest.fixture(scope="module")
def trial(redis_url):
    return Try(redis_url)


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.value)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_nothing_is_lost_or_doubled_wherever_a_worker_is_struck(trial, scenario, fault):
    """Killed before or after a round trip, a reply lost, SIGTERM: every article once, every file closed, no ghosts."""
    turn = SCENARIOS.index(scenario) + list(Fault).index(fault)
    stage = scenario.stages[turn % len(scenario.stages)].name
    wrong = {trip: trial.run(Point(scenario, stage, trip, fault)) for trip in TRIPS}

    assert wrong == {trip: [] for trip in TRIPS}
