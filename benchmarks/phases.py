"""What a crawl is doing when it is killed: marks that a child of the benchmarks writes as it goes.

    python -m benchmarks.phases MARKS crawl news …

runs the scrapy command with each phase marked at its begin (`+`) and end (`-`), each by one write(2).
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

PHASES = ("publishing", "flushing", "settling", "recovery", "end", "crawling")
"""Those that are looked for first come first; before any of them it is the start, after the last it has ended."""


def phase_of(marks: Path) -> str:
    """Return the phase in which a child was when it was killed."""
    open_: Counter[str] = Counter()
    for line in marks.read_text().splitlines() if marks.exists() else ():
        open_[line[1:]] += 1 if line[0] == "+" else -1
    return next((phase for phase in PHASES if open_[phase] > 0), "start-up")


def begins(marks: Path, phase: str, since: int) -> bool:
    """Return whether a phase has begun since a child's marks had so many bytes."""
    return marks.exists() and f"+{phase}\n".encode() in marks.read_bytes()[since:]


def _within(phase: str, function: Callable[..., Any], tell: Callable[[str], None]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*values: Any, **words: Any) -> Any:
            tell(f"+{phase}")
            try:
                return await function(*values, **words)
            finally:
                tell(f"-{phase}")

        return awaited

    @functools.wraps(function)
    def called(*values: Any, **words: Any) -> Any:
        tell(f"+{phase}")
        try:
            return function(*values, **words)
        finally:
            tell(f"-{phase}")

    return called


def mark(tell: Callable[[str], None]) -> None:
    """Mark the phases of the crawl that this process runs."""
    import archive.writer
    from crawler.frontier import opening
    from crawler.frontier.scheduler import FrontierScheduler
    from crawler.frontier.settling import Settling
    from pipelines.store import ArchivePipeline

    for kind, name, phase in (
        (archive.writer.Writer, "flush", "flushing"),
        (archive.writer.Writer, "_publish", "publishing"),
        (archive.writer.Writer, "_take_up", "recovery"),
        (opening, "recover", "recovery"),
        (Settling, "_settle", "settling"),
        (ArchivePipeline, "close_spider", "end"),
        (FrontierScheduler, "_close", "end"),
    ):
        setattr(kind, name, _within(phase, getattr(kind, name), tell))
    opened = FrontierScheduler.spider_opened

    async def then_crawling(self: FrontierScheduler) -> None:
        await opened(self)
        tell("+crawling")

    FrontierScheduler.spider_opened = then_crawling  # type: ignore[method-assign]


def main() -> None:
    marks = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    from scrapy.cmdline import execute

    mark(lambda line: os.write(marks, f"{line}\n".encode()) and None)
    execute(["scrapy", *sys.argv[2:]])


if __name__ == "__main__":
    main()
