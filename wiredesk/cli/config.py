"""`wiredesk config`: the effective settings, where each comes from and what it is for."""

from __future__ import annotations

from dataclasses import fields

import click
import orjson
from rich.table import Table

from wiredesk.settings import PREFIX, Settings, shown
from wiredesk.terminal import Console, say


@click.command(short_help="The effective settings.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(as_json: bool) -> None:
    """Print every setting: its variable, its value, whether it was set, what it is for. Secrets are hidden."""
    settings, plain = Settings.read(), Settings()
    rows = [(f, getattr(settings, f.name), getattr(plain, f.name)) for f in fields(Settings)]
    if as_json:
        say(orjson.dumps({f.name: shown(f, value) for f, value, _ in rows}).decode())
        return
    table = Table("variable", "value", "", "for", box=None, pad_edge=False)
    for f, value, default in rows:
        source = "[green]set[/]" if value != default else "[dim]default[/]"
        table.add_row(PREFIX + f.name.upper(), str(shown(f, value)), source, f.metadata["about"])
    Console().print(table)
