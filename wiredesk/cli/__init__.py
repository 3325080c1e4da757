"""The command line. One module a command; the module's name is the command's name, `command` its click command.

Data goes to standard output, everything else to standard error. Exit status: 0 all done, 1 some files were rejected,
2 usage or settings, 3 Redis cannot be reached.
"""

from __future__ import annotations

import importlib
import io
import os
import pkgutil
import shlex
import sys
from typing import Any

import click
from redis.exceptions import ConnectionError, RedisError, TimeoutError  # noqa: A004

from wiredesk import __version__
from wiredesk.errors import DeskError, RedisUnreachable, UsageError
from wiredesk.settings import one_thread
from wiredesk.terminal import say


class Commands(click.Group):
    """Loads a command's module when the command is asked for: `--help` and light commands stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Click ends with status 1 where the reader of our output went away (`| head`): an end like any other."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python must not flush to it again
            return 0


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="wiredesk")
def group() -> None:
    """The wire desk of a newsroom: files of news text in, separated stories out, each exactly once."""


def main() -> None:
    """Run the command that the arguments name and exit with its status."""
    one_thread()
    if "" in sys.argv[1:]:
        said = shlex.join(["wiredesk", *sys.argv[1:]])
        _end(f"A word is empty, as an unset variable leaves it: {said}", UsageError.status)
    try:
        status = group(standalone_mode=False)
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        say(told.getvalue().rstrip(), err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        say("Stopped.", err=True)
        sys.exit(130)
    except DeskError as error:
        _end(str(error), error.status)
    except (ConnectionError, TimeoutError) as error:
        _end(
            f"Redis stopped answering: {str(error).rstrip('.')}. What was accepted is kept by a Redis that persists.",
            RedisUnreachable.status,
        )
    except RedisError as error:
        _end(f"Redis refused a command: {error}. 'wiredesk doctor' checks its set-up.", RedisUnreachable.status)
    except OSError as error:
        _end(f"{_named(error)} Name another path, or mend this one.", UsageError.status)
    sys.exit(status or 0)


def _named(error: OSError) -> str:
    what = f"{str(error.filename)!r} cannot be used" if error.filename is not None else "A file cannot be used"
    return f"{what}: {error.strerror or error}."


def _end(sentence: str, status: int) -> None:
    say(f"wiredesk: {sentence}", err=True)
    sys.exit(status)
