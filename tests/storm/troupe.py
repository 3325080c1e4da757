"""Everybody on the desk as processes that are killed, stopped, frozen and replaced.

Each is forked from this one, which has imported everything: a life begins within a tenth of a second, so that a storm
spends its time in work and not in imports. What runs in it is what the command runs.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.harm import Mortals
from wiredesk.process import end_with_parent

#: Ended as it should: by itself, because Redis could not be reached at its start, by SIGKILL, by a SIGTERM at birth.
FINE = {0, 3, -signal.SIGKILL, -signal.SIGTERM}


@dataclass
class Troupe(Mortals):
    """`roles`: who plays, by name; `log` takes what they complain of."""

    roles: dict[str, Callable[[], object]]
    log: Path
    exits: Counter[tuple[str, int]] = field(default_factory=Counter)

    def fill(self) -> None:
        """Replace who has ended."""
        self._bury(os.WNOHANG)
        for name in set(self.roles) - set(self.alive.values()):
            self.alive[self._born(name)] = name

    def dismiss(self, grace: float) -> None:
        """SIGTERM to all; SIGKILL to who is there after the grace, which is told as an exit of its own."""
        self.ask_to_end()
        until = time.monotonic() + grace
        while self.alive and time.monotonic() < until:
            self._bury(os.WNOHANG)
            time.sleep(0.05)
        for pid, name in self.alive.items():
            self.exits[name, signal.SIGALRM] += 1
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def odd(self) -> dict[str, int]:
        """Exits that nobody should make."""
        return {f"{name} ended with {status}": n for (name, status), n in self.exits.items() if status not in FINE}

    def _bury(self, how: int) -> None:
        for pid in list(self.alive):
            found, status = os.waitpid(pid, how)
            if found:
                self.exits[self.alive.pop(pid), os.waitstatus_to_exitcode(status)] += 1
                self.frozen.pop(pid, None)

    def _born(self, name: str) -> int:
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            end_with_parent(signal.SIGKILL)
            out = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(out, 2)
            random.seed()
            said = self.roles[name]()
            status = said if isinstance(said, int) else 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:  # noqa: BLE001  (whatever ended it is told before the process goes)
            sys.stderr.write(f"=== {name}\n{traceback.format_exc()}")
        finally:
            sys.stderr.flush()
            os._exit(status)
