"""`wiredesk doctor`: checks of the set-up, each with its fix."""

from __future__ import annotations

import click
import orjson
from rich.markup import escape
from rich.table import Table

from wiredesk import checks
from wiredesk.terminal import Console, say

COLOURS = {"ok": "green", "warn": "yellow", "bad": "red"}


@click.command(short_help="Check the set-up, with the fix for each fault.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object per check.")
def command(as_json: bool) -> int:
    """Check Python, settings, Redis and workers. Exit status 1 when something needs a hand."""
    results = checks.all_checks()
    if as_json:
        for result in results:
            say(orjson.dumps(result._asdict()).decode())
    else:
        console = Console(highlight=False)
        for result in results:
            row = Table.grid(padding=(0, 1, 0, 0))
            row.add_row(f"[{COLOURS[result.state]}]{result.state:4}[/]", escape(f"{result.name}: {result.seen}"))
            console.print(row)
            if result.fix:  # one line however long, so that it can be copied
                console.print(f"     fix: {escape(result.fix)}", soft_wrap=True)
    return 1 if any(result.state == "bad" for result in results) else 0
