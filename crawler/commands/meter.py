"""How far a command is: a line that changes on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

_SECONDS = 10.0
"""Between two lines of a log."""


class Meter:
    """Shows what a command counts, on stderr, while the block lasts."""

    def __init__(self, *, total: int | None = None, quiet: bool = False) -> None:
        """`total` is what `done` will reach, None where nobody knows; a quiet one shows nothing."""
        self._quiet = quiet
        console = Console(stderr=True)
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._said = monotonic()
        if console.is_terminal and not quiet:
            bar = (BarColumn(),) if total is not None else ()
            self._bar = Progress(
                SpinnerColumn(), *bar, TextColumn("{task.description}"), TimeElapsedColumn(), console=console
            )
            self._task = self._bar.add_task("", total=total)

    def show(self, words: str, *, done: int = 0) -> None:
        """Say how far it is."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=words, completed=done)
        elif not self._quiet and monotonic() - self._said >= _SECONDS:
            self._said = monotonic()
            print(words, file=sys.stderr, flush=True)  # noqa: T201, a job's log

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
