"""`wiredesk submit`: push files onto the queues of a running desk."""

from __future__ import annotations

import sys
import time

import click
import msgspec
from redis import Redis
from rich.console import Console
from rich.progress import track

from producers import Desk, Item, Receipt
from producers.errors import TooLarge
from wiredesk import keys
from wiredesk.cli import _paths
from wiredesk.connection import client, reach
from wiredesk.settings import Settings
from wiredesk.streams import Tail

#: Seconds that one look for outcomes waits.
LOOK = 0.5


@click.command(short_help="Push files onto the queues of a running desk.")
@click.argument("paths", nargs=-1, required=True)
@click.option("--url", help="The address the file was fetched from (one file only).")
@click.option("--source", help="Who delivered it: a feed's or scraper's name.")
@click.option("--fetched-at", help="When it was fetched, ISO 8601: relative dates are counted from it.")
@click.option("--wait", is_flag=True, help="End when each file has its outcome; exit status 1 if one was rejected.")
@click.option("--timeout", type=float, default=None, help="With --wait: give up after so many seconds.")
@click.option("--json", "as_json", is_flag=True, help="Receipts as JSON lines.")
def command(
    paths: tuple[str, ...],
    url: str | None,
    source: str | None,
    fetched_at: str | None,
    wait: bool,
    timeout: float | None,
    as_json: bool,
) -> int:
    """Push the files at PATHS (`-`: standard input) and print a receipt for each on standard output."""
    settings = Settings.read()
    desk_url = settings.desk_url()
    redis = reach(client(desk_url), desk_url)
    tail = Tail(redis, [keys.FILES], "$")
    desk = Desk(settings=settings)
    names = [(found, found.name) for found in _paths.expand(p for p in paths if p != "-")]
    if url and len(names) + ("-" in paths) > 1:
        raise click.UsageError("--url names one file's address; submit the others by themselves.")
    items = [Item(found.path, name, url, source, fetched_at) for found, name in names]
    if "-" in paths:
        items.append(Item(sys.stdin.buffer.read(), "stdin", url, source, fetched_at))
    receipts, refused = [], 0
    for item in track(
        items, "submitting", console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ):
        try:
            (receipt,) = desk.submit_many([item])
        except (OSError, TooLarge) as error:
            refused += 1
            click.echo(f"wiredesk: {item.name}: {error}", err=True)
            continue
        receipts.append(receipt)
        _say(receipt, as_json=as_json)
    if wait:
        refused += _wait(redis, tail, receipts, timeout)
    return 1 if refused else 0


def _say(receipt: Receipt, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(receipt).decode())
    else:
        click.echo(f"{receipt.file}  {'new  ' if receipt.new else 'known'}  {receipt.name!r}  {receipt.bytes:,} bytes")


def _wait(redis: Redis, tail: Tail, receipts: list[Receipt], timeout: float | None) -> int:
    """Wait for every outcome, say each; how many files were rejected or still open at the time-out."""
    names = {r.file: r.name for r in receipts}
    missing = {file for file in names if redis.hget(keys.file(file), "state") == b"open"}
    bad = 0
    until = time.monotonic() + timeout if timeout is not None else None
    while missing and (until is None or time.monotonic() < until):
        for entry in tail.read(LOOK):
            file, outcome = entry.fields[b"id"].decode(), entry.fields[b"outcome"].decode()
            if file in missing:
                missing.discard(file)
                bad += outcome == "rejected"
                click.echo(f"{file}  {outcome}  {names[file]!r}", err=True)
    for file in missing:
        click.echo(f"{file}  still open  {names[file]!r}: wiredesk trace {file}", err=True)
    return bad + len(missing)
