from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RACES = Path(__file__).parent.parent / "bench/dedupe_races.py"


def test_copies_raced_by_real_processes_have_one_original():
    """Three processes claim their copies of 200 stories in step: each story gets exactly one original."""
    raced = subprocess.run(
        [sys.executable, RACES, "--stories", "200", "--workers", "3", "--batch", "20"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "200 stories, 3 copies each at once: 0 went wrong" in raced.stdout, raced.stderr
