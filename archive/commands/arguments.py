"""Arguments that several commands take, and what their words mean."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from archive.moments import age, moment
from archive.rights import rules_of

Commands = argparse._SubParsersAction  # the type of what add_subparsers returns has no public name
Run = Callable[[argparse.Namespace, TextIO], int]


def command(
    commands: Commands[argparse.ArgumentParser], name: str, run: Run, *, short: str, long: str, examples: str = ""
) -> argparse.ArgumentParser:
    """Add a command with its --archive; `examples` stand at the end of its help."""
    parser = commands.add_parser(
        name,
        help=short,
        description=long,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"examples:\n{examples}" if examples else None,
    )
    parser.add_argument(
        "--archive",
        metavar="DIR",
        type=Path,
        default=Path(os.environ.get("NEWSREEL_ARCHIVE") or "data"),
        help="folder of the archive; default: $NEWSREEL_ARCHIVE, else data",
    )
    parser.set_defaults(run=run)
    return parser


def duration(words: str) -> timedelta:
    """Return how long an age is. Raises ArgumentTypeError."""
    try:
        return age(words)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{words!r} is no age; try 12h or 7d") from None


def when(words: str) -> str:
    """Return words that name a moment. Raises ArgumentTypeError."""
    try:
        moment(words, now=datetime(9999, 1, 1, tzinfo=UTC))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{words!r} is no day, time or age; try 2021-07-26, 24h or 7d") from None
    return words


def rights(words: str) -> int:
    """Return the bits of rules of archive.rights. Raises ArgumentTypeError."""
    try:
        return rules_of(words)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_rights(parser: argparse.ArgumentParser) -> None:
    """Declare --rights."""
    parser.add_argument(
        "--rights",
        metavar="RULE,…",
        type=rights,
        default=0,
        help="leave out articles that the newest visit which looked saw reserved: ai (against AI or text and data "
        "mining, by robots.txt to AI agents, noai, TDMRep, ai.txt, Content-Usage or Content-Signal), archive "
        "(noarchive), index (noindex); several parted by commas",
    )


def count(words: str) -> int:
    """Return a whole number from 0. Raises ArgumentTypeError."""
    if not (words.isascii() and words.isdecimal()):
        raise argparse.ArgumentTypeError(f"{words!r} is no whole number")
    return int(words)


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how much is done of how much, on a terminal; elsewhere it shows nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, of: None
        return
    columns = (SpinnerColumn(), TextColumn(what), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


@contextmanager
def ticker(what: str) -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is being worked on, on a terminal; elsewhere it shows nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda key: None
        return
    with console.status(what) as status:
        yield lambda key: status.update(f"{what} {key}")
