"""What `scrapy coverage` answers."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

import archive
from archive import ArchiveError
from archive.formats import PAPER_WIDTH
from crawler.coverage.gathering import gather
from crawler.coverage.report import Report
from crawler.coverage.showing import show_report
from crawler.frontier.errors import FrontierError
from crawler.frontier.lookup import Site, UnknownSite, site_meant
from crawler.frontier.place import folder_of
from crawler.frontier.sqlite import SqliteFrontier
from crawler.frontier.standing import look
from crawler.outcome import CRASHED, OK


def answer(word: str, settings: BaseSettings, *, as_json: bool) -> int:
    """Answer, and return the exit code. Raises UsageError for a site that there is not."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        report = asyncio.run(report_on(word, settings))
        if as_json:
            print(msgspec.json.encode(report).decode())  # noqa: T201, the command's answer
        else:
            console = Console(width=None if sys.stdout.isatty() else PAPER_WIDTH, highlight=False)
            # Printed by itself, rich would end the program with 1 where a reader has had enough.
            with console.capture() as captured:
                show_report(report, console)
            print(captured.get(), end="")  # noqa: T201
        sys.stdout.flush()
    except UnknownSite as error:
        raise UsageError(str(error), print_help=False) from None
    except (FrontierError, ArchiveError) as error:
        print(f"scrapy coverage: {error}", file=sys.stderr)  # noqa: T201, no part of the answer
        return CRASHED
    except BrokenPipeError:
        # The reader has had enough, as `head` does. Python would flush once more at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return OK


async def report_on(word: str, settings: BaseSettings) -> Report:
    """Return the report on a site. Raises UnknownSite, FrontierError and ArchiveError."""
    folder = folder_of(settings)
    name = await site_meant(folder, word)
    frontier = SqliteFrontier(folder, name, exclusive=False)
    try:
        site, standing = Site(name, settings), await look(frontier, folder, name)
        return await gather(archive.open(Path(settings["ARCHIVE"])), frontier, site, standing)
    finally:
        await frontier.close()
