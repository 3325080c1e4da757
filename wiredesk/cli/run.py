"""`wiredesk run`: the whole job in one go."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click
import orjson

from wiredesk import log, server
from wiredesk.cli import _paths
from wiredesk.cli._progress import Progress
from wiredesk.cli._run import Run
from wiredesk.errors import UsageError
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say
from workers.desk import Desk
from workers.fleet import Fleet
from workers.table import NAMES


@click.command(short_help="The whole job in one go: files in, published records out.")
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write each published article as a JSON line."
)
@click.option("--workers", type=click.IntRange(1), default=None, help="Worker processes a stage [default: by cores].")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on standard output.")
def command(paths: tuple[str, ...], out: Path | None, workers: int | None, as_json: bool) -> int:
    """Take in the files at PATHS, run all stages on them, and end when every file has its outcome.

    Uses the Redis that WIREDESK_REDIS_URL names; without it a private one is started and stopped again.
    """
    if out == Path("-"):
        raise UsageError("--out is '-', a file's name here. Standard output is: --out /dev/stdout")
    settings = Settings.read()
    found = list(_others(paths, out))
    if not found:
        raise UsageError(
            "There is no file in " + ", ".join(paths) + " (hidden files and special files are passed over)."
        )
    console = Console(stderr=True, highlight=False)
    # The live view is what a person watches here: workers speak up when something is wrong.
    quiet = replace(settings, log_level="warning") if settings.log_level == "info" else settings
    log.configure(quiet.log, quiet.log_level)
    with ExitStack() as stack:
        lines = stack.enter_context(_lines(out)) if out else None
        url = settings.redis_url or stack.enter_context(server.private())
        desk = Desk.at(url, settings)
        stack.callback(desk.close)
        run = Run(desk, lines)
        fleet = stack.enter_context(Fleet(replace(quiet, redis_url=url), dict.fromkeys(NAMES, workers or _by_cores())))
        with Progress(console, len(found)) as progress:
            for state in run.drive(found):
                fleet.tend()
                progress.show(state)
        summary = run.summary()
    if as_json:
        say(orjson.dumps(summary.as_dict()).decode())
    summary.show(console, out)
    return 1 if summary.rejected or summary.missed else 0


def _by_cores() -> int:
    """Four stages share the cores; the two heavy ones are busy at any time, so half the cores' number each."""
    return max(1, (os.cpu_count() or 2) // 2)


def _others(paths: tuple[str, ...], out: Path | None) -> Iterator[_paths.Found]:
    """The files to take in, without what an earlier run wrote there. Raises `UsageError`."""
    written = [p for p in (out, _part(out)) if p.exists()] if out else []
    for found in _paths.expand(paths):
        if not any(found.path.samefile(p) for p in written):
            yield found
        elif str(found.path) in {str(Path(p)) for p in paths}:
            raise UsageError(f"--out {str(out)!r} is one of the files to be taken in. Name another file.")


@contextmanager
def _lines(out: Path) -> Iterator[BinaryIO]:
    """The file has its name once all is in it: until then an earlier result stays. Pipes and devices are written to."""
    part = _part(out)
    try:
        lines = part.open("wb")
    except OSError as error:
        raise UsageError(f"--out {str(out)!r} cannot be written: {error.strerror}.") from None
    try:
        with lines:
            yield lines
        if part != out:
            part.replace(out)
    finally:
        if part != out and part.exists() and not part.stat().st_size:
            part.unlink()


def _part(out: Path) -> Path:
    if out.is_symlink() or (out.exists() and not out.is_file()):
        return out
    return out.with_name(out.name + ".part")
