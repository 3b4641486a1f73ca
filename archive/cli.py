"""The `newsreel` command: reads and keeps an archive; crawling is `scrapy`'s."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from archive.commands import copying, exporting, keeping, reading
from archive.errors import ArchiveError, Damaged
from archive.version import newsreel_version

OK, DAMAGED, USAGE, INTERRUPTED = 0, 1, 2, 130


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="newsreel",
        description="Read and keep an archive of news. To fill one: scrapy crawl news -a url=https://example.com/",
        epilog="Exit codes: 0 ok, 1 the archive is damaged, 2 wrong usage or no archive. Each command has a --help.",
    )
    parser.add_argument("--version", action="version", version=f"newsreel {newsreel_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in (reading, keeping, copying, exporting):
        group.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
