"""`wiredesk drain`: lists that other programs fill, such as scrapy-redis's items."""

from __future__ import annotations

import signal
import threading

import click

from producers import Desk
from producers.drain.drainer import Drainer
from wiredesk import log
from wiredesk.connection import client, reach
from wiredesk.settings import Settings, address, hidden
from wiredesk.terminal import say

#: Seconds that the client tries before the drainer itself takes a breath and logs it.
PATIENCE = 2.0


def _address(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A Redis's address; what is none is told of with the option's name."""
    try:
        return address(value) if value else None
    except ValueError as error:
        raise click.BadParameter(f"{hidden(str(value))!r} must be {error}.") from None


@click.command(short_help="Empty other programs' Redis lists into the desk (scrapy-redis).")
@click.argument("lists", nargs=-1, metavar="[LIST]...")
@click.option("--from", "source", callback=_address, help="Redis that holds the lists, when it is not the desk's.")
@click.option("--once", is_flag=True, help="End when the lists are empty.")
def command(lists: tuple[str, ...], source: str | None, once: bool) -> int:
    """Take the items of each LIST (`*` stands for anything; default `*:items`, as scrapy-redis names them) as files.

    An item that is a JSON object is one article, and its `url` its address. Items stay in Redis until the desk has
    them; one that cannot be accepted is kept in LIST:refused. Until Ctrl-C.
    """
    settings = Settings.read()
    log.configure(settings.log, settings.log_level)
    url = settings.desk_url()
    reach(client(url), url).close()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    lists_at = reach(client(source), source, "--from") if source else client(url)
    with Desk(settings=settings, patience=PATIENCE) as desk:
        drained = Drainer(lists_at, desk, lists or ("*:items",)).run(stop, once=once)
    say(f"{drained:,} items taken", err=True)
    return 0
