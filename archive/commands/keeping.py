"""`newsreel verify`, `repair`, `compact`, `erase`, `rebuild-catalog`: keeping an archive sound."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime
from time import monotonic
from typing import TextIO

import archive
from archive.catalog import Catalog, discard
from archive.commands.arguments import Commands, bar, command, count, duration, ticker, when
from archive.compact import TARGET, compact
from archive.erase import erase
from archive.folder import CATALOG, OPEN
from archive.frames import SUFFIXES
from archive.moments import age, moment
from archive.repair import repair
from archive.segments import DAMAGED as DAMAGED_PARTS
from archive.verify import Report, verify

OK, DAMAGED, USAGE = 0, 1, 2


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands."""
    check = command(
        commands,
        "verify",
        _verify,
        short="check every byte that was acknowledged",
        long="Walk the log's chain, and every file, line, WARC record and index, and compare them with what was "
        "acknowledged; whatever is cut, altered, missing or unasked for is named with its place. Changes nothing; "
        "crawls may go on meanwhile. Exit codes: 0 sound, 1 damaged, 2 no archive.",
        examples="""  newsreel verify
  newsreel verify --head sha256:9f86d081…      also see that the log still has a commit that was printed earlier""",
    )
    check.add_argument("--head", metavar="HASH", help="digest of a commit that must be in the log")
    check.add_argument("--jobs", metavar="N", type=count, help="processes; default: one a core")
    mend = command(
        commands,
        "repair",
        _repair,
        short="mend what verify found, as far as it is whole",
        long="Write damaged files anew with every frame and record that is whole in itself, say what was lost, delete "
        "damaged checkpoints and rebuild the catalog. A damaged commit takes a copy of it: commits cannot be made up.",
        examples="""  newsreel verify; newsreel repair
  newsreel repair --adopt               also take in whole files that no commit names (the log lost its tail)""",
    )
    mend.add_argument("--adopt", action="store_true", help="take in whole files that no commit names")
    _add_compact(commands)
    _add_erase(commands)
    command(
        commands,
        "rebuild-catalog",
        _rebuild,
        short="make the catalog anew from the log",
        long="Delete catalog.sqlite and make it anew. It is derived, and is made by itself where it is missing.",
    )


def _add_compact(commands: Commands[argparse.ArgumentParser]) -> None:
    merge = command(
        commands,
        "compact",
        _compact,
        short="merge the many small files of past days",
        long="Merge the files of each day that is over into few. Contents, ids and cursors stay; the merged files "
        "are deleted after a grace, so that readers of an older state can finish.",
        examples="""  newsreel compact
  newsreel compact --grace 0h                  delete the merged files at once: nobody is reading
  newsreel compact --compression gz            also pack the lines anew, as gzip""",
    )
    merge.add_argument("--until", metavar="DAY", type=when, help="only days before this one; default: today (UTC)")
    merge.add_argument("--grace", metavar="AGE", type=duration, default=age("7d"), help="default: 7d")
    merge.add_argument(
        "--target",
        metavar="MB",
        type=count,
        default=TARGET >> 20,
        help="size of a file that is left alone; %(default)s",
    )
    merge.add_argument(
        "--compression",
        choices=SUFFIXES,
        help="pack lines so, files of any size among them; default: as they are. Raw pages stay .warc.gz",
    )


def _add_erase(commands: Commands[argparse.ArgumentParser]) -> None:
    takedown = command(
        commands,
        "erase",
        _erase,
        short="take an article down, for good",
        long="Remove an article everywhere: its lines, its raw captures and pictures, and captures of other pages with "
        "its title or paragraphs (of 8 characters or more); links of other articles to it are emptied. Articles that "
        "quote it stay and are listed. A page that still names it when it is visited again is kept as it is then. The "
        "reason is kept in the log, `newsreel changes` tells readers, and no crawl brings the article back. This "
        "cannot be undone. Copies and backups are yours to look after.",
        examples="""  newsreel erase https://news.example/1.html --reason "court order 12/345" --yes""",
    )
    takedown.add_argument("article", metavar="ID|URL", help="which article")
    takedown.add_argument("--reason", metavar="TEXT", required=True, help="why; stays in the log")
    takedown.add_argument("--keep-mentions", action="store_true", help="leave captures of other pages, and list them")
    takedown.add_argument("--yes", action="store_true", help="do not ask")


