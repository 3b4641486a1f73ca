"""`newsreel mirror` and `merge`: copies of an archive, and archives that become one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from archive.commands.arguments import Commands, bar, command, duration, ticker
from archive.merging import merge
from archive.mirroring import mirror
from archive.moments import age
from archive.records import STREAMS

OK = 0


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    copy = command(
        commands,
        "mirror",
        _mirror,
        short="make a copy of the archive, or bring one up to now",
        long="Copy what is new since the last time into another folder, each file before the commit that names it and "
        "compared with its digest: crawls may go on meanwhile, and the copy is an archive at any moment. Takedowns are "
        "followed. The folders frontier/ and runs/ are no part of it. Exit codes: 0 ok, 1 the archive is damaged, "
        "2 the folder holds something else.",
        examples="""  newsreel mirror /mnt/backup/news
  newsreel mirror /mnt/backup/news && newsreel verify --archive /mnt/backup/news""",
    )
    copy.add_argument("target", metavar="FOLDER", type=Path, help="folder of the copy; made where it is not there")
    copy.add_argument(
        "--grace",
        metavar="AGE",
        type=duration,
        default=age("7d"),
        help="how long merged files stay in the copy; default: 7d",
    )
    join = command(
        commands,
        "merge",
        _merge,
        short="take in what another archive holds",
        long="Add the revisions, observations, quarantined pages and captures that another archive holds and this one "
        "does not, as they are: ids, times and digests stay. Lines keep the time at which they were recorded, and "
        "come behind all others in the feed of changes. The other archive is only read. Done again, it adds nothing. "
        "An article that one has taken down and the other holds must be erased there first.",
        examples="""  newsreel merge ../old-machine/data
  newsreel merge ../old-machine/data --archive data && newsreel verify --archive data""",
    )
    join.add_argument("source", metavar="FOLDER", type=Path, help="folder of the other archive")


def _mirror(options: argparse.Namespace, out: TextIO) -> int:
    with bar("copying") as progress:
        made = mirror(options.archive, options.target, grace=options.grace, progress=progress)
    out.write(
        f"{made.files} files ({made.bytes / 1e6:,.1f} MB) and {made.commits} commits copied; "
        f"{made.deleted} older files deleted\n"
    )
    if made.head:
        out.write(f"head {made.head}\n")
    return OK


def _merge(options: argparse.Namespace, out: TextIO) -> int:
    with ticker("merging") as progress:
        made = merge(options.archive, options.source, progress=progress)
    counts = ", ".join(f"{made.lines[stream]} {stream}" for stream in STREAMS.values())
    out.write(f"{counts} and {made.records} records of captures added; {made.present} lines were there already\n")
    if made.lines:
        out.write(f"newsreel changes --since {made.since} tells them\n")
    if made.left:
        out.write(f"{made.left} folders of open segments are not in it: end its runs, or run one, and merge again\n")
    return OK
