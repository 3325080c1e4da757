"""A Redis whose clock can be set, as an administrator or a time service does it: by a step."""

from __future__ import annotations

import os
import struct
from pathlib import Path

from tests.chaos.mortal import MortalRedis
from tests.storm.preload import library


class SteppingRedis(MortalRedis):
    """`step` sets how many seconds its clock is ahead of the machine's."""

    def __init__(self, folder: Path, *options: str) -> None:
        super().__init__(folder, *options)
        self._seconds = folder / "clock"
        self.step(0)
        self._environment = os.environ | {"LD_PRELOAD": str(library("clock", folder)), "CLOCK_STEP": str(self._seconds)}

    def environment(self) -> dict[str, str]:
        return self._environment

    def step(self, seconds: int) -> None:
        with self._seconds.open("r+b" if self._seconds.exists() else "w+b") as file:
            file.write(struct.pack("q", seconds))
