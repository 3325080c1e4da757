"""`wiredesk tail`: an output stream as JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import click
import msgspec
from redis import Redis

from wiredesk import keys
from wiredesk.cli._types import Number
from wiredesk.connection import client, reach
from wiredesk.export.source import since as point
from wiredesk.readers import Lag, Reader, lags
from wiredesk.settings import Settings
from wiredesk.streams import Tail, is_ours
from wiredesk.terminal import lines, say

NAMES = [stream.removeprefix(keys.PREFIX) for stream in keys.STREAMS]
#: Seconds that one look waits for entries.
LOOK = 1.0


@click.command(short_help="Read an output stream, as JSON lines.")
@click.argument("stream", type=click.Choice(NAMES), default="articles")
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes.")
@click.option("--group", "-g", help="Read as a member of this consumer group: what was printed is acknowledged.")
@click.option("--name", help="This member's name in the group [default: host and process].")
@click.option(
    "--idle", type=Number(0), default=60.0, show_default=True, help="Take over what a member left so many seconds."
)
@click.option(
    "--since", default="0", show_default=True, help="Entries from this day or time on, or after this id; $: new ones."
)
@click.option("--lag", is_flag=True, help="How far each group of the stream is behind, instead of its entries.")
@click.option("--json", "_json", is_flag=True, help="JSON lines (the default and only form).")
def command(
    stream: str, follow: bool, group: str | None, name: str | None, idle: float, since: str, lag: bool, _json: bool
) -> None:
    """Print the entries of STREAM (articles, copies, files or rejected), one JSON line each."""
    start = since if since == "$" else point(since)
    url = Settings.read().desk_url()
    redis = reach(client(url), url)
    try:
        if lag:
            rows = list(lags(redis, [keys.PREFIX + stream]))
            for row in rows:
                say(msgspec.json.encode(row))
            if not rows:
                say(f"No group reads {stream} yet: wiredesk tail {stream} --follow --group NAME makes one.", err=True)
        elif group:
            with Reader(redis, group, [stream], name=name, idle=idle, start=start) as reader:
                _member(reader, follow=follow)
        else:
            _tail(redis, stream, start, follow=follow)
    except KeyboardInterrupt:
        return


def _tail(redis: Redis, stream: str, since: str, *, follow: bool) -> None:
    tail = Tail(redis, [keys.PREFIX + stream], since)
    while (entries := tail.read(LOOK if follow else 0.0)) or follow:
        lines(_bodies((entry.id, entry.fields) for entry in entries))


def _member(reader: Reader, *, follow: bool) -> None:
    """Print, then acknowledge. At a terminal, following, the group's lag is shown beside."""
    shown = follow and sys.stderr.isatty()
    while (messages := reader.read(LOOK if follow else 0.0)) or follow:
        lines(_bodies((message.entry, message.fields) for message in messages))
        reader.done(messages)
        if shown and messages:
            _show(reader.lag())


def _bodies(entries: Iterable[tuple[str, dict[bytes, bytes]]]) -> Iterator[bytes]:
    for entry, fields in entries:
        if is_ours(fields):
            yield fields[b"body"]
        else:
            say(f"Entry {entry} holds no record and is passed over: another program put it there.", err=True)


def _show(rows: list[Lag]) -> None:
    for row in rows:
        least = "" if row.exact else "at least "
        say(f"{row.stream} {row.group}: {least}{row.unread:,} unread, {row.pending:,} in hand", err=True)
