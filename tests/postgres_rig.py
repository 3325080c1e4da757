"""A PostgreSQL of a test's own: made in a folder, started and stopped as the test wants, on a socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "postgres"


class Server:
    """`url` is the address that a sink is given."""

    def __init__(self, programs: Path, folder: str) -> None:
        self.programs, self.folder = programs, folder
        self.socket = f"{folder}/.s.PGSQL.5432"
        self.url = f"postgresql://{USER}@/postgres?host={self.socket}"

    def create(self) -> None:
        self._run("initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", USER, "-N", "-E", "UTF8")

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")

    def _run(self, program: str, *words: str) -> None:
        # PostgreSQL refuses to run as root.
        user = {"user": USER, "group": USER} if os.geteuid() == 0 else {}
        command = [self.programs / program, *words]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder, **user
        )


def programs() -> Path | None:
    """Where PostgreSQL's programs are, on PATH or where Debian puts them."""
    found = shutil.which("initdb")
    return Path(found).parent if found else next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))), None)


@contextmanager
def running(folder_of_programs: Path) -> Iterator[Server]:
    """A server of one's own, at work until the block ends."""
    folder = tempfile.mkdtemp(prefix="wiredesk-pg-")
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
    own = Server(folder_of_programs, folder)
    own.create()
    own.start()
    try:
        yield own
    finally:
        own.stop()
        shutil.rmtree(folder)
