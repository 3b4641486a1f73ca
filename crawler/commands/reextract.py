"""`scrapy reextract`: archived pages read again by today's rules."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from time import monotonic

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

import archive
from archive import ArchiveError, Damaged, Locked, Writer
from archive.folder import prepare
from crawler.commands.examples import show
from crawler.commands.meter import Meter
from crawler.commands.stopping import stoppable
from crawler.errors import BadArgument
from crawler.outcome import CRASHED, INTERRUPTED, LOCKED, OK
from crawler.reextraction.differences import difference
from crawler.reextraction.reading import Begin, checked_fields
from crawler.reextraction.rules import loader_settings
from crawler.reextraction.run import BATCH_BYTES, BATCH_RECORDS, Rerun, Selection, checked_moment
from crawler.reextraction.shards import Shard, checked_shard, locked
from pipelines.options import BadSetting, Options

_WORTH = 8
"""Chunks of work from which starting processes pays, each of which takes a second to load the rules."""

EXAMPLES = (
    ("scrapy reextract hzgreat100 --dry-run", "show what a new layout would change; nothing is written"),
    ("scrapy reextract hzgreat100 --fields title,body", "take these two fields alone from the new reading"),
    ("scrapy reextract --since 7d -s ARCHIVE=data", "what was recorded in the last week, of all sites"),
    ("scrapy reextract --shard 1/2", "half of the articles, while another process or machine does --shard 2/2"),
)


class Command(ScrapyCommand):
    """Adds revisions where today's rules read a stored page otherwise; asks the network for nothing."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What may follow the command's name."""
        return "[SITE] [--since WHEN] [--fields a,b] [--shard I/N] [--dry-run] [--jobs N]"

    def short_desc(self) -> str:
        """One line for `scrapy`'s list of commands."""
        return "Read archived pages again by today's rules (no network)"

    def long_desc(self) -> str:
        """What `scrapy reextract --help` says."""
        return (
            "Reads the raw page of each article (its newest revision) again, by the layouts and rules of today, and "
            "adds a revision with cause `rules` where a field differs; nothing is fetched, nothing that is stored is "
            "changed. A page in quarantine that is an article by today's rules becomes one, or a revision of "
            "its article where that says something else; what is read worse than its article stays there. "
            "With unchanged rules nothing is added. Stopped (Ctrl-C), it keeps what it has done; started again it does "
            "the rest. Exit codes: 0 ok, 1 some captures could not be read, 2 usage, 75 a crawl or another "
            "re-extraction is at work there, 130 stopped."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        super().add_options(parser)
        show(parser, EXAMPLES)
        parser.add_argument(
            "--since", metavar="WHEN", help="only what was recorded since then: a day, a time (UTC) or an age (7d)"
        )
        parser.add_argument(
            "--fields",
            metavar="a,b",
            help="take only these fields from the new reading; those that say one thing go together (published_at "
            "with published_raw, ...); default: all that a page says",
        )
        parser.add_argument("--shard", metavar="I/N", help="only the I-th of N shares of the articles")
        parser.add_argument("--dry-run", action="store_true", help="show the differences and write nothing")
        parser.add_argument("--jobs", metavar="N", type=int, help="processes; default: one for each core")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read again, then say what came of it. Raises UsageError for what a person got wrong."""
        if len(args) > 1:
            raise UsageError
        assert self.settings is not None
        try:
            options = Options.of(self.settings)
            chosen, jobs = checked_fields(opts.fields), _checked_jobs(opts.jobs)
            selection = Selection(
                site=args[0] if args else None,
                since=opts.since and checked_moment(opts.since, now=datetime.now(UTC)),
                shard=checked_shard(opts.shard) if opts.shard else Shard(),
            )
            archive.open(options.root)
        except (BadArgument, BadSetting) as error:
            raise UsageError(str(error), print_help=False) from None
        except ArchiveError as error:
            self._fail(error)
            return
        begin = Begin(options.root, loader_settings(self.settings), chosen, gated=options.regressed)
        began = monotonic()
        try:
            with ExitStack() as stack:
                stop = stack.enter_context(stoppable())
                writer = None if opts.dry_run else stack.enter_context(_writer(options, selection, stack))
                # Opened once dead writers' work has been brought in.
                rerun = Rerun(archive.open(options.root), selection)
                rerun.stop = stop
                _run(rerun, begin, writer, jobs=jobs)
        except ArchiveError as error:
            self._fail(error)
            return
        except BrokenProcessPool as error:
            if not stop():
                self._fail(error)
                return
        for line in rerun.tally.lines(monotonic() - began, options.root, dry_run=opts.dry_run):
            _say(line)
        if selection.site and not rerun.tally.articles:
            _say(f"no article of {selection.site} was selected")
        if stop():
            _say("stopped before its end: what was done is kept")
        self.exitcode = INTERRUPTED if stop() else CRASHED if rerun.tally.is_damaged else OK

    def _fail(self, error: Exception) -> None:
        _say(f"scrapy reextract: {error}")
        self.exitcode = (
            LOCKED if isinstance(error, Locked) else CRASHED if isinstance(error, Damaged | BrokenProcessPool) else 2
        )


def _writer(options: Options, selection: Selection, stack: ExitStack) -> Writer:
    """Return a writer with the locks that keep others from the same articles; other shards may be at work."""
    prepare(options.root)
    stack.enter_context(locked(options.root, selection.site, selection.shard))
    return Writer(
        options.root,
        site=selection.site if selection.shard == Shard() else None,
        compression=options.compression,
        seal_bytes=options.seal_bytes,
        seal_seconds=options.seal_seconds,
    )


def _run(rerun: Rerun, begin: Begin, writer: Writer | None, *, jobs: int | None) -> None:
    out = Console(highlight=False, soft_wrap=True)
    waiting = 0
    with (
        closing(rerun.results(begin, jobs=jobs or _cores(), worth=2 if jobs else _WORTH)) as results,
        Meter(quiet=writer is None) as meter,
    ):
        rerun.seen = meter.show
        for found in results:
            if writer is None:
                for line in difference(found):
                    out.print(line)
                rerun.tally.note_added(found)
                continue
            rerun.add(found, writer, now=datetime.now(UTC))
            waiting += 1
            if waiting >= BATCH_RECORDS or writer.buffered >= BATCH_BYTES:
                writer.flush()
                writer.seal_if_due()
                waiting = 0


def _checked_jobs(jobs: int | None) -> int | None:
    if jobs is not None and jobs < 1:
        raise BadArgument("--jobs", str(jobs), "a whole number from 1")
    return jobs


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201, the command's answer
