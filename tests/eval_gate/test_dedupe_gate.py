"""The labelled pairs of ../shared through fingerprints and index: floors that may rise, not fall.

The floors leave room for one pair of 290 judged otherwise (.003 of F1) below what was measured.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench/dedupe.py"


@pytest.fixture(scope="module")
def bench():
    found = importlib.util.spec_from_file_location("bench_dedupe", BENCH)
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def result(bench, shared):
    pairs = list(bench.rows(shared / "data/dedupe/pairs.dev.jsonl.xz"))
    return bench.score(pairs, bench.verdicts(bench.documents(pairs, None)))


def test_same_stories_are_joined(result):
    """F1 of "same story" over all labelled pairs, and over those of 120 words or more."""
    assert result.every.f1 >= 0.974
    assert result.long.f1 >= 0.979


def test_templates_and_other_accounts_of_an_event_are_not(result):
    """Market reports of one frame, the same event in other words, shared background."""
    assert result.joined["T"] <= 0.06 * result.total["T"]
    assert result.joined["S"] == result.joined["B"] == 0
