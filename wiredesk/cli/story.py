"""`wiredesk story`: everybody who ran a story, and what they changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
import msgspec
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from newstext.difference import Change, Piece, difference
from wiredesk.cli import _accounts
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say
from workers import accounts
from workers.accounts import Subject
from workers.desk import Desk

#: Changes shown of each version.
CHANGES = 8


@click.command(short_help="All versions of a story, who ran it, what changed.")
@click.argument("article")
@click.option("--json", "as_json", is_flag=True, help="One JSON line a version.")
def command(article: str, as_json: bool) -> None:
    """Show the story of ARTICLE (its id or a story's) in time order: who ran it, what changed against the original."""
    desk = Desk.open(Settings.read())
    versions = accounts.story(desk, article)
    original = next((v for v in versions if v.relation == "original"), versions[0])
    if as_json:
        for version in versions:
            say(msgspec.json.encode(_plain(original, version)).decode())
        return
    Console(highlight=False).print(Group(*(_shown(original, version) for version in versions)))


def _changes(original: Subject, version: Subject) -> list[Piece]:
    return [p for p in difference(original.body, version.body) if p.change != Change.SAME]


def _plain(original: Subject, version: Subject) -> dict[str, Any]:
    """A version without its body, with what it changed as words."""
    known: dict[str, Any] = msgspec.to_builtins(version)
    del known["body"]
    changes = [
        {"change": p.change.value, "from": _cut(original, p.earlier), "to": _cut(version, p.later)}
        for p in _changes(original, version)
    ]
    return known | {"words": len(version.body.split()), "changes": changes}


def _shown(original: Subject, version: Subject) -> RenderableType:
    changes = [] if version is original else _changes(original, version)
    when = version.published or version.received or ""
    head = Text.assemble(
        (f"{_accounts.plain(when)}  ", "dim"),
        (f"{_accounts.plain(version.publisher or '(no publisher)')}  ", "bold"),
        f"{version.relation}  ",
        (version.id, "dim"),
    )
    lines = [Text(_accounts.plain(version.headline or "(no headline)")), *_lines(original, version, changes[:CHANGES])]
    if len(changes) > CHANGES:
        lines.append(Text(f"… and {len(changes) - CHANGES} more: wiredesk explain {version.id} {original.id}"))
    return Group(head, Padding(Group(*lines), (0, 0, 0, 4)))


def _lines(original: Subject, version: Subject, changes: Sequence[Piece]) -> list[Text]:
    lines = []
    for piece in changes:
        old, new = _cut(original, piece.earlier), _cut(version, piece.later)
        both = bool(old and new)
        gone, came = (old, new) if both else (old and f"[-{old}-]", new and f"{{+{new}+}}")
        lines.append(Text.assemble((gone, "red"), " → " if both else "", (came, "green")))
    return lines


def _cut(subject: Subject, span: tuple[int, int]) -> str:
    """The words of a change on one line, a long one by its ends."""
    words = " ".join(_accounts.plain(_accounts.cut(subject.body, span)).split())
    return words if len(words) <= 3 * _accounts.AROUND else _accounts.ends(words)
