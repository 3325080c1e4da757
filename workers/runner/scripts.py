"""The Lua of workers/lua as scripts that can be called.

A script is several files in a row: what is shared comes first, the step itself last. Each file opens with its
invariants; all of a script runs as one step in Redis.
"""

from __future__ import annotations

from hashlib import sha1
from importlib.resources import files
from typing import Any

from redis import Redis
from redis.exceptions import NoScriptError

from workers.runner.line import Line
from workers.runner.wire import Arguments, Common, pack

_FILES: dict[str, tuple[str, ...]] = {
    "claim": ("clock", "records", "counts", "file", "quarantine", "claim"),
    "finish": ("clock", "records", "counts", "file", "quarantine", "effects", "finish"),
    "apply": ("clock", "records", "counts", "file", "quarantine", "effects", "apply"),
    "tick": ("clock", "records", "counts", "file", "tick"),
    "renew": ("clock", "records", "renew"),
    "leave": ("clock", "records", "leave"),
    "again": ("clock", "records", "counts", "file", "quarantine", "effects", "again"),
    "reopen": ("clock", "records", "counts", "file", "quarantine", "effects", "reopen"),
    "revise": ("clock", "records", "counts", "file", "quarantine", "effects", "revise"),
}


def source(name: str) -> str:
    folder = files("workers") / "lua"
    return "\n".join(folder.joinpath(f"{part}.lua").read_text("utf-8") for part in _FILES[name])


#: Read when the program is: a worker that is started later is of one version with its parent, whatever was installed.
_SOURCES = {name: source(name) for name in _FILES}


class Scripts:
    """The scripts of one desk on a line of their own: `call` runs one by name.

    A script that Redis has forgotten is sent whole: it was not run, so this runs nothing twice.
    """

    def __init__(self, redis: Redis, common: Common) -> None:
        self.line = Line(redis)
        self._common = pack(common)
        self._sources = {name: source(name) for name in _FILES}
        self._hashes = {name: sha1(text.encode()).hexdigest() for name, text in self._sources.items()}  # noqa: S324  (Redis names scripts by it)

    def call(self, name: str, call: Any, keys: tuple[str, ...] = (), raw: Arguments | None = None) -> Any:
        arguments = (len(keys), *keys, self._common, pack(call), *(raw or ()))
        try:
            return self.line.command("EVALSHA", self._hashes[name], *arguments)
        except NoScriptError:
            return self.line.command("EVAL", self._sources[name], *arguments)
