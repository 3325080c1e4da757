r"""What strangers wrote, on a person's terminal: nothing of it moves the cursor, renames the window or turns the line.

File names, sources, reasons, names of groups and workers, and the text of articles may hold any character. All that
commands print goes through here: what steers a terminal or the direction of writing is printed as ``\u001b``, which
inside of JSON is also the same value. Lines of records that go into a pipe or file are data and stay as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import click
from rich import console
from rich.console import ConsoleOptions, RenderableType
from rich.segment import Segment

from wiredesk.plain import visible


def say(text: str | bytes, *, err: bool = False) -> None:
    """One piece of text or JSON and a line end, to standard output or (`err`) standard error."""
    click.echo(visible(text.decode("utf-8", "replace") if isinstance(text, bytes) else text), err=err)


def lines(found: Iterable[bytes]) -> None:
    """JSON lines to standard output: as they are, but at a terminal without what steers it."""
    shown = sys.stdout.isatty()
    for line in found:
        sys.stdout.buffer.write((visible(line.decode("utf-8", "replace")).encode() if shown else line) + b"\n")
    sys.stdout.flush()


class Console(console.Console):
    """Rich's, for tables and trees with strangers' words in them: its own colours pass, theirs are written out."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Rich's own, each piece of text made visible."""
        return _visible(super().render(renderable, options))

    def on_broken_pipe(self) -> None:
        """Rich would end the program with status 1 here; the command line knows what to do."""
        raise BrokenPipeError


def _visible(segments: Iterable[Segment]) -> Iterator[Segment]:
    for segment in segments:
        yield segment if segment.control else segment._replace(text=visible(segment.text))
