# ruff: noqa: N999
"""`scrapy import`: WARC and ARC files of others brought into the archive.

Scrapy calls a command as its module is called. That this is a word of Python's own keeps nobody from loading it by
name, as Scrapy does; nothing else needs to.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from time import monotonic

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from archive import ArchiveError, Damaged, Locked, Writer
from archive.folder import OPEN, prepare
from archive.lock import Lock
from crawler.commands.examples import show
from crawler.commands.meter import Meter
from crawler.commands.stopping import Stop, stoppable
from crawler.importing.foreign import ForeignFile, NotWarc
from crawler.importing.importer import BUSY, Importing
from crawler.outcome import CRASHED, INTERRUPTED, LOCKED, OK
from crawler.reextraction.rules import Rules, loader_settings
from pipelines.options import BadSetting, Options

EXAMPLES = (
    ("wget --warc-file=old -r -l 2 https://example.com/news/", "makes old.warc.gz of a site"),
    ("scrapy import old.warc.gz", "stores its articles, each host as a site"),
    ("scrapy import --spider hzgreat100 saved/*.warc.gz", "by this spider's rules, all of it under its name"),
    ("scrapy import --all-pages CC-NEWS-20240101.warc.gz -s ARCHIVE=cc", "with the captures of lists and home pages"),
)


class Command(ScrapyCommand):
    """Stores the pages of files as the visits that they were."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What may follow the command's name."""
        return "[--spider NAME] [--all-pages] FILE.warc.gz..."

    def short_desc(self) -> str:
        """One line for `scrapy`'s list of commands."""
        return "Bring captures of others (WARC, ARC) into the archive (no network)"

    def long_desc(self) -> str:
        """What `scrapy import --help` says."""
        return (
            "Reads WARC and ARC files (CC-NEWS, Wayback, Heritrix, wget; packed or not) and stores each HTML page that "
            "is an article as a visit at the time at which it was captured: the raw page, a revision where its wording "
            "is new, and an observation. Other pages (lists, home pages) are passed over, since nothing in the archive "
            "would refer to them; --all-pages keeps their raw captures too, so that a replay has its lists and better "
            "rules can find articles there later. What is there already is not stored again: a file may be imported "
            "twice, or once more after it was interrupted. Each host is a site, unless a spider is named. What another "
            "program left torn is read as far as it is whole, and said. Exit codes: 0 ok, 1 a "
            "file could not be read to its end, 2 usage or no WARC (nothing is written then), 75 a crawl or another "
            "import is at work, 130 stopped."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        super().add_options(parser)
        show(parser, EXAMPLES)
        parser.add_argument(
            "--spider", metavar="NAME", help="read by the rules of this spider, and store under its name"
        )
        parser.add_argument("--all-pages", action="store_true", help="keep the raw captures of other pages too")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Import, then say what came of it. Raises UsageError for what a person got wrong."""
        if not args:
            raise UsageError
        assert self.settings is not None
        rules = Rules(loader_settings(self.settings))
        if opts.spider is not None and opts.spider not in rules.names():
            raise UsageError(f"no spider {opts.spider!r}; there are: {', '.join(rules.names())}", print_help=False)
        try:
            options = Options.of(self.settings)
            # All of them before anything is written.
            files = [ForeignFile(Path(arg)) for arg in args]
        except (BadSetting, NotWarc) as error:
            raise UsageError(str(error), print_help=False) from None
        try:
            self.exitcode = _import(files, options, rules, spider=opts.spider, all_pages=opts.all_pages)
        except ArchiveError as error:
            _say(f"scrapy import: {error}")
            self.exitcode = LOCKED if isinstance(error, Locked) else CRASHED if isinstance(error, Damaged) else 2


def _import(files: list[ForeignFile], options: Options, rules: Rules, *, spider: str | None, all_pages: bool) -> int:
    began = monotonic()
    prepare(options.root)
    lock = Lock.acquire(options.root / OPEN / "import.lock")
    if lock is None:
        raise Locked(options.root, "another import is at work; two would store the same visits twice")
    try:
        with Writer(
            options.root,
            site=spider,
            compression=options.compression,
            seal_bytes=options.seal_bytes,
            seal_seconds=options.seal_seconds,
        ) as writer:
            importing = Importing(writer, rules, spider=spider, all_pages=all_pages)
            with closing(importing), stoppable() as stop:
                _read(files, importing, stop)
        head = writer.head
    finally:
        lock.release()
    tally, problems = importing.tally, [file for file in files if file.problem]
    for file in files:
        tally.skipped.update(file.skipped)
        if file.problem:
            _say(f"{file.path}: {file.problem}; what came before is imported")
    for reason, count in tally.skipped.most_common():
        _say(f"{count} passed over: {reason}")
    outcomes = ", ".join(f"{tally.outcomes[name]} {name}" for name in ("new", "revised", "same", "quarantined"))
    _say(
        f"{tally.answers} answers, {tally.pages} pages, {tally.captures} captures kept, {tally.articles} visits of "
        f"articles ({outcomes}), in {monotonic() - began:.1f} s, in {options.root}"
    )
    if tally.captures or tally.articles:
        _say(f"archive head {head}")
    if stop():
        _say("stopped before its end: what was done is kept, and passed over next time")
        return INTERRUPTED
    if tally.skipped[BUSY]:
        return LOCKED
    return CRASHED if problems else OK


def _read(files: list[ForeignFile], importing: Importing, stop: Stop) -> None:
    total = sum(file.size for file in files)
    before = 0
    with Meter(total=total) as meter:
        for file in files:
            for found in file:
                if stop():
                    return
                importing.take(found)
                tally = importing.tally
                meter.show(
                    f"{file.path.name}: {tally.pages} pages, {tally.articles} visits of articles",
                    done=before + file.position,
                )
            importing.settle()
            before += file.size


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201, the command's answer
