"""`wiredesk explain`: why an article was judged as it was."""

from __future__ import annotations

import click
import msgspec

from wiredesk.cli import _accounts
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say
from workers import accounts
from workers.desk import Desk


@click.command(short_help="Why an article was judged as it was.")
@click.argument("article")
@click.argument("other", required=False)
@click.option("--html", "as_html", is_flag=True, help="One HTML page: wiredesk explain ID --html > why.html")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(article: str, other: str | None, as_html: bool, as_json: bool) -> None:
    """Show what ARTICLE (an id) was compared with, the scores against what was asked for, and the words that differ.

    With OTHER the two are compared with each other, whatever the index made of them.
    """
    if as_html and as_json:
        raise click.UsageError("--html or --json, not both.")
    desk = Desk.open(Settings.read())
    found = accounts.compare(desk, article, other) if other else accounts.explain(desk, article)
    if as_json:
        say(msgspec.json.encode(found).decode())
    elif as_html:
        say(_accounts.page(found))
    else:
        Console(highlight=False).print(_accounts.shown(found))
