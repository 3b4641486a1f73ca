"""`newsreel articles`, `show`, `changes`, `files`, `stats`: what an archive holds."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

import archive
from archive.changes import Change, end_of
from archive.commands.arguments import Commands, add_rights, command, count, when
from archive.errors import DamagedFile
from archive.folder import OPEN, stream_of
from archive.formats import write_csv, write_jsonl, write_table
from archive.lock import SharedLock
from archive.moments import moment
from archive.publishing import left_behind
from archive.reader import Archive
from archive.records import STREAMS
from archive.show import write_article, write_article_json
from archive.states import State
from archive.stats import write_stats
from archive.writer import FOLLOWERS

FORMATS: dict[str, Callable[[Iterable[State], TextIO], int]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "table": write_table,
}
KINDS = ("revision", "observation", "end", "erasure")
_POLL = 0.2
"""Seconds between two looks at the log while following: each asks for one file that is not there yet."""


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    _add_articles(commands)
    show = command(
        commands,
        "show",
        _show,
        short="print one article with its history",
        long="Print one article, by its id or any address under which it was seen: its newest wording, its revisions "
        "with what changed in each, its visits and view counts, and the raw captures behind them.",
        examples="""  newsreel show https://hzgreat100.com/News/desc/id/1771.html
  newsreel show 039e30c329a9f6b44f9a3f1eaab66950 --json | jq .revisions""",
    )
    show.add_argument("article", metavar="ID|URL", help="which article")
    show.add_argument("--json", action="store_true", help="one JSON object instead of text")
    _add_changes(commands)
    files = command(
        commands,
        "files",
        _files,
        short="print the files that count",
        long="Print the path of each published file that the log names: for programs that read the files themselves. "
        "A folder may hold others: rewritten ones that older readers still need.",
        examples="""  newsreel files --stream articles
  duckdb -c "SELECT count(*) FROM read_json([$(newsreel files --stream articles | sed "s/.*/'&'/" | paste -sd,)])\"""",
    )
    files.add_argument("--stream", choices=(*STREAMS.values(), "warc", "index"), help="only of this stream")
    command(
        commands,
        "stats",
        _stats,
        short="count what the archive holds",
        long="Count by site: articles and how many of them are gone, revisions (wordings), observations (visits), "
        "quarantined pages. The last line is the newest commit's digest: kept elsewhere, it lets `newsreel verify "
        "--head` see a removed tail.",
    )


