"""The Lua of workers/lua as scripts that can be called.

A script is several files in a row: what is shared comes first, the step itself last. Each file opens with its
invariants; all of a script runs as one step in Redis.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from redis import Redis

from workers.runner.wire import Arguments, Common, pack

if TYPE_CHECKING:
    from redis.commands.core import Script

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
    """The scripts of one desk: `call` runs one by name. A script that Redis has forgotten is loaded again."""

    def __init__(self, redis: Redis, common: Common) -> None:
        self._common = pack(common)
        self._scripts: dict[str, Script] = {n: redis.register_script(s) for n, s in _SOURCES.items()}

    def call(self, name: str, call: Any, keys: tuple[str, ...] = (), raw: Arguments | None = None) -> Any:
        return self._scripts[name](keys=keys, args=[self._common, pack(call), *(raw or ())])
