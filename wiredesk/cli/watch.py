"""`wiredesk watch`: a directory as a producer."""

from __future__ import annotations

import signal
import threading
from contextlib import closing
from pathlib import Path

import click

from producers import Desk
from producers.watch.standing import SURE
from producers.watch.watcher import Watcher
from wiredesk import log
from wiredesk.cli._types import Number
from wiredesk.connection import client, reach
from wiredesk.settings import Settings

#: Seconds that the watcher's client tries before the watcher itself takes a breath and logs it.
PATIENCE = 2.0


@click.command(short_help="Take in what is put into a directory.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--settle", type=Number(0), default=2.0, show_default=True,
    help="Seconds without change after which a file is complete, where the kernel does not know its writers.",
)  # fmt: skip
@click.option("--rescan", type=Number(0.05), default=10.0, show_default=True, help="Seconds between looks unasked.")
@click.option(
    "--sure", type=Number(0), default=SURE, show_default=True,
    help="Seconds that an outcome must have stood before its file is put away: more than Redis may forget.",
)  # fmt: skip
@click.option("--source", help="Who delivers into it: noted with each file.")
@click.option("--once", is_flag=True, help="End when all that lies there has its outcome.")
def command(folder: Path, settle: float, rescan: float, sure: float, source: str | None, once: bool) -> int:
    """Take complete files out of DIR, submit them, and move each to DIR/done or DIR/rejected once it has its outcome.

    Files whose name starts with a dot or ends in .part, .tmp and the like are left alone, links and pipes as well. A
    reason file stands beside each rejected one. Stopped and started again it goes on where it was. Until Ctrl-C.
    """
    settings = Settings.read()
    log.configure(settings.log, settings.log_level)
    url = settings.desk_url()
    reach(client(url), url).close()
    folder.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Desk(settings=settings, patience=PATIENCE) as desk:
        with closing(Watcher(folder, desk, settle=settle, rescan=rescan, sure=sure, source=source)) as watcher:
            watcher.run(stop, once=once)
        return 1 if once and watcher.rejected else 0
