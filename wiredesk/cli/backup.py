"""`wiredesk backup`: the desk's state to a file."""

from __future__ import annotations

from pathlib import Path

import click

from wiredesk import backup
from wiredesk.backup import Places
from wiredesk.plain import many
from wiredesk.settings import Settings
from wiredesk.terminal import say
from workers.desk import Desk


@click.command(short_help="The desk's state to a file.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--streams", is_flag=True, help="The output streams and their groups too.")
def command(file: Path, streams: bool) -> None:
    """Save receipts, the near-duplicate index and kept texts to FILE; `wiredesk restore` reads it."""
    desk = Desk.open(Settings.read())
    count = backup.save(Places(desk.queues, desk.texts, desk.index), file, streams=streams)
    say(f"{many(count, 'key')} saved to {file}", err=True)
