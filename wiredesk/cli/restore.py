"""`wiredesk restore`: the desk's state back from a file."""

from __future__ import annotations

from pathlib import Path

import click

from wiredesk import backup
from wiredesk.backup import Places
from wiredesk.plain import many
from wiredesk.settings import Settings
from wiredesk.terminal import say
from workers.desk import Desk


@click.command(short_help="The desk's state back from a file.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Over a desk that has state already: its keys of the same names go.")
def command(file: Path, force: bool) -> None:
    """Restore what `wiredesk backup` saved in FILE. Stop the workers first."""
    desk = Desk.open(Settings.read())
    count = backup.load(Places(desk.queues, desk.texts, desk.index), file, force=force)
    say(f"{many(count, 'key')} restored from {file}", err=True)
