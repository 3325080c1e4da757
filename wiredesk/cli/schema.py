"""`wiredesk schema`: what is published, as JSON Schema or AsyncAPI, generated from the code."""

from __future__ import annotations

import click
import orjson

from wiredesk import schema


@click.command(short_help="JSON Schema and AsyncAPI of what is published.")
@click.option("--asyncapi", is_flag=True, help="An AsyncAPI 3 document of the streams instead.")
@click.option("--json", "_json", is_flag=True, help="JSON (the default and only form).")
def command(asyncapi: bool, _json: bool) -> None:
    """Print the JSON Schema of the records on the output streams."""
    document = schema.asyncapi() if asyncapi else schema.json_schema()
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
