"""`wiredesk work`: workers for some stages, in the foreground until stopped."""

from __future__ import annotations

import signal
import threading

import click

from wiredesk import log
from wiredesk.settings import Settings
from workers.desk import Desk
from workers.fleet import Fleet
from workers.table import NAMES

#: Seconds between two looks at the processes: a dead worker's place is empty for no longer.
LOOK = 0.2


@click.command(short_help="Run workers for the named stages (all when none is named).")
@click.argument("stages", nargs=-1, type=click.Choice(NAMES))
@click.option("--count", type=click.IntRange(1), default=1, show_default=True, help="Processes a stage.")
def command(stages: tuple[str, ...], count: int) -> int:
    """Run COUNT worker processes for each of STAGES until stopped (Ctrl-C or SIGTERM); a worker that dies is replaced.

    A stopping worker finishes what it holds within WIREDESK_GRACE and gives back the rest.
    """
    settings = Settings.read()
    log.configure(settings.log, settings.log_level)
    Desk.open(settings).close()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Fleet(settings, dict.fromkeys(stages or NAMES, count)) as fleet:
        while not stop.wait(LOOK):
            fleet.tend()
    return 0
