"""`wiredesk reindex`: the near-duplicate index, filled again from what was published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from wiredesk.errors import UsageError
from wiredesk.records import Record
from wiredesk.settings import Settings
from wiredesk.terminal import say
from workers import claimants, reindex
from workers.desk import Desk


@click.command(short_help="Fill the near-duplicate index again from what was published.")
@click.argument("exports", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(exports: tuple[Path, ...], as_json: bool) -> None:
    """Index the originals in EXPORTS (JSON lines of records, oldest first), or in the streams when none is given.

    What is indexed already stays as it is. Indexes made with other settings are removed and their memory given back.
    """
    desk = Desk.open(Settings.read())
    if exports:
        done = reindex.from_records(desk, (record for path in exports for record in _records(path)))
    else:
        done = reindex.from_streams(desk)
    removed = claimants.index(desk).tidy()
    if as_json:
        say(msgspec.json.encode({"originals": done, "keys_removed": removed}).decode())
    else:
        say(f"{done:,} originals are in the index; {removed:,} keys of other settings were removed.")


def _records(path: Path) -> Iterator[Record]:
    decode = msgspec.json.Decoder(Record).decode
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield decode(line)
            except msgspec.DecodeError as error:
                raise UsageError(
                    f"{path}, line {number}, is no published record: {error}. Write one with: wiredesk export"
                ) from None
