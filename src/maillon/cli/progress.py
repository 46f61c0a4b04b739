"""Progress on standard error, where that is a terminal."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)


class Steps:
    """One bar a step; nothing is drawn where standard error is no terminal."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.finish()
        self._progress.stop()

    def start(self, name: str, total: int) -> None:
        """Begin a step; the one before it is done."""
        self.finish()
        self._task = self._progress.add_task(name, total=total)

    def at(self, name: str, done: int, total: int) -> None:
        """Say how far the step is, and at what."""
        if self._task is not None:
            self._progress.update(self._task, description=name, completed=done, total=total)

    def finish(self) -> None:
        """Show the step as done."""
        if self._task is not None:
            total = self._progress.tasks[self._task].total
            self._progress.update(self._task, completed=total)
            self._task = None
