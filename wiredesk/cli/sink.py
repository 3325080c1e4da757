"""`wiredesk sink`: carry what is published to files, databases, search engines, webhooks, feeds."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from typing import Any

import click
from redis import Redis

from sinks.base import Down, Sink, Target
from sinks.table import SINKS
from sinks.worker import Carrier, exhume
from wiredesk import keys, log
from wiredesk.connection import client, reach
from wiredesk.plain import many
from wiredesk.readers import Reader
from wiredesk.settings import Settings
from wiredesk.terminal import say

_STREAMS = ["articles", "copies"]


@click.command(short_help="Carry what is published to files, databases, webhooks.")
@click.argument("kind", type=click.Choice(list(SINKS)))
@click.option("--to", required=True, help="The folder, file or address that it carries to.")
@click.option("--name", help="Name of this sink, also of its group [default: its kind].")
@click.option("--stream", "streams", multiple=True, type=click.Choice(_STREAMS), default=_STREAMS, show_default=True)
@click.option("--option", "-o", "options", multiple=True, metavar="NAME=VALUE", help="The sink's own options.")
@click.option("--batch", type=click.IntRange(1), default=100, show_default=True, help="Entries carried at once.")
@click.option("--member", default="1", show_default=True, help="This process among several of one sink.")
@click.option("--once", is_flag=True, help="End when nothing waits.")
@click.option("--dead", is_flag=True, help="Carry what the target refused once more, then end.")
def command(kind: str, to: str, name: str | None, options: tuple[str, ...], dead: bool, **reading: Any) -> int:
    """Run a sink in the foreground until stopped (Ctrl-C or SIGTERM). What its target has not kept is not lost."""
    settings = Settings.read()
    log.configure(settings.log, settings.log_level)
    url = settings.desk_url()
    redis = reach(client(url), url)
    sink = SINKS[kind](Target(to, redis, settings, _pairs(options)))
    try:
        return _exhume(redis, name or kind, sink) if dead else _carry(redis, name or kind, sink, **reading)
    finally:
        sink.close()


def _carry(redis: Redis, name: str, sink: Sink, *, streams: Sequence[str], batch: int, member: str, once: bool) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    reader = Reader(redis, keys.sink(name), streams, name=member, batch=batch)
    carrier = Carrier(name, reader, sink, stop)
    carrier.run(once=once)
    say(f"{many(carrier.carried, 'entry')} carried", err=True)
    return 0


def _exhume(redis: Redis, name: str, sink: Sink) -> int:
    try:
        taken = exhume(redis, name, sink)
    except Down as down:
        say(f"wiredesk: the target is down: {down}", err=True)
        return 1
    left = redis.xlen(keys.dead(name))
    say(f"{taken:,} carried, {left:,} refused again", err=True)
    return 1 if left else 0


def _pairs(options: tuple[str, ...]) -> dict[str, str]:
    pairs = [option.partition("=") for option in options]
    if wrong := next((name for name, sign, _ in pairs if not sign), None):
        raise click.UsageError(f"-o {wrong} lacks its value: -o {wrong}=...")
    return {name: value for name, _, value in pairs}
