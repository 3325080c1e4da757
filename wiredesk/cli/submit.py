"""`wiredesk submit`: push files onto the queues of a running desk."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import click
import msgspec
from rich.progress import track

from producers import Desk, Item, Receipt
from producers.errors import BadItem
from producers.items import instant
from wiredesk.cli import _sources
from wiredesk.cli._journal import Journal
from wiredesk.cli._sources import STDIN, Source
from wiredesk.cli._types import Number
from wiredesk.connection import client, reach
from wiredesk.errors import UsageError
from wiredesk.plain import many
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say


class _Run:
    """One command's work: sources in, receipts out, what was refused counted."""

    def __init__(self, desk: Desk, journal: Journal, *, as_json: bool) -> None:
        self._desk, self._journal, self._as_json = desk, journal, as_json
        self._sent: list[Source] = []
        self.names: dict[str, str] = {}
        self.refused = 0
        self.skipped = 0

    def submit(self, sources: Sequence[Source], url: str | None, source: str | None, fetched_at: str | None) -> None:
        with ExitStack() as opened:
            items = self._items(sources, opened, url, source, fetched_at)
            sent = iter(self._sent)
            for item, answer in self._desk.submit_each(items):
                origin = next(sent)
                if isinstance(answer, Receipt):
                    self.names[answer.file] = answer.name
                    self._journal.add(origin, answer.file)
                    self._say(answer)
                else:
                    self._refuse(item.name, answer)

    def _items(
        self, sources: Sequence[Source], opened: ExitStack, url: str | None, source: str | None, fetched_at: str | None
    ) -> Iterator[Item]:
        """Items as they are asked for; a stream is open until the next is asked for."""
        console = Console(stderr=True)
        for one in track(sources, "submitting", console=console, transient=True, disable=not console.is_terminal):
            if self._journal.knows(one):
                self.skipped += 1
                continue
            opened.close()
            try:
                data = opened.enter_context(one.open())
            except OSError as error:
                self._refuse(one.name, error)
                continue
            self._sent.append(one)
            yield Item(data, one.name, url or one.url, source, fetched_at)

    def _refuse(self, name: str, error: Exception) -> None:
        self.refused += 1
        say(f"wiredesk: {name!r}: {error}", err=True)

    def _say(self, receipt: Receipt) -> None:
        if self._as_json:
            say(msgspec.json.encode(receipt).decode())
        else:
            new = "new  " if receipt.new else "known"
            say(f"{receipt.file}  {new}  {receipt.name!r}  {receipt.bytes:,} bytes")


@click.command(short_help="Push files onto the queues of a running desk.")
@click.argument("paths", nargs=-1)
@click.option("-0", "--null", is_flag=True, help="Read further paths from standard input, ended by NUL (find -print0).")
@click.option("--url", help="The address the file was fetched from (one file only).")
@click.option("--source", help="Who delivered it: a feed's or scraper's name.")
@click.option("--fetched-at", help="When it was fetched, ISO 8601: relative dates are counted from it.")
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Note here what was handed in; skip it next time.",
)
@click.option("--wait", is_flag=True, help="End when each file has its outcome; exit status 1 if one was rejected.")
@click.option("--timeout", type=Number(0), default=None, help="With --wait: give up after so many seconds.")
@click.option("--json", "as_json", is_flag=True, help="Receipts as JSON lines.")
def command(  # noqa: PLR0913, PLR0917  (click hands over each option as an argument)
    paths: tuple[str, ...],
    null: bool,
    url: str | None,
    source: str | None,
    fetched_at: str | None,
    journal: Path | None,
    wait: bool,
    timeout: float | None,
    as_json: bool,
) -> int:
    """Push the files at PATHS and print a receipt for each on standard output.

    PATHS are files, folders, patterns such as 'pages/**/*.txt', addresses in object stores such as
    s3://bucket/prefix, or `-` for one file on standard input. Broken off, the same command may be given again: what
    the desk has is known to it, and with --journal it is not even read.
    """
    if not paths and not null:
        raise click.UsageError("Name some files: a path, a folder, a pattern, s3://..., or - for standard input.")
    if null and STDIN in paths:
        raise click.UsageError("Standard input is either a list of paths (-0) or a file (-), not both.")
    try:
        instant(fetched_at)
    except BadItem as error:
        raise UsageError(f"--fetched-at: {error}") from None
    settings = Settings.read()
    desk_url = settings.desk_url()
    reach(client(desk_url), desk_url).close()
    sources = list(_sources.expand(paths, null=null))
    if not sources:
        say("There was no file in what was named (hidden files and special files are passed over).", err=True)
    if url and len(sources) > 1:
        raise click.UsageError("--url names one file's address; submit the others by themselves.")
    with Desk(settings=settings) as desk, Journal(journal) as kept:
        run = _Run(desk, kept, as_json=as_json)
        run.submit(sources, url, source, fetched_at)
        if run.skipped:
            say(f"{many(run.skipped, 'file')} of the journal not read again", err=True)
        bad = run.refused + (_wait(desk, run.names, timeout) if wait else 0)
    return 1 if bad else 0


def _wait(desk: Desk, names: dict[str, str], timeout: float | None) -> int:
    """Wait for every outcome, say each; how many files were rejected or still open at the time-out."""
    missing, bad = dict(names), 0
    for status in desk.outcomes(names, timeout=timeout):
        missing.pop(status.id, None)
        bad += status.outcome == "rejected"
        reason = f": {status.reason}" if status.reason else ""
        say(f"{status.id}  {status.outcome}  {names[status.id]!r}{reason}", err=True)
    for file, name in missing.items():
        say(f"{file}  still open  {name!r}: wiredesk trace {file}", err=True)
    sys.stderr.flush()
    return bad + len(missing)
