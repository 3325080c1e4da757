"""`wiredesk status`: queues, ages, rates, workers, rejected: and what is wrong."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import cast

import click
import msgspec
from redis import Redis
from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from wiredesk import keys, retention
from wiredesk.connection import client, reach
from wiredesk.health import Health, StageHealth, look, said_age
from wiredesk.jobs import human_size
from wiredesk.settings import Settings
from wiredesk.terminal import Console, say
from workers.table import NAMES

#: Seconds between two looks of --live, and over how many a rate is taken.
REFRESH, RATE_SECONDS = 1.0, 5.0


@click.command(short_help="Queues, ages, rates, workers, rejected: and what is wrong.")
@click.option("--live", is_flag=True, help="Look again every second until Ctrl-C.")
@click.option("--worker", is_flag=True, help="Only: does a worker of this machine live? Exit status 1 when none does.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(live: bool, worker: bool, as_json: bool) -> int:
    """Print where the desk stands. A line that names a problem ends with the command that mends it."""
    settings = Settings.read()
    url = settings.desk_url()
    redis = reach(client(url), url)
    if worker:
        return _worker(redis)
    if as_json:
        say(msgspec.json.encode(_with_readers(redis, settings)).decode())
        return 0
    console = Console(highlight=False)
    if live:
        _watch(redis, console)
    else:
        console.print(view(_with_readers(redis, settings)))
    return 0


def _with_readers(redis: Redis, settings: Settings) -> Health:
    """The desk and what its readers should know. Asked once: a live view keeps to one round trip a look."""
    health = look(redis, NAMES)
    health.problems += retention.warnings(redis, settings)
    return health


def _worker(redis: Redis) -> int:
    """For a container's probe: the pod's own workers, whatever the rest of the fleet does."""
    now = float(redis.time()[0])
    here = f"@{socket.gethostname()}."
    living = cast("list[bytes]", redis.zrangebyscore(keys.LEASES, now, "+inf"))
    found = [name for name in (n.decode("utf-8", "replace") for n in living) if here in name]
    said = " ".join(found) or f"No worker of {socket.gethostname()} lives -> wiredesk work"
    say(said, err=not found)
    return 0 if found else 1


def _watch(redis: Redis, console: Console) -> None:
    frames = watch(redis)
    with Live(next(frames), console=console, screen=console.is_terminal, auto_refresh=False) as shown:
        try:
            for frame in frames:
                shown.update(frame, refresh=True)
        except KeyboardInterrupt:
            return


def watch(redis: Redis) -> Iterator[RenderableType]:
    """A view a second, each of one round trip."""
    looks: list[Health] = []
    while True:
        health = look(redis, NAMES)
        looks = [h for h in looks if health.at - h.at <= RATE_SECONDS] + [health]
        yield view(health, looks[0])
        time.sleep(REFRESH)


def view(health: Health, before: Health | None = None) -> RenderableType:
    """The desk as a table; with an earlier look also the rates since then."""
    table = Table("stage", box=None, pad_edge=False, header_style="dim")
    titles = ["waiting", "oldest", "running", "failed", "workers", *(["done/s"] if before else [])]
    for title in titles:
        table.add_column(title, justify="right")
    for n, row in enumerate(health.stages):
        rate = [_rate(health, before, n)] if before else []
        table.add_row(*_row(row), *rate, style="red" if row.waiting and not row.workers else None)
    streams = " · ".join(f"[bold]{n:,}[/] {name}" for name, n in health.streams.items())
    oldest = f", the oldest for {said_age(health.oldest_open)}" if health.oldest_open is not None else ""
    limit = f" of {human_size(health.memory_limit)}" if health.memory_limit else ""
    return Group(
        table,
        f"\nstreams: {streams}",
        f"open files: [bold]{health.open_files:,}[/]{oldest} · Redis memory {human_size(health.memory)}{limit}",
        *map(_problem, health.problems),
    )


def _row(row: StageHealth) -> tuple[str, ...]:
    workers = f"{row.busy}/{row.workers}" if row.workers else "0"
    return row.stage, f"{row.waiting:,}", said_age(row.oldest_waiting), f"{row.running:,}", f"{row.failed:,}", workers


def _rate(now: Health, then: Health | None, stage: int) -> str:
    if then is None or now.at <= then.at:
        return "–"
    name = f"jobs:{now.stages[stage].stage}:done"
    return f"{(now.counts.get(name, 0) - then.counts.get(name, 0)) / (now.at - then.at):,.1f}"


def _problem(said: str) -> str:
    seen, _, fix = said.partition(" -> ")
    return f"[red]![/] {escape(seen)} -> [bold]{escape(fix)}[/]"
