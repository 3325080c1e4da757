"""An upgrade while files come in: workers of an earlier commit and of this checkout on one Redis, side by side.

    python -m tests.upgrade --from COMMIT [--from COMMIT ...] [--lot 20]

The earlier release works alone, then beside this one, loses a worker by SIGKILL as this one does, is stopped, is taken
back, and is stopped for good. Both submit. Prints for each commit what came out; exit status 1 when an article was
lost, came twice or was rejected, or when one of the releases had nothing to do.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.upgrade.live import Flow, Outcome, Release, run
from wiredesk import server

ROOT = Path(__file__).parent.parent.parent


def unpack(commit: str, folder: Path) -> None:
    """The commit's files. Ends the program where the checkout does not have it."""
    with (folder / "code.tar").open("wb") as to:
        made = subprocess.run(["git", "-C", ROOT, "archive", commit], stdout=to, stderr=subprocess.PIPE, check=False)
    if made.returncode:
        sys.exit(
            f"--from {commit}: {made.stderr.decode().strip()} In a checkout without history: git fetch --unshallow"
        )
    with tarfile.open(folder / "code.tar") as packed:
        packed.extractall(folder / "code", filter="data")


def tried(commit: str, lot: int) -> Outcome:
    with tempfile.TemporaryDirectory() as name, server.private() as url:
        folder = Path(name)
        unpack(commit, folder)
        (folder / "in").mkdir()
        before, after = Release(folder / "code", url, folder / "before.log"), Release(ROOT, url, folder / "after.log")
        try:
            return run(url, before, after, Flow(folder / "in", lot))
        finally:
            before.stop()
            after.stop()


def line(commit: str, seen: Outcome) -> str:
    return (
        f"{commit}: {seen.files} files, {seen.articles} articles, {seen.done[0]} jobs by it, {seen.done[1]} by this: "
        f"{len(seen.wrong)} lost or twice, {seen.rejected} rejected, {seen.left_open} open, "
        f"{seen.quarantined} in quarantine"
    )


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--from", dest="commits", action="append", required=True, metavar="COMMIT")
    asked.add_argument("--lot", type=int, default=20, help="files submitted together")
    words = asked.parse_args()
    sound = True
    for commit in words.commits:
        seen = tried(commit, words.lot)
        sound &= seen.is_sound
        print(line(commit, seen), flush=True)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
