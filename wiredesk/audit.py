"""A page with every line coloured by what it was taken for: in the terminal or as a page of its own.

The page is text that somebody scraped: it is shown, never interpreted. In the terminal control characters are made
visible; in HTML everything is escaped and a policy in the page forbids it to run or to load anything.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from newstext.article import FURNITURE, Label, Line, Unit
from wiredesk.plain import many

#: Colours by label, as terminals and browsers both name them: an article's parts bright, furniture dim.
COLOURS = {
    Label.HEADLINE: "green",
    Label.REPEAT: "olive",
    Label.SUBHEADLINE: "teal",
    Label.SUBHEAD: "teal",
    Label.CAPTION: "purple",
    Label.CREDIT: "purple",
    Label.BYLINE: "blue",
    Label.TIMESTAMP: "blue",
    Label.DATELINE: "blue",
    Label.AGENCY: "blue",
    Label.TAGS: "blue",
    Label.UNASSIGNED: "red",
}
BODY, DIM = "", "gray"

#: Terminals name some of these colours otherwise.
_TERMINAL = {"olive": "yellow", "teal": "cyan", "purple": "magenta", "gray": "bright_black"}

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Audit</title>
<style>
body { font: 14px/1.5 ui-monospace, monospace; margin: 2em; max-width: 120ch }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; min-height: 1.5em }
i { display: inline-block; width: 18ch; font-style: normal; color: gray; user-select: none }
</style>
"""


def colour(label: Label) -> str:
    return DIM if label in FURNITURE else COLOURS.get(label, BODY)


def columns(line: Line) -> str:
    """What stands before a line: its label, its article's number, how sure the splitter was."""
    if line.label is Label.BLANK:
        return ""
    number = "" if line.article is None else f"#{line.article}"
    return f"{line.label:<11} {number:<3} {line.confidence:.2f}"


def visible(text: str) -> str:
    """A line's text on one line, with characters that steer terminals or the direction of writing made visible."""
    return "".join(c if c.isprintable() or c == " " else f"\\u{ord(c):04x}" for c in text.strip("\r\n").expandtabs())


def terminal(unit: Unit) -> Iterator[RenderableType]:
    """The page for a rich console, line by line, then the summary."""
    for line in unit.lines:
        shade = colour(line.label)
        row = Table.grid("", "", padding=0)
        row.add_row(
            Text(f"{columns(line):<21}", "bright_black"),
            Text(visible(unit.text[slice(*line.span)]), _TERMINAL.get(shade, shade)),
        )
        yield row
    yield Text(summary(unit), style="bold")


def page(unit: Unit) -> str:
    """The page as an HTML document that loads nothing and runs nothing."""
    rows = [
        f'<p style="color:{colour(line.label) or "inherit"}"><i>{html.escape(columns(line))}</i>'
        f"{html.escape(visible(unit.text[slice(*line.span)]))}</p>"
        for line in unit.lines
    ]
    return "\n".join([_HEAD, f"<h1>{html.escape(summary(unit))}</h1>", *rows, "</html>", ""])


def summary(unit: Unit) -> str:
    """One sentence: how many articles, and where the characters went."""
    counts = unit.audit
    return (
        f"{many(len(unit.drafts), 'article')}; characters: {counts.article:,} in articles, "
        f"{counts.furniture:,} furniture, {counts.unassigned:,} unassigned"
    )
