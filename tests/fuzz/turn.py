"""One target's turn under the fuzzer, in a process of its own, from the inputs that it kept."""

from __future__ import annotations

import hashlib
import re
import resource
import subprocess
import sys
from pathlib import Path

from tests.fuzz.ledger import Spent
from tests.fuzz.targets import seeds

#: Bytes of an input: several records of each format fit, and a run stays fast.
LONGEST = 4_096
#: Seconds by the clock after which an input counts as endless (its CPU has a limit of its own: a fuzzer that runs
#: beside other work waits for minutes), and MiB that a target may hold.
SECONDS, MEBIBYTES = 900, 2_048
#: Lines of a finding that are shown.
TOLD = 25


def turn(name: str, seconds: float, keep: Path) -> Spent:
    """Fuzz one target for so long; its inputs that reach new code stay in `keep`."""
    corpus = keep / "inputs" / name
    corpus.mkdir(exist_ok=True, parents=True)
    for seed in seeds():
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed[:LONGEST])
    before = _processor_seconds()
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.fuzz.one", name, corpus, f"-max_total_time={max(1, round(seconds))}",
            f"-max_len={LONGEST}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEBIBYTES}",
            f"-artifact_prefix={keep}/{name}-", "-print_final_stats=1",
        ],
        capture_output=True, check=False, text=True, errors="replace",
    )  # fmt: skip
    wrong = "" if done.returncode == 0 else _told(done.stdout + done.stderr)
    return Spent(name, _processor_seconds() - before, _runs(done.stderr), wrong)


def _processor_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _runs(said: str) -> int:
    found = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
    return int(found[1]) if found else 0


def _told(said: str) -> str:
    """The exception where there is one, else the last lines: libraries complain in between."""
    kept = [line for line in said.splitlines() if line.strip() and not line.startswith(("INFO", "#", "stat::"))]
    raised = next((n for n, line in enumerate(kept) if "Uncaught Python exception" in line), len(kept) - TOLD)
    return "FOUND\n  " + "\n  ".join(kept[max(0, raised) :][:TOLD])
