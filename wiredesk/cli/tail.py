"""`wiredesk tail`: an output stream as JSON lines."""

from __future__ import annotations

import os
import socket
import sys

import click

from wiredesk import keys
from wiredesk.connection import client, reach
from wiredesk.settings import Settings
from wiredesk.streams import Entry, Member, Tail

NAMES = {stream.removeprefix(keys.PREFIX): stream for stream in keys.STREAMS}
#: Seconds that one look waits for entries.
LOOK = 1.0


@click.command(short_help="Read an output stream, as JSON lines.")
@click.argument("stream", type=click.Choice(list(NAMES)), default="articles")
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes.")
@click.option("--group", "-g", help="Read as a member of this consumer group: what was printed is acknowledged.")
@click.option(
    "--since", default="0", show_default=True, help="Entries after this id of the stream; $ for new ones only."
)
@click.option("--json", "_json", is_flag=True, help="JSON lines (the default and only form).")
def command(stream: str, follow: bool, group: str | None, since: str, _json: bool) -> None:
    """Print the entries of STREAM (articles, copies, files or rejected), one JSON line each."""
    settings = Settings.read()
    url = settings.desk_url()
    redis = reach(client(url), url)
    reader: Tail | Member
    if group:
        reader = Member(redis, [NAMES[stream]], group, f"{socket.gethostname()}.{os.getpid()}")
    else:
        reader = Tail(redis, [NAMES[stream]], since)
    try:
        while (entries := reader.read(LOOK if follow else 0.0)) or follow:
            _print(entries)
            if isinstance(reader, Member):
                reader.done(entries)
    except KeyboardInterrupt:
        return


def _print(entries: list[Entry]) -> None:
    for entry in entries:
        sys.stdout.buffer.write(entry.body + b"\n")
    sys.stdout.flush()
