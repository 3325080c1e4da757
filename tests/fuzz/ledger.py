"""What fuzzing has spent so far: a line a turn, so that hours add up over many starts.

A finding is mended by a change and a test; then the target's lines are forgotten: what is told is time in which nothing
was found.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Spent:
    """A turn: seconds of processor time, the inputs tried, and the last lines of what went wrong."""

    name: str
    seconds: float
    inputs: int
    wrong: str


class Ledger:
    """Turns, kept in a file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self._turns = [Spent(**json.loads(line)) for line in lines]

    def add(self, spent: Spent) -> None:
        self._turns.append(spent)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(spent))

    def forget(self, names: list[str]) -> None:
        self._turns = [one for one in self._turns if one.name not in names]
        self._path.write_text("".join(map(_line, self._turns)), "utf-8")

    def seconds(self, name: str) -> float:
        return sum(one.seconds for one in self._of(name))

    def hours(self, names: list[str]) -> float:
        return sum(map(self.seconds, names)) / 3600

    def found(self, name: str) -> list[str]:
        return [one.wrong for one in self._of(name) if one.wrong]

    def table(self, names: list[str]) -> str:
        rows = [f"{'target':<14}{'inputs':>14}{'CPU minutes':>14}"]
        rows += [f"{name:<14}{self._inputs(name):>14,}{self.seconds(name) / 60:>14.1f}" for name in names]
        total = sum(map(self._inputs, names))
        rows.append(f"{total:,} inputs in {self.hours(names):.2f} CPU hours")
        return "\n".join([*rows, *(f"{name}: {wrong}" for name in names for wrong in self.found(name))])

    def _of(self, name: str) -> list[Spent]:
        return [one for one in self._turns if one.name == name]

    def _inputs(self, name: str) -> int:
        return sum(one.inputs for one in self._of(name))


def _line(spent: Spent) -> str:
    return json.dumps(asdict(spent)) + "\n"
