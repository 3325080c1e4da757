"""`wiredesk rejected`: the quarantine: list it, look into it, try again, or let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import click
import msgspec
import orjson
from rich.markup import escape
from rich.table import Table

from wiredesk import rejections
from wiredesk.export.source import since as point
from wiredesk.plain import many
from wiredesk.rejections import Case, Wanted
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say
from workers.desk import Desk
from workers.reopen import Answer, outlook, reopen

_FILTERS = (
    click.argument("ids", nargs=-1),
    click.option("--kind", help="Only this kind of error."),
    click.option("--stage", help="Only from this stage."),
    click.option("--reason", help="Only where the reason holds these words."),
    click.option("--since", help="Only from this day or time on."),
)
_CHANGES = (
    *_FILTERS,
    click.option("--all", "every", is_flag=True, help="All that is open."),
    click.option("--commit", is_flag=True, help="Do it; without, only say what would be done."),
    click.option("--json", "as_json", is_flag=True, help="As JSON lines."),
)


def _taking(options: Sequence[Callable[..., Any]]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What several subcommands take alike."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return add


@click.group(short_help="The quarantine: list, show, retry, drop.", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Every case as a JSON line.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """What could not be processed. IDS are of files, articles or entries, or a file's name."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_, as_json=as_json)


@command.command("list", short_help="Grouped by reason.")
@_taking(_FILTERS)
@click.option("--settled", is_flag=True, help="Also what was retried, dropped or published since.")
@click.option("--json", "as_json", is_flag=True, help="Every case as a JSON line.")
def list_(settled: bool = False, as_json: bool = False, **filters: Any) -> None:
    """What waits for a person, the most frequent reason first."""
    found = _find(_open(), filters, settled=settled)
    if as_json:
        for case in found:
            say(msgspec.json.encode(case).decode())
        return
    table = Table("count", "files", "stage", "kind", "newest", "reason, and for example", box=None, pad_edge=False)
    table.columns[5].overflow = "fold"
    table.columns[4].no_wrap = True
    for g in rejections.groups(found):
        newest = datetime.fromtimestamp(g.newest, UTC).isoformat(" ", "minutes").removesuffix("+00:00")
        table.add_row(str(g.count), str(g.files), g.stage, escape(g.kind), newest, escape(f"{g.reason}\n{g.example}"))
    console = Console(highlight=False)
    said = (
        "No open case is like that: 'wiredesk rejected' lists all." if any(filters.values()) else "Nothing is rejected."
    )
    console.print(table if found else said)
    if found:
        say("Look into one: wiredesk rejected show ID\nTry again:     wiredesk rejected retry ID", err=True)


@command.command(short_help="Everything known of one case.")
@click.argument("ids", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON lines.")
def show(ids: tuple[str, ...], as_json: bool) -> int:
    """The record of each case, what was done about it, and what a retry would do."""
    desk = _open()
    found = list(rejections.cases(desk.queues, Wanted(ids=ids, settled=True)))
    for case in found:
        facts = {**msgspec.to_builtins(case), "retry": _outlook(desk, case)}
        if as_json:
            say(orjson.dumps(facts).decode())
        else:
            say(orjson.dumps(facts, option=orjson.OPT_INDENT_2).decode())
    if not found:
        say("wiredesk: no such case; 'wiredesk rejected list --settled' shows all.", err=True)
    return 0 if found else 1


@command.command(short_help="Start their files over.")
@_taking(_CHANGES)
def retry(every: bool, commit: bool, as_json: bool, **filters: Any) -> int:
    """Run the files of these cases again from their stored bytes. What they published is not published twice."""
    desk = _open()
    found = _chosen(desk, filters, every=every)
    failed = 0
    for file in dict.fromkeys(case.file for case in found):
        own = [case for case in found if case.file == file]
        answer = _act(desk, file, commit=commit)
        if commit and answer is Answer.REOPENED:
            rejections.settle(desk.queues, own, "retried")
        failed += answer is not Answer.REOPENED
        said = f"would be {answer}" if answer is Answer.REOPENED and not commit else answer
        _say({"file": file, "cases": len(own), "answer": said or "no file belongs to it"}, as_json=as_json)
    return _end(len(found), filters, commit=commit) or (1 if failed else 0)


@command.command(short_help="Let go of them.")
@_taking(_CHANGES)
def drop(every: bool, commit: bool, as_json: bool, **filters: Any) -> int:
    """Mark cases as done with: they are no longer listed. Their entries stay for who reads the stream."""
    desk = _open()
    found = _chosen(desk, filters, every=every)
    for case in found:
        said = "dropped" if commit else "would be dropped"
        _say({"id": case.rejected.id, "kind": case.rejected.kind, "answer": said}, as_json=as_json)
    if commit:
        rejections.settle(desk.queues, found, "dropped")
    return _end(len(found), filters, commit=commit)


def _open() -> Desk:
    return Desk.open(Settings.read())


def _find(desk: Desk, filters: dict[str, Any], *, settled: bool = False) -> list[Case]:
    given = dict(filters)
    since = given.pop("since", None)
    return list(rejections.cases(desk.queues, Wanted(**given, after=point(since) if since else "0", settled=settled)))


def _chosen(desk: Desk, filters: dict[str, Any], *, every: bool) -> list[Case]:
    if not every and not any(filters.values()):
        raise click.UsageError("Name ids, a condition such as --kind, or --all.")
    return _find(desk, filters)


def _outlook(desk: Desk, case: Case) -> str:
    return outlook(desk, case.file) if case.file else case.rejected.retry


def _act(desk: Desk, file: str | None, *, commit: bool) -> Answer | None:
    if file is None:
        return None
    return reopen(desk, file) if commit else outlook(desk, file)


def _say(row: dict[str, Any], *, as_json: bool) -> None:
    say(orjson.dumps(row).decode() if as_json else "  ".join(str(value) for value in row.values()))


def _end(count: int, filters: dict[str, Any], *, commit: bool) -> int:
    """Say how many; the exit status."""
    if not count and filters["ids"]:
        say("wiredesk: no such open case; 'wiredesk rejected list --settled' shows all.", err=True)
        return 1
    say(many(count, "case") + ("" if commit else "; nothing was changed: add --commit to do it."), err=True)
    return 0
