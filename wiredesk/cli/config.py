"""`wiredesk config`: the effective settings, where each comes from and what it is for."""

from __future__ import annotations

from dataclasses import fields

import click
import orjson
from rich.padding import Padding
from rich.text import Text

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
    console = Console(highlight=False)
    for f, value, default in rows:
        console.print(_line(PREFIX + f.name.upper(), shown(f, value), is_set=value != default), soft_wrap=True)
        console.print(Padding(Text(f.metadata["about"], "dim"), (0, 0, 0, 4)))


def _line(name: str, value: str | float | None, *, is_set: bool) -> Text:
    """As a shell takes it; one line however long, so that it can be copied."""
    said = Text.assemble((name, "bold"), f"={value}") if value not in (None, "") else Text(name, "bold")
    return said.append("  set", "green") if is_set else said.append("  default" if "=" in said else "  unset", "dim")
