"""`wiredesk plan`: machines, memory and settings for a desk of a given size."""

from __future__ import annotations

import click
import msgspec
from rich.table import Table

from wiredesk import capacity
from wiredesk.jobs import human_size
from wiredesk.plain import many
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say


@click.command(short_help="Machines, memory and settings for so many articles a day.")
@click.option("--articles-per-day", "articles", type=click.IntRange(1), required=True)
@click.option(
    "--peak", type=click.FloatRange(1), default=3.0, show_default=True, help="Busiest hour over the mean one."
)
@click.option("--cores", type=click.IntRange(1), default=capacity.CORES, show_default=True, help="Of a machine.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(articles: int, peak: float, cores: int, as_json: bool) -> None:
    """Print what a desk takes, by the costs that bench/scale.py measured and what the settings keep, for how long.

    Needs no Redis. deploy/SCALING.md says how the numbers come about.
    """
    made = capacity.plan(articles, Settings.read(), peak=peak, cores=cores)
    if as_json:
        say(msgspec.json.encode(made).decode())
        return
    console = Console(highlight=False)
    console.print(
        f"{articles:,} articles a day: {made.mean_rate:,.1f} a second, {made.peak_rate:,.1f} in the busiest hour"
    )
    console.print(_table("Workers", {stage: f"{n:,}" for stage, n in made.processes.items()}))
    on = f"{many(made.machines, 'machine')} of {many(cores, 'core')}"
    console.print(f"on {on}, {human_size(made.worker_memory)} of memory in all")
    console.print(_table("Redis", {part: human_size(size) for part, size in made.memory.items()}))
    console.print(f"busy for {made.redis:.1%} of its one core in the busiest hour")
    console.print(_table("Settings", made.settings))
    for note in made.notes:
        console.print(f"-> {note}")


def _table(title: str, rows: dict[str, str]) -> Table:
    table = Table(title, "", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for name, value in rows.items():
        table.add_row(name, value)
    return table
