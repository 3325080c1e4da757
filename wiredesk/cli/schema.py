"""`wiredesk schema`: what is published, as JSON Schema or AsyncAPI, generated from the code."""

from __future__ import annotations

import click
import orjson

from wiredesk import schema
from wiredesk.records import FileEvent, Record, Rejected
from wiredesk.terminal import say

_RECORDS = {"article": Record, "file": FileEvent, "rejected": Rejected}


@click.command(short_help="JSON Schema and AsyncAPI of what is published.")
@click.option("--asyncapi", is_flag=True, help="An AsyncAPI 3 document of the streams instead.")
@click.option("--record", type=click.Choice(list(_RECORDS)), help="The JSON Schema of this kind of record alone.")
@click.option("--json", "_json", is_flag=True, help="JSON (the default and only form).")
def command(asyncapi: bool, record: str | None, _json: bool) -> None:
    """Print the JSON Schema of the records on the output streams."""
    if asyncapi and record:
        raise click.UsageError("--record belongs to the JSON Schema; the AsyncAPI document holds every record.")
    document = schema.asyncapi() if asyncapi else schema.json_schema()
    if record:
        document = schema.record_schema(_RECORDS[record])
    say(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
