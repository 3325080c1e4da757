"""`wiredesk status`: queues, workers, streams, and what is wrong."""

from __future__ import annotations

import time

import click
import msgspec
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from wiredesk.connection import client, reach
from wiredesk.health import Health, look
from wiredesk.jobs import human_size
from wiredesk.settings import Settings
from workers.table import NAMES

#: Seconds between two looks of --live.
REFRESH = 1.0


@click.command(short_help="Queues, ages, workers, rejected: and what is wrong.")
@click.option("--live", is_flag=True, help="Look again every second until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(live: bool, as_json: bool) -> None:
    """Print where the desk stands. A line that names a problem ends with the command that mends it."""
    url = Settings.read().desk_url()
    redis = reach(client(url), url)
    if as_json:
        click.echo(msgspec.json.encode(look(redis, NAMES)).decode())
        return
    console = Console()
    if not live:
        console.print(_view(look(redis, NAMES)))
        return
    with Live(_view(look(redis, NAMES)), console=console, screen=console.is_terminal, auto_refresh=False) as view:
        try:
            while True:
                time.sleep(REFRESH)
                view.update(_view(look(redis, NAMES)), refresh=True)
        except KeyboardInterrupt:
            return


def _view(health: Health) -> RenderableType:
    table = Table("stage", box=None, pad_edge=False)
    for title in ("waiting", "running", "failed", "workers"):
        table.add_column(title, justify="right")
    for row in health.stages:
        table.add_row(row.stage, *(f"{n:,}" for n in (row.waiting, row.running, row.failed, row.workers)))
    streams = " · ".join(f"{n:,} {name}" for name, n in health.streams.items())
    oldest = f", the oldest since {health.oldest_open:.0f} s" if health.oldest_open is not None else ""
    lines = [
        f"\npublished: {streams}",
        f"open files: {health.open_files:,}{oldest} · Redis memory {human_size(health.memory)}",
        *(f"[red]![/] {escape(problem)}" for problem in health.problems),
    ]
    return Group(table, *lines)
