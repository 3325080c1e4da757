"""Processes to which harm is done: killed, stopped, frozen for a while."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

#: How often each thing is done, of a hundred.
HARM = {signal.SIGKILL: 60, signal.SIGTERM: 25, signal.SIGSTOP: 15}
#: Seconds that a process is frozen: from a hiccup to beyond a worker's lease.
FROZEN = (0.05, 6.0)


@dataclass(kw_only=True)
class Mortals:
    """`alive`: what each process is; `frozen`: until when; `harmed`: how often who was, and by what."""

    alive: dict[int, str] = field(default_factory=dict)
    frozen: dict[int, float] = field(default_factory=dict)
    harmed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def harm(self) -> None:
        """Do something to one of them."""
        pid = random.choice(list(self.alive))
        number = random.choices(list(HARM), weights=list(HARM.values()))[0]
        if number == signal.SIGSTOP:
            if pid in self.frozen:
                return
            self.frozen[pid] = time.monotonic() + random.uniform(*FROZEN)
        os.kill(pid, number)
        self.harmed[self.alive[pid], number.name] += 1

    @property
    def done(self) -> Counter[str]:
        """How often each harm was done."""
        counts = Counter[str]()
        for (_, harm), times in self.harmed.items():
            counts[harm] += times
        return counts

    def thaw(self, *, all_of_them: bool = False) -> None:
        for pid, until in list(self.frozen.items()):
            if all_of_them or time.monotonic() >= until:
                del self.frozen[pid]
                os.kill(pid, signal.SIGCONT)

    def ask_to_end(self) -> None:
        """SIGTERM to all, who can hear it."""
        self.thaw(all_of_them=True)
        for pid in self.alive:
            os.kill(pid, signal.SIGTERM)