def _verify(options: argparse.Namespace, out: TextIO) -> int:
    with bar("verifying") as progress:
        report = verify(options.archive, head=options.head, jobs=options.jobs or os.cpu_count() or 1, progress=progress)
    write_report(report, out)
    return DAMAGED if report.findings else OK


def write_report(report: Report, out: TextIO) -> None:
    """Write each finding on a line of its own, then what was looked at."""
    for finding in report.findings:
        out.write(f"{finding}\n")
    for note in report.notes:
        out.write(f"note: {note}\n")
    rate = report.unpacked / 1e6 / report.seconds if report.seconds else 0
    verdict = f"damaged: {len(report.findings)} findings" if report.findings else "sound"
    out.write(
        f"{verdict}; {report.commits} commits, "
        f"{report.files} files, {report.bytes / 1e6:,.1f} MB ({report.unpacked / 1e6:,.1f} MB unpacked) in "
        f"{report.seconds:.1f} s, {rate:,.0f} MB/s\n"
    )
    if report.head.digest:
        out.write(f"head {report.head.digest} (commit {report.head.number})\n")


def _repair(options: argparse.Namespace, out: TextIO) -> int:
    with ticker("repairing") as progress:
        made = repair(options.archive, adopt=options.adopt, progress=progress)
    for key in made.files:
        plain = (
            " (plain lines carry no checksum: what still reads as a line was kept)" if key.endswith(".jsonl") else ""
        )
        out.write(f"{key}: written anew from what was whole{plain}\n")
    for key in made.checkpoints:
        out.write(f"{key}: deleted, it was damaged and follows from the commits\n")
    for key in made.adopted:
        out.write(f"{key}: adopted\n")
    out.write(
        f"{len(made.files)} files mended, {made.lost} lines and records lost, {len(made.adopted)} files adopted\n"
    )
    assert made.report is not None
    write_report(made.report, out)
    return DAMAGED if made.report.findings else OK


def _compact(options: argparse.Namespace, out: TextIO) -> int:
    until: date | None = moment(options.until, now=datetime.now(UTC)).date() if options.until else None
    with ticker("compacting") as progress:
        made = compact(
            options.archive,
            until=until,
            grace=options.grace,
            target=options.target << 20,
            compression=options.compression,
            progress=progress,
        )
    out.write(f"{made.before} files became {made.after}; {len(made.deleted)} older ones deleted\n")
    return OK


def _erase(options: argparse.Namespace, out: TextIO) -> int:
    if not options.yes:
        state = archive.open(options.archive).article(options.article)
        sys.stderr.write(f"{state.article.title}\n{state.article.canonical_url}\n")
        if not sys.stdin.isatty():
            sys.stderr.write("newsreel: this cannot be undone; --yes says that it is meant\n")
            return USAGE
        sys.stderr.write("Erase it everywhere, for good? [y/N] ")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            return USAGE
    with ticker("erasing") as progress:
        made = erase(
            options.archive, options.article, options.reason, keep_mentions=options.keep_mentions, progress=progress
        )
    out.write(f"erased {made.id}: {made.lines} lines and {made.records} records, {made.files} files written anew\n")
    for url in sorted(set(made.mentions)):
        out.write(f"{'still there' if options.keep_mentions else 'also erased'}: a capture of {url} with its words\n")
    for url in made.quoted:
        out.write(f"still there: {url}, an article of its own whose text has words of it\n")
    if any((options.archive / OPEN / DAMAGED_PARTS).glob("*")):
        out.write(f"{OPEN}/{DAMAGED_PARTS} holds parts of damaged segments: look there, too, and delete them\n")
    return OK


def _rebuild(options: argparse.Namespace, out: TextIO) -> int:
    opened, began = archive.open(options.archive), monotonic()
    discard(opened.root / CATALOG)
    catalog = Catalog(opened.root / CATALOG, opened.log)
    with bar("rebuilding the catalog") as progress:
        catalog.catch_up(progress=progress)
    (articles,) = catalog.one("SELECT count(*) FROM articles")
    catalog.close()
    out.write(f"{articles:,} articles of {opened.head.number:,} commits in {monotonic() - began:.1f} s\n")
    return OK
