"""`wiredesk replay`: stored files through today's rules; what would change, and with --commit, the change."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, cast

import click
import msgspec
import orjson
from redis import Redis

from wiredesk import keys, rejections
from wiredesk.errors import UsageError
from wiredesk.export.source import published
from wiredesk.export.source import since as point
from wiredesk.plain import many
from wiredesk.records import FileEvent
from wiredesk.rejections import Wanted
from wiredesk.settings import Settings
from wiredesk.terminal import say
from workers import replay
from workers.desk import Desk
from workers.replay import Change, Difference

#: Characters of a value that are shown of each side.
SHOWN = 160
#: Files looked at together: one reading of the streams serves them all.
TOGETHER = 200


@click.command(short_help="Run stored files through today's rules.")
@click.argument("files", nargs=-1)
@click.option("--since", help="Files that were done from this day or time on.")
@click.option("--reason", help="Files with a rejection of this kind or with these words in its reason.")
@click.option("--commit", is_flag=True, help="Publish what changed; without, only show it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line per file.")
def command(files: tuple[str, ...], since: str | None, reason: str | None, commit: bool, as_json: bool) -> int:
    """Show what today's rules would change in what FILES (ids, or names as submitted) gave.

    An article keeps its id; a changed one is published as its next version. Exit status 1 when a file could not be
    replayed.
    """
    desk = Desk.open(Settings.read())
    chosen = list(dict.fromkeys(_chosen(desk, files, since, reason)))
    totals = dict.fromkeys(("files", "same", "changed", "new", "gone", "published", "failed"), 0)
    for start in range(0, len(chosen), TOGETHER):
        for difference in replay.look(desk, chosen[start : start + TOGETHER]):
            done = replay.commit(desk, difference) if commit else 0
            _count(totals, difference, done)
            say(orjson.dumps(_plain(difference)).decode() if as_json else _told(difference))
    words = " · ".join([many(totals.pop("files"), "file"), *(f"{n:,} {what}" for what, n in totals.items())])
    say(words + ("" if commit else "; nothing was changed: add --commit to publish it."), err=True)
    return 1 if totals["failed"] else 0


def _chosen(desk: Desk, files: tuple[str, ...], since: str | None, reason: str | None) -> Iterator[str]:
    if not (files or since or reason):
        raise click.UsageError("Name files, or choose them with --since or --reason.")
    names = set()
    for file in files:
        known = file.partition("-")[0] if desk.queues.exists(keys.file(file.partition("-")[0])) else None
        if known:
            yield known
        else:
            names.add(file)
    if names:
        yield from _by_name(desk.queues, names)
    if since:
        for message in published(desk.queues, point(since), [keys.FILES]):
            if message.is_ours:
                yield message.id
    if reason:
        for wanted in (Wanted(kind=reason, settled=True), Wanted(reason=reason, settled=True)):
            yield from (case.file for case in rejections.cases(desk.queues, wanted) if case.file)


def _by_name(redis: Redis, names: set[str]) -> Iterator[str]:
    """Files by the names they were submitted under. Raises `UsageError` when a name is not known."""
    missing = set(names)
    for message in published(redis, "0", [keys.FILES]):
        name = cast("FileEvent", message.record).file.name if message.is_readable else ""
        if name in names:
            missing.discard(name)
            yield message.id
    if missing:
        raise UsageError(f"No file {min(missing)!r} is known here; 'wiredesk tail files' shows what is.")


def _count(totals: dict[str, int], difference: Difference, done: int) -> None:
    totals["files"] += 1
    totals["published"] += done
    totals["failed"] += difference.problem is not None
    for change in difference.changes:
        totals[change.kind] += 1


def _plain(difference: Difference) -> dict[str, Any]:
    changes = [
        {"id": _of(c).id, "kind": c.kind, "fields": {n: _sides(*pair) for n, pair in c.fields.items()}}
        for c in difference.changes
        if c.kind != "same"
    ]
    return {
        "file": difference.file,
        "name": difference.name,
        "problem": difference.problem,
        "same": len(difference.of("same")),
        "changes": changes,
    }


def _sides(before: Any, after: Any) -> dict[str, Any]:
    return {"before": msgspec.to_builtins(before), "after": msgspec.to_builtins(after)}


def _of(change: Change) -> Any:
    return change.after or change.before


def _told(difference: Difference) -> str:
    lines = [f"{difference.file}  {difference.name!r}"]
    if difference.problem:
        return "\n".join([*lines, f"  cannot be replayed: {difference.problem}"])
    for change in difference.changes:
        if change.kind != "same":
            lines.append(f"  {change.kind:8}{_of(change).id}  {_of(change).headline!r}")
            lines += [line for name, pair in change.fields.items() for line in _field(name, *pair)]
    same = len(difference.of("same"))
    return "\n".join([*lines, f"  {same:,} the same"])


def _field(name: str, before: Any, after: Any) -> Iterator[str]:
    """A field's two sides; of a text the paragraphs that differ."""
    if name != "body":
        yield f"    {name}"
        yield f"      - {_short(before)}"
        yield f"      + {_short(after)}"
        return
    yield f"    {name}"
    for line in difflib.ndiff(before.split("\n\n"), after.split("\n\n")):
        if line[0] in "+-":
            yield f"      {line[0]} {_short(line[2:])}"


def _short(value: Any) -> str:
    """One line that no terminal can stumble on."""
    text = orjson.dumps(msgspec.to_builtins(value)).decode()
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
