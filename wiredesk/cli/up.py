"""`wiredesk up`: everything on one machine, under one command."""

from __future__ import annotations

import importlib.util
import os
import signal
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from wiredesk import log, server
from wiredesk.cli._crew import Crew
from wiredesk.connection import client, reach
from wiredesk.settings import Settings, environment
from wiredesk.terminal import say

#: Seconds between two looks at the processes.
LOOK = 0.2
#: Seconds that a command may take to stop beyond the workers' grace.
SPARE = 5.0
#: Commands that stand on an extra, and a module that tells whether it is installed.
EXTRAS = {"gateway": "uvicorn", "desk": "rq_dashboard"}


@click.command(short_help="Everything on one machine: Redis if none is set, workers, producers, the desk page.")
@click.option("--inbox", type=click.Path(file_okay=False, path_type=Path), help="Take in what is put into this folder.")
@click.option("--gateway-port", type=click.IntRange(1, 65535), help="Port of the HTTP gateway [default: its own].")
@click.option("--workers", type=click.IntRange(1), default=None, help="Worker processes a stage [default: by cores].")
def command(inbox: Path | None, gateway_port: int | None, workers: int | None) -> None:
    """Run a whole desk in the foreground until stopped; what dies is started again, and all stop in order.

    Without WIREDESK_REDIS_URL a Redis of the desk's own listens on a loopback port and keeps its data in WIREDESK_HOME.
    """
    settings = Settings.read()
    log.configure(settings.log, settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as stack:
        url = settings.redis_url
        if not url:
            url = stack.enter_context(server.lasting(Path(settings.home).expanduser(), settings.redis_port))
            say(f"In other terminals:  export WIREDESK_REDIS_URL={url}", err=True)
        reach(client(url), url).close()
        count = str(workers or max(1, (os.cpu_count() or 2) // 2))
        crew = stack.enter_context(
            Crew(_commands(inbox, gateway_port, count), environment(url), settings.grace + SPARE)
        )
        while not stop.wait(LOOK):
            crew.tend()


def _commands(inbox: Path | None, gateway_port: int | None, count: str) -> list[tuple[str, ...]]:
    """What to run, in the order of starting: the workers before what feeds them."""
    chosen: list[tuple[str, ...]] = [("work", "--count", count)]
    for name, module in EXTRAS.items():
        if importlib.util.find_spec(module):
            chosen.append((name,))
        else:
            say(f"Without the {name}: pip install 'wiredesk[{name}]'", err=True)
    if gateway_port and ("gateway",) in chosen:
        chosen[chosen.index(("gateway",))] = ("gateway", "--port", str(gateway_port))
    return chosen + ([("watch", str(inbox))] if inbox else [])
