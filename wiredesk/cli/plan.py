"""`wiredesk plan`: machines, memory and settings for a desk of a given size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields

import click
import msgspec
from rich.table import Table

from wiredesk import capacity
from wiredesk.cli._types import Number
from wiredesk.jobs import human_size
from wiredesk.plain import many
from wiredesk.settings import Settings, shown
from wiredesk.terminal import Console, say

#: The setting that each part of Redis's memory follows.
FOLLOWS = {
    "texts": "keep_texts",
    "files": "keep_files",
    "streams": "keep_stream_entries",
    "receipts": "keep_receipts",
    "index": "near_window",
}


@click.command(short_help="Machines, memory and settings for so many articles a day.")
@click.option("--articles-per-day", "articles", type=click.IntRange(1, capacity.MOST), required=True)
@click.option(
    "--peak", type=Number(1, capacity.MOST_PEAK), default=3.0, show_default=True,
    help="Busiest hour over the mean one.",
)  # fmt: skip
@click.option("--web", is_flag=True, help="Files are whole web pages (HTML), which take many times what text takes.")
@click.option("--cores", type=click.IntRange(1), default=capacity.CORES, show_default=True, help="Of a machine.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(articles: int, peak: float, web: bool, cores: int, as_json: bool) -> None:
    """Print what a desk takes, by the costs that were measured and what the settings keep, for how long.

    The costs are those of pages of text with an article or two; with --web, of whole web pages. Needs no Redis.
    deploy/SCALING.md says how the numbers come about.
    """
    settings = Settings.read()
    made = capacity.plan(articles, settings, capacity.WEB if web else capacity.MEASURED, peak=peak, cores=cores)
    if as_json:
        say(msgspec.json.encode(made).decode())
        return
    console = Console(highlight=False, soft_wrap=True)
    hour = f"{math.ceil(made.peak_rate * 3600):,} in the busiest hour"
    rate = f", {made.peak_rate:,.1f} a second" if made.peak_rate >= 0.1 else ""
    console.print(f"{many(articles, 'article')} a day, {hour}{rate}")
    for part in (*_workers(made, cores), *_redis(made, settings), *_settings(made)):
        console.print(part)
    for note in made.notes:
        console.print(f"-> {note}")


def _workers(made: capacity.Plan, cores: int) -> tuple[Table, str]:
    on = f"{many(made.machines, 'machine')} of {many(cores, 'core')}"
    rows = [(stage, f"{count:,}", "") for stage, count in made.processes.items()]
    return _table("Workers", rows), f"on {on}, {human_size(made.worker_memory)} of memory in all"


def _redis(made: capacity.Plan, settings: Settings) -> tuple[Table, str]:
    known = {one.name: one for one in fields(Settings)}
    kept = {part: (name, shown(known[name], getattr(settings, name))) for part, name in FOLLOWS.items()}
    rows = [
        (part, human_size(size), f"  WIREDESK_{kept[part][0].upper()}={kept[part][1]}")
        for part, size in made.memory.items()
    ]
    machine = f"on a machine with {human_size(made.redis_memory)}, a third of it for the rewrite of its log"
    return _table("Redis", rows), f"{machine}; busy for {made.redis:.1%} of one core in the busiest hour"


def _settings(made: capacity.Plan) -> tuple[Table]:
    return (_table("Settings", [(name, value, "") for name, value in made.settings.items()]),)


def _table(title: str, rows: Sequence[tuple[str, str, str]]) -> Table:
    table = Table(title, "", "", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for row in rows:
        table.add_row(*row)
    return table
