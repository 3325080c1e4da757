"""The live view of a run: how much of the files is split, what was published, what waits. On standard error."""

from __future__ import annotations

from typing import Self

from rich.markup import escape
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from wiredesk.cli._run import State
from wiredesk.jobs import printable
from wiredesk.terminal import Console


class Progress:
    """Shows nothing where standard error is no terminal."""

    def __init__(self, console: Console, files: int) -> None:
        self._bars = Bars(
            TextColumn("{task.fields[files]} files"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("[dim]{task.description}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bars.add_task("starting", total=1.0, files=f"0/{files}")

    def show(self, state: State) -> None:
        waiting = "  ".join(f"{stage} {count}" for stage, count in state.queued.items() if count)
        said = f"{state.articles:,} articles, {state.copies:,} copies" + (
            f", {state.rejected:,} rejected" if state.rejected else ""
        )
        taking = f"   taking in {escape(printable(state.taking))}" if state.taking else ""
        self._bars.update(
            self._task,
            completed=state.share,
            files=f"{state.done}/{state.total}",
            description=f"{said}   {waiting}{taking}",
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()
