"""`wiredesk formats`: what is read, and how each format is recognised."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
import orjson
from rich.table import Table

from newstext.errors import Unreadable
from newstext.formats import detect, known
from newstext.source import Source
from wiredesk.cli import _paths
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say

if TYPE_CHECKING:
    from newstext.formats.base import Format


@click.command(short_help="The formats that are read, and how each is recognised.")
@click.argument("paths", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object a line.")
def command(paths: tuple[str, ...], as_json: bool) -> int:
    """List the formats, or say which one each file at PATHS is of.

    Exit status 1 when a file is of none.
    """
    if paths:
        return _told(paths, as_json=as_json)
    if as_json:
        for form in known():
            say(orjson.dumps({"name": form.name, "recognised": form.recognised, "from": _origin(form)}))
        return 0
    table = Table("name", "recognised by", box=None, header_style="bold")
    for form in known():
        table.add_row(form.name, form.recognised)
    Console(highlight=False, markup=False).print(table)
    return 0


def _told(paths: tuple[str, ...], *, as_json: bool) -> int:
    status = 0
    fields = Settings.read().row_columns()
    for found in _paths.expand(paths):
        try:
            with found.path.open("rb") as stream:
                name = detect(Source(stream, found.path.stat().st_size, fields=fields)).name
        except (Unreadable, OSError) as problem:
            status, name = 1, None
            say(f"{_shown(found.name)}: {problem}", err=True)
        if as_json:
            say(orjson.dumps({"file": _shown(found.name), "format": name}))
        elif name:
            say(f"{name:16} {_shown(found.name)}")
    sys.stdout.flush()
    return status


def _origin(form: Format) -> str:
    """The module that a format comes from: ours, or who added it."""
    return type(form).__module__ if type(form).__module__ != "newstext.formats.base" else "newstext.formats"


def _shown(name: str) -> str:
    """A file's name as a terminal may show it."""
    return name.encode("utf-8", "replace").decode().translate(dict.fromkeys(range(32), "?"))
