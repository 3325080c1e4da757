"""The soak's verdict: what counts as growth, and what as noise."""

import random

import pytest

from bench.soak.verdict import summary, verdict


def samples(**growth):
    """An hour of samples with some noise; `growth` a sample, by what grows."""
    pick = random.Random(1)
    return [
        {
            "memory": {"split": 100 + pick.uniform(-2, 2) + n * growth.get("memory", 0)},
            "descriptors": {"split": 12 + int(n * growth.get("descriptors", 0))},
            "redis": 30 + pick.uniform(-1, 1) + n * growth.get("redis", 0),
            "median": 20 + pick.uniform(0, 9) + n * growth.get("median", 0),
            "p99": 90.0,
        }
        for n in range(720)
    ]


def test_a_steady_desk_passes():
    """Noise of some percent is no growth."""
    assert list(verdict(samples())) == []


@pytest.mark.parametrize(("what", "each"), [("memory", 0.05), ("descriptors", 0.02), ("redis", 0.03), ("median", 0.5)])
def test_what_grows_slowly_is_told(what, each):
    """A leak of 36 MB an hour, a descriptor in four minutes, records that nobody drops, a queue that fills."""
    (sentence,) = verdict(samples(**{what: each}))

    assert what in sentence


def test_the_summary_has_a_line_for_each_thing():
    """Both halves side by side."""
    assert len(list(summary(samples()))) == 5
