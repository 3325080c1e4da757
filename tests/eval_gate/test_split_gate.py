"""Splitting the labelled pages of ../shared: the scores may rise, not fall.

The model has learned these pages: the floors guard against regressions and say nothing of pages of other publishers
(those stand in split_held_out.json, written by bench/train_split.py --folds 3).

The floors stand in split_floors.json beside this file. Raise them with ``python tests/eval_gate/test_split_gate.py
--update``, which refuses to lower one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from statistics import fmean

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = Path(__file__).with_name("split_floors.json")
HELD_OUT = Path(__file__).with_name("split_held_out.json")
SHARED = Path(os.environ.get("WIREDESK_SHARED", ROOT.parent / "shared"))

#: One of the some 220 boundaries of every third page dump moves its figure by .005: another BLAS may round one away.
EPSILON = 0.005


def bench():
    found = importlib.util.spec_from_file_location("bench_split", ROOT / "bench/split.py")
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


def measured(step: int = 1) -> dict[str, dict[str, float]]:
    module = bench()
    return {name: module.figures([score for _, score in module.scored(name, step)]) for name in module.SETS}


@pytest.mark.skipif(not SHARED.exists(), reason="the labelled pages are not beside this checkout")
def test_scores_do_not_fall():
    """Boundaries, bodies and headlines of both sets are read at least as well as when the floors were set."""
    floors = json.loads(FLOORS.read_text())
    seen = measured(floors["step"])

    fallen = {
        (name, key): (value, floor)
        for name, figures in floors["sets"].items()
        for key, floor in figures.items()
        if (value := seen[name][key]) < floor - EPSILON
    }
    assert not fallen


@pytest.mark.parametrize(
    ("name", "title"), [("1-reuters21578-split", "wire dumps"), ("2-scrollpage-split", "page dumps")]
)
def test_documentation_states_the_last_cross_validation(name, title):
    """What docs/splitting.md promises of unknown sites is the mean of the folds as they were last scored."""
    folds = json.loads(HELD_OUT.read_text())[name].values()
    means = [fmean(fold[key] for fold in folds) for key in ("boundary", "body", "f80", "headline")]
    stated = "| " + " | ".join([title, *(f"{mean:.3f}" for mean in means)]) + " |"

    assert stated in (ROOT / "docs/splitting.md").read_text("utf-8").splitlines()


def update(step: int = 3) -> None:
    """Write the figures of now as the floors, unless one of them is lower than its floor."""
    seen = measured(step)
    old = json.loads(FLOORS.read_text())["sets"] if FLOORS.exists() else {}
    fallen = [(name, key) for name in old for key, floor in old[name].items() if seen[name][key] < floor - EPSILON]
    if fallen:
        sys.exit(f"these figures fell, the floors stay: {fallen}")
    kept = {
        name: {key: round(max(value, old.get(name, {}).get(key, 0)), 4) for key, value in figures.items()}
        for name, figures in seen.items()
    }
    FLOORS.write_text(json.dumps({"step": step, "sets": kept}, indent=1) + "\n")


if __name__ == "__main__" and "--update" in sys.argv:
    update()
