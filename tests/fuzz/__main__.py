"""Coverage-guided fuzzing of every parser, the splitter and the patterns of names, dates and places.

    uv sync --group fuzz
    python -m tests.fuzz --minutes 60              all targets, in turn, an hour altogether
    python -m tests.fuzz --minutes 5 dates names   these two

Prints what was run and found; a finding's input stays in ./fuzz-findings. Exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import TARGETS, seeds

FINDINGS = Path("fuzz-findings")
#: Bytes of an input: several records of each format fit, and a run stays fast.
LONGEST = 4_096
#: Seconds by the clock after which an input counts as endless (its CPU has a limit of its own: a fuzzer that runs
#: beside other work waits for minutes), and MiB that a target may hold.
SECONDS, MEBIBYTES = 900, 2_048


@dataclass
class Ran:
    """How often a target ran, and the last lines of what went wrong."""

    name: str
    runs: int
    wrong: str


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzzing")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], help="default: all of them")
    parser.add_argument("--minutes", type=float, default=5.0, help="altogether")
    wanted = parser.parse_args()
    names = wanted.targets or list(TARGETS)
    ran = [fuzz(name, 60 * wanted.minutes / len(names)) for name in names]
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{sum(one.runs for one in ran):,} inputs in {(spent.ru_utime + spent.ru_stime) / 3600:.2f} CPU hours")
    return 1 if any(one.wrong for one in ran) else 0


def fuzz(name: str, seconds: float) -> Ran:
    """Run one target for so long, from its seeds; said as it ends."""
    FINDINGS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as corpus:
        for seed in seeds():
            Path(corpus, hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed[:LONGEST])
        done = subprocess.run(
            [
                sys.executable, "-m", "tests.fuzz.one", name, corpus, f"-max_total_time={max(1, round(seconds))}",
                f"-max_len={LONGEST}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEBIBYTES}",
                f"-artifact_prefix={FINDINGS}/{name}-", "-print_final_stats=1",
            ],
            capture_output=True, check=False, text=True, errors="replace",
        )  # fmt: skip
    ran = Ran(name, _runs(done.stderr), "" if done.returncode == 0 else _told(done.stdout + done.stderr))
    print(f"{name:<14}{ran.runs:>12,} inputs  {ran.wrong or 'nothing found'}", flush=True)
    return ran


def _runs(said: str) -> int:
    found = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
    return int(found[1]) if found else 0


def _told(said: str) -> str:
    kept = [line for line in said.splitlines() if line.strip() and not line.startswith(("INFO", "#", "stat::"))]
    return "FOUND\n  " + "\n  ".join(kept[-25:])


if __name__ == "__main__":
    sys.exit(main())
