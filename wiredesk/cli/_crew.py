"""Commands that run side by side under one: started in order, replaced when they die, stopped in the reverse order."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from wiredesk import log
from wiredesk.process import Restarts, end_with_parent


@dataclass
class Hand:
    """One command of the crew: its words after ``wiredesk``."""

    words: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    restarts: Restarts = field(default_factory=Restarts)


@dataclass
class Crew:
    """Use as a context manager and `tend` every tenth of a second or so. `grace`: seconds a command has to stop."""

    commands: Sequence[tuple[str, ...]]
    environment: dict[str, str]
    grace: float
    hands: list[Hand] = field(default_factory=list)

    def tend(self) -> None:
        """Replace who has died."""
        for hand in self.hands:
            if hand.process is not None and hand.process.poll() is not None:
                lived = hand.restarts.ended()
                log.get().warning("ended", command=hand.words[0], exit=hand.process.returncode, lived=round(lived, 1))
                hand.process = None
            if hand.process is None and hand.restarts.now:
                self._start(hand)

    def __enter__(self) -> Self:
        self.hands = [Hand(words) for words in self.commands]
        self.tend()
        return self

    def __exit__(self, *_: object) -> None:
        for hand in reversed(self.hands):
            if hand.process is not None:
                self._stop(hand.process)

    def _start(self, hand: Hand) -> None:
        command = [sys.executable, "-m", "wiredesk", *hand.words]
        # A session of its own: Ctrl-C reaches this process alone, which stops the others in order.
        hand.process = subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )
        hand.restarts.began()

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(self.grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
