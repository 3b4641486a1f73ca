"""The `newsreel` command: reads an archive; crawling is `scrapy`'s."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import TextIO

import archive
from archive.errors import ArchiveError, Damaged
from archive.formats import write_csv, write_jsonl, write_table
from archive.states import State
from archive.stats import write_stats

OK, DAMAGED, USAGE, INTERRUPTED = 0, 1, 2, 130
FORMATS = {"jsonl": write_jsonl, "csv": write_csv, "table": write_table}
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0 ok, 1 the archive is damaged, 2 usage or no archive."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="newsreel: %(message)s", stream=sys.stderr, level=logging.WARNING)
    # Lines are UTF-8 by definition, whatever the locale of a job is.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        code: int = options.run(options, sys.stdout)
        sys.stdout.flush()
    except ArchiveError as error:
        sys.stderr.write(f"newsreel: {error}\n")
        return DAMAGED if isinstance(error, Damaged) else USAGE
    except BrokenPipeError:
        # The reader has had enough, as `head` does. Python would flush once more at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _articles(options: argparse.Namespace, out: TextIO) -> int:
    opened = archive.open(options.archive)
    since = options.since and _moment(options.since, now=datetime.now(UTC))
    found: Iterable[State] = opened.states(site=options.site, since=since)
    form = options.format or ("table" if out.isatty() else "jsonl")
    if FORMATS[form](islice(found, options.limit), out) == 0 and options.limit != 0:
        return _nothing(opened, options)
    return OK


def _nothing(opened: archive.Archive, options: argparse.Namespace) -> int:
    """Say why nothing was printed: an archive without articles is a mistake, a search without finds is not."""
    if next(opened.articles(revisions=True), None) is None:
        sys.stderr.write(f"newsreel: {options.archive} holds no articles yet\n")
        return USAGE
    sys.stderr.write("newsreel: no article matches\n")
    return OK


def _stats(options: argparse.Namespace, out: TextIO) -> int:
    write_stats(archive.open(options.archive), out)
    return OK


def _moment(words: str, *, now: datetime) -> datetime:
    """Return the moment that --since names: a day or time, UTC unless it says otherwise, or an age.

    >>> from datetime import datetime, UTC
    >>> _moment("36h", now=datetime(2021, 7, 28, tzinfo=UTC)).isoformat()
    '2021-07-26T12:00:00+00:00'
    """
    if age := re.fullmatch(r"(\d{1,6})([mhdw])", words):
        return now - timedelta(**{_UNITS[age[2]]: int(age[1])})
    moment = datetime.fromisoformat(words)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _when(words: str) -> str:
    try:
        _moment(words, now=datetime(9999, 1, 1, tzinfo=UTC))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{words!r} is no day, time or age; try 2021-07-26, 24h or 7d") from None
    return words


def _count(words: str) -> int:
    if not words.isdecimal():
        raise argparse.ArgumentTypeError(f"{words!r} is no number of articles")
    return int(words)


def _version() -> str:
    try:
        return version("newsreel")
    except PackageNotFoundError:
        return "(not installed)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="newsreel",
        description="Read an archive of news. To fill one: scrapy crawl news -a url=https://example.com/",
        epilog="Exit codes: 0 ok, 1 the archive is damaged, 2 wrong usage or no archive.",
    )
    parser.add_argument("--version", action="version", version=f"newsreel {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_articles(commands)
    stats = commands.add_parser(
        "stats",
        help="count what the archive holds",
        description="Count by site: articles, their revisions (wordings), observations (visits), quarantined pages.",
    )
    _add_archive(stats)
    stats.set_defaults(run=_stats)
    return parser


def _add_articles(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "articles",
        help="print articles, each in its newest wording",
        description="Print articles, each in its newest wording, in the order in which they were recorded.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="""examples:
  newsreel articles                                      a table on a terminal, JSON Lines into a pipe
  newsreel articles --since 7d                           what the last week brought
  newsreel articles --site hzgreat100 --format csv > articles.csv
  newsreel articles --format jsonl | jq -r .title
  newsreel articles --archive /srv/news --format table --limit 20""",
    )
    _add_archive(parser)
    parser.add_argument("--site", metavar="S", help="only of this site")
    parser.add_argument(
        "--since",
        metavar="WHEN",
        type=_when,
        help="only what was recorded since: 2021-07-26, 2021-07-26T11:43:00+08:00 (UTC unless it says), 24h, 7d",
    )
    parser.add_argument("--format", choices=FORMATS, help="default: table on a terminal, else jsonl")
    parser.add_argument("--limit", metavar="N", type=_count, help="no more than N articles")
    parser.set_defaults(run=_articles)


def _add_archive(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--archive",
        metavar="DIR",
        type=Path,
        default=Path(os.environ.get("NEWSREEL_ARCHIVE") or "data"),
        help="folder of the archive; default: $NEWSREEL_ARCHIVE, else data",
    )


if __name__ == "__main__":
    sys.exit(main())
