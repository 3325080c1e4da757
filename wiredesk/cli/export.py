"""`wiredesk export`: what was published, in another shape."""

from __future__ import annotations

import click

from wiredesk import export
from wiredesk.connection import client, reach
from wiredesk.export import run, source
from wiredesk.export.files import KINDS
from wiredesk.plain import many
from wiredesk.settings import Settings
from wiredesk.terminal import say


@click.command(short_help="What was published, as files in another shape.")
@click.option("--to", required=True, help="FILE.jsonl, FILE.parquet, or a folder: parts by day of publication.")
@click.option("--format", "shape", type=click.Choice(list(export.SHAPES)), default="record", show_default=True)
@click.option("--type", "kind", type=click.Choice(list(KINDS)), help="Of the parts in a folder [default: jsonl].")
@click.option("--since", help="Only what was published from this day or time on, or after this entry's id.")
@click.option("--resume", is_flag=True, help="Go on where the last export into this folder ended.")
@click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object on standard output.")
def command(to: str, shape: str, kind: str | None, since: str | None, resume: bool, as_json: bool) -> None:
    """Write the articles of the streams `articles` and `copies`, in the order of their publication."""
    url = Settings.read().desk_url()
    redis = reach(client(url), url)
    target = run.Target.of(to, shape, kind)
    total = None
    for total in run.run(redis, target, source.since(since) if since else None, resume=resume):
        say(many(total, "article"), err=True)
    if total is None:
        say("nothing new", err=True)
    if as_json:
        say(f'{{"articles":{total or 0}}}')
