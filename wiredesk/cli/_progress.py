"""The live view of a run: a bar of files, what was published, what waits before each stage. On standard error."""

from __future__ import annotations

from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from wiredesk.cli._run import State
from wiredesk.terminal import Console


class Progress:
    """Shows nothing where standard error is no terminal."""

    def __init__(self, console: Console, files: int) -> None:
        self._bars = Bars(
            TextColumn("files"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("[dim]{task.description}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bars.add_task("starting", total=files)

    def show(self, state: State) -> None:
        waiting = "  ".join(f"{stage} {count}" for stage, count in state.queued.items() if count)
        said = f"{state.articles:,} articles, {state.copies:,} copies" + (
            f", {state.rejected:,} rejected" if state.rejected else ""
        )
        self._bars.update(self._task, completed=state.done, description=f"{said}   {waiting}")

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()
