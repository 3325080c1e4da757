"""`wiredesk gateway`: HTTP as a producer, and the keys that it asks for."""

from __future__ import annotations

from typing import cast

import click
import msgspec

from producers.aio import AsyncDesk
from wiredesk import keys, log
from wiredesk.cli._types import Number
from wiredesk.connection import client, reach
from wiredesk.errors import UsageError
from wiredesk.hosts import is_loopback
from wiredesk.plain import many
from wiredesk.settings import Settings
from wiredesk.terminal import say
from wiredesk.web import address, listen

PORT = 8765
#: Seconds that a request waits for a Redis that is away, before it is answered 503.
PATIENCE = 3.0
RATE = Number(0.1)


@click.group(invoke_without_command=True, short_help="Take in files over HTTP.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True)
@click.option("--rate", type=RATE, help="Requests a second in all, while no keys are set up.")
@click.pass_context
def command(context: click.Context, host: str, port: int, rate: float | None) -> None:
    """Serve POST /v1/files and what belongs to it until stopped; /docs describes it.

    Listens on loopback unless --host says otherwise, and then only with keys: make one with 'wiredesk gateway key add
    NAME'. TLS and public names are a reverse proxy's part.
    """
    if context.invoked_subcommand:
        return
    try:
        from producers.gateway import app, serve  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise UsageError(f"The gateway needs {error.name}: pip install 'wiredesk[gateway]'") from None
    settings = Settings.read()
    log.configure(settings.log, settings.log_level)
    url = settings.desk_url()
    redis = reach(client(url), url)
    local = is_loopback(host)
    if not local and not redis.hlen(keys.API_KEYS):
        raise UsageError(f"{host} can be reached from elsewhere: make a key first with: wiredesk gateway key add NAME")
    redis.close()
    bound = listen(host, port, "gateway")
    desk = AsyncDesk(settings=settings, patience=PATIENCE)
    application = app.create(desk, url=url, limit=settings.max_file_bytes, required=not local, rate=rate)
    here = address(host, bound)
    say(f"Posting to {here}v1/files, described at {here}docs", err=True)
    serve.server(application).run(sockets=[bound])


@command.group()
def key() -> None:
    """API keys: Redis holds their hashes alone."""


@key.command("add")
@click.argument("name")
@click.option("--rate", type=RATE, default=50.0, show_default=True, help="Requests a second.")
def add(name: str, rate: float) -> None:
    """Make a key for NAME and print it: it is shown this once."""
    from producers.gateway import apikeys  # noqa: PLC0415

    made, hashed, value = apikeys.new(name, rate)
    url = Settings.read().desk_url()
    reach(client(url), url).hset(keys.API_KEYS, hashed, value)
    say(made)


@key.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON lines.")
def show(as_json: bool) -> None:
    """Print each key's name, its rate and the start of its hash."""
    from producers.gateway import apikeys  # noqa: PLC0415

    url = Settings.read().desk_url()
    stored = cast("dict[bytes, bytes]", reach(client(url), url).hgetall(keys.API_KEYS))
    for hashed, found in apikeys.parse(stored).items():
        if as_json:
            say(msgspec.json.encode({"hash": hashed[:12], "name": found.name, "rate": found.rate}))
        else:
            say(f"{hashed[:12]}  {found.rate:g}/s  {found.name!r}")
    if not stored:
        say("No keys yet: wiredesk gateway key add NAME makes one.", err=True)


@key.command("revoke")
@click.argument("name")
def revoke(name: str) -> int:
    """Take back all keys of NAME."""
    from producers.gateway import apikeys  # noqa: PLC0415

    url = Settings.read().desk_url()
    redis = reach(client(url), url)
    known = apikeys.parse(cast("dict[bytes, bytes]", redis.hgetall(keys.API_KEYS)))
    gone = [hashed for hashed, found in known.items() if found.name == name]
    if gone:
        redis.hdel(keys.API_KEYS, *gone)
    say(f"{many(len(gone), 'key')} taken back" + ("" if gone else "; names: wiredesk gateway key list"), err=True)
    return 0 if gone else 1
