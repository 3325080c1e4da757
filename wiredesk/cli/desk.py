"""`wiredesk desk`: the web page, with the RQ dashboard at /rq and the metrics at /metrics."""

from __future__ import annotations

import click

from wiredesk import log
from wiredesk.errors import UsageError
from wiredesk.settings import Settings
from wiredesk.terminal import say
from wiredesk.web import address, listen
from workers.desk import Desk


@click.command(short_help="The web page, with the RQ dashboard at /rq.")
@click.option("--host", help="Address to listen on [default: WIREDESK_DESK_HOST, 127.0.0.1].")
@click.option("--port", type=click.IntRange(0, 65535), help="Port [default: WIREDESK_DESK_PORT, 8470].")
@click.option("--read-only", is_flag=True, help="Change nothing, whoever asks.")
def command(host: str | None, port: int | None, read_only: bool) -> None:
    """Serve the desk page until stopped: the flow, the newest stories, every article and file, what was rejected.

    On loopback without a password; other addresses want WIREDESK_DESK_PASSWORD.
    """
    try:
        from wiredesk.desk import app, guard, serve  # noqa: PLC0415  (an extra: absent from a plain install)
    except ImportError as error:
        raise UsageError(f"The desk page needs {error.name}: pip install 'wiredesk[desk]'") from None
    settings = Settings.read()
    host, port = host or settings.desk_host, settings.desk_port if port is None else port
    guard.check_bind(host, settings.desk_password)
    log.configure(settings.log, settings.log_level)
    desk = Desk.open(settings)
    rules = guard.Rules(settings.desk_password, read_only or settings.desk_read_only)
    with listen(host, port) as socket:
        say(f"The desk is at {address(host, socket)} (Ctrl-C ends it)", err=True)
        serve.run(app.create(desk, rules), socket)
    desk.close()
