"""`wiredesk backfill`: an archive as one batch job."""

from __future__ import annotations

import socket
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from wiredesk.cli import _paths
from wiredesk.errors import UsageError
from wiredesk.settings import Settings
from wiredesk.terminal import say

if TYPE_CHECKING:
    from workers.backfill import Progress
    from workers.backfill.run import Engine

#: Seconds that another machine may take to answer at all.
ANSWER = 10


@click.command(short_help="An archive as one batch job: published as Parquet, the index seeded.")
@click.argument("paths", nargs=-1, required=True)
@click.option("--to", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder of the result.")
@click.option("--processes", type=click.IntRange(1), help="So many on this machine [default: one a core].")
@click.option(
    "--ray", "address",
    help="On the Ray at this address, each machine of which must see PATHS and --to; 'local' starts one here.",
)  # fmt: skip
@click.option("--seed", is_flag=True, help="Then insert the originals into the desk's near-duplicate index.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object on standard output.")
def command(
    paths: tuple[str, ...], to: Path, processes: int | None, address: str | None, seed: bool, as_json: bool
) -> int:
    """Split, describe and compare the files at PATHS, in their order, as the stream would; write records to --to.

    Run again with the same PATHS and --to it goes on where it was stopped. Articles stand in TO/articles/*.parquet,
    what gave none in TO/takes/*.refused.json. Exit status 1 when some of it gave no article.
    """
    try:
        from workers import backfill  # noqa: PLC0415  (needs an extra)
    except ImportError as error:
        raise UsageError(f"A backfill needs {error.name}: pip install 'wiredesk[parquet]'") from None
    files = [(str(found.path.resolve()), found.name) for found in _paths.expand(paths)]
    if not files:
        raise UsageError("There is no file in " + ", ".join(paths) + ".")
    plan = backfill.Plan(files, to.resolve(), Settings.read())
    plan.begin()
    with _engine(address, processes) as engine:
        summary = backfill.run(plan, engine, _tell)
    if seed:
        summary["seeded"] = backfill.seed(plan)
    say(msgspec.json.encode(summary).decode() if as_json else _sentence(summary))
    return 1 if summary["refused"] else 0


def _engine(address: str | None, processes: int | None) -> AbstractContextManager[Engine]:
    if address is None:
        from workers.backfill.local import Processes  # noqa: PLC0415  (needs an extra)

        return Processes.started(processes)
    _reach(address)
    try:
        from workers.backfill.cluster import Cluster  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(f"--ray needs {error.name}: pip install 'wiredesk[ray]'") from None
    return Cluster.started(address, processes)


def _reach(address: str) -> None:
    """Raise `UsageError` where nothing listens: Ray itself tries again and again for twelve minutes."""
    host, _, port = address.rpartition(":")
    if "/" in host or not port.isdigit():  # local, auto, ray://: Ray finds its own way
        return
    try:
        socket.create_connection((host, int(port)), ANSWER).close()
    except OSError as error:
        raise UsageError(
            f"--ray {address}: nothing answers there ({error.strerror}). Is `ray status` content on that machine? "
            "Without --ray the backfill runs on processes of this machine."
        ) from error


def _sentence(summary: dict[str, int]) -> str:
    return " · ".join(f"{n:,} {what}" for what, n in summary.items())


def _tell(progress: Progress) -> None:
    say(f"{progress.step}: {progress.done:,} of {progress.total:,}", err=True)