def _add_articles(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = command(
        commands,
        "articles",
        _articles,
        short="print articles, each in its newest wording",
        long="Print articles, each in its newest wording, in the order in which they were recorded.",
        examples="""  newsreel articles                                   a table on a terminal, JSON Lines into a pipe
  newsreel articles --since 7d                        what the last week brought
  newsreel articles --as-of 2021-08-01                the archive as it was then
  newsreel articles --site hzgreat100 --format csv > articles.csv
  newsreel articles --format jsonl | jq -r .title
  newsreel articles --archive /srv/news --format table --limit 20""",
    )
    parser.add_argument("--site", metavar="S", help="only of this site")
    parser.add_argument(
        "--since",
        metavar="WHEN",
        type=when,
        help="only what was recorded since: 2021-07-26, 2021-07-26T11:43:00+08:00 (UTC unless it says), 24h, 7d",
    )
    parser.add_argument("--as-of", metavar="WHEN", type=when, help="the archive as it was at a time")
    parser.add_argument(
        "--axis",
        choices=("recorded", "fetched"),
        default="recorded",
        help="which time --as-of means: of recording (what the archive knew then), or of fetching (what the site said "
        "then, by today's knowledge); default: recorded",
    )
    add_rights(parser)
    parser.add_argument("--format", choices=FORMATS, help="default: table on a terminal, else jsonl")
    parser.add_argument("--limit", metavar="N", type=count, help="no more than N articles")


def _add_changes(commands: Commands[argparse.ArgumentParser]) -> None:
    changes = command(
        commands,
        "changes",
        _changes,
        short="print what happened since a cursor",
        long="Print what has happened, in the order of commits, a JSON object a line: cursor, kind, record. Kinds: "
        "revision (a new wording), observation (a sighting), end (a sighting that says moved, or the second in a row "
        "that says gone), erasure (a takedown: delete your copy). Keep the cursor of the last line that you have dealt "
        "with and pass it as --since next time: nothing is missed, and what comes twice has the same cursor. Cursors "
        "outlive compaction.",
        examples="""  newsreel changes | tail -1 | jq -r .cursor > cursor
  newsreel changes --since "$(cat cursor)"
  newsreel changes --follow --kind revision | jq -r .record.title""",
    )
    changes.add_argument("--since", metavar="CURSOR", help="only what is behind this cursor")
    changes.add_argument("--kind", choices=KINDS, action="append", help="only changes of this kind; may be repeated")
    add_rights(changes)
    changes.add_argument("--follow", action="store_true", help="go on with what is committed, until Ctrl-C")
    changes.add_argument("--limit", metavar="N", type=count, help="no more than N changes")


def _articles(options: argparse.Namespace, out: TextIO) -> int:
    opened = archive.open(options.archive)
    _tell_what_waits(opened)
    now = datetime.now(UTC)
    found = opened.states(
        site=options.site,
        since=moment(options.since, now=now) if options.since else None,
        as_of=moment(options.as_of, now=now) if options.as_of else None,
        axis=options.axis,
        rights=options.rights,
    )
    form = options.format or ("table" if out.isatty() else "jsonl")
    if FORMATS[form](islice(found, options.limit), out) == 0 and options.limit != 0:
        return _nothing(opened, options.archive)
    return 0


def _tell_what_waits(opened: Archive) -> None:
    if waiting := left_behind(opened.root):
        sys.stderr.write(
            f"newsreel: {waiting} interrupted run{'s' * (waiting > 1)} left what readers do not have yet; "
            "the next run publishes it, or newsreel repair\n"
        )


def _nothing(opened: Archive, path: Path) -> int:
    """Say why nothing was printed: an archive without articles is a mistake, a search without finds is not."""
    if next(opened.articles(revisions=True), None) is None:
        sys.stderr.write(f"newsreel: {path} holds no articles yet\n")
        return 2
    sys.stderr.write("newsreel: no article matches\n")
    return 0


def _show(options: argparse.Namespace, out: TextIO) -> int:
    opened = archive.open(options.archive)
    (write_article_json if options.json else write_article)(opened, options.article, out)
    return 0


def _changes(options: argparse.Namespace, out: TextIO) -> int:
    opened = archive.open(options.archive)
    if options.follow:
        found = follow(opened, options.since, rights=options.rights)
    else:
        found = opened.changes(options.since, rights=options.rights)
    for change in islice(
        (change for change in found if not options.kind or change.kind in options.kind), options.limit
    ):
        out.write(change.to_json().decode() + "\n")
        if options.follow:
            out.flush()
    return 0


def follow(opened: Archive, since: str | None, *, rights: int = 0) -> Iterator[Change]:
    """Yield changes as they are committed, for ever; writers seal sooner meanwhile. `rights` as in `Archive.changes`.

    Raises UnknownCursor and Damaged.
    """
    lock = _show_up(opened.root / OPEN)
    try:
        while True:
            told = opened.head
            try:
                for change in opened.changes(since, rights=rights):
                    yield change
                    since = change.cursor
            except DamagedFile:
                opened.refresh()
                if opened.head == told:
                    raise
                # Compacted or erased meanwhile, and deleted: today's files have what there is behind the cursor.
                continue
            # Nothing more can come of these commits, though the last ones had nothing to tell.
            since = end_of(told.number)
            while opened.head == told:
                time.sleep(_POLL)
                opened.refresh()
    finally:
        if lock is not None:
            lock.release()


def _show_up(folder: Path) -> SharedLock | None:
    """Let writers see that somebody follows; None where that is impossible, as in an archive that is read-only."""
    try:
        return SharedLock(folder / FOLLOWERS)
    except OSError:
        return None


def _files(options: argparse.Namespace, out: TextIO) -> int:
    opened = archive.open(options.archive)
    for key in sorted(opened.snapshot.files):
        if options.stream in (None, stream_of(key)):
            out.write(f"{opened.root / key}\n")
    return 0


def _stats(options: argparse.Namespace, out: TextIO) -> int:
    opened = archive.open(options.archive)
    _tell_what_waits(opened)
    write_stats(opened, out)
    return 0
