"""A short chaos run; ``python -m tests.chaos --long`` is the long one."""

from __future__ import annotations

import pytest

from tests.chaos.__main__ import SHORT
from tests.chaos.run import run


@pytest.mark.timeout(180)
def test_workers_and_redis_may_die_at_random():
    """Sixty deaths of workers, three of Redis, dropped replies: every article once, every file with its outcome."""
    report = run(SHORT)

    assert report.wrong == []
    assert report.done["workers killed (SIGKILL)"] + report.done["workers stopped (SIGTERM)"] >= SHORT.deaths
