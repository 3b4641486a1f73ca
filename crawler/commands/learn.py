"""`scrapy learn`: a site's layout from many of its pages."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

import archive
from archive import ArchiveError
from crawler.commands.examples import show
from crawler.commands.extract import read_urls
from crawler.commands.meter import Meter
from crawler.commands.stopping import Stop, stoppable
from crawler.errors import BadArgument, NotFetched
from crawler.learning import Learnt, Sample, TooFew, learn, sampled
from crawler.learning.report import report
from crawler.learning.sources import NoPages, Page, archived, fetch, saved
from crawler.learning.writing import is_name, layouts_source, spider_source
from crawler.outcome import CRASHED, INTERRUPTED, OK
from crawler.saved import NotSaved
from crawler.spider import checked_url
from pipelines.options import BadSetting, Options

if TYPE_CHECKING:
    from crawler.layout import Layout

PAGES = 40
"""Articles to learn from, unless told otherwise: most of what can be learnt is learnt from 20."""

EXAMPLES = (
    ("scrapy learn news.example", "from the articles of this site that are in the archive; prints its layout"),
    ("scrapy learn news.example --write harbour_daily", "writes crawler/spiders/harbour_daily.py, a spider with it"),
    ("scrapy learn https://news.example/ --pages 20", "fetches 20 articles, as politely as a crawl, and keeps none"),
    ("scrapy learn saved/ --base https://news.example/", "from a folder of saved pages, and where they were"),
)


class _Stopped(Exception):
    """Somebody has asked for an end."""


class Command(ScrapyCommand):
    """Learns which elements of a site's pages hold its fields."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What may follow the command's name."""
        return "SITE|URL|FOLDER [--pages N] [--write NAME] [--urls FILE | --base URL]"

    def short_desc(self) -> str:
        """One line for `scrapy`'s list of commands."""
        return "Learn a site's layout from many of its pages"

    def long_desc(self) -> str:
        """What `scrapy learn --help` says."""
        return (
            "Reads articles of one site the generic way, finds which elements hold the title, the time, the text and "
            "the other fields on nearly all of them, and prints a Layout of CSS selectors for a spider, which reads "
            "further pages faster and does not err where the generic way errs on single pages. SITE is a site of the "
            "archive (-s ARCHIVE=folder), as newsreel articles names it; a URL is crawled for --pages articles; a "
            "FOLDER holds saved pages (.html, .html.gz). The layout goes to stdout, the report to stderr: for each "
            "field its selector, on how many pages it matches, on how many the generic way finds the field, on how "
            "many both agree, and where they differ; look at these, and edit the layout by hand. A field without a "
            "selector that can be trusted stays generic, and the report says why. Pages of another design are not "
            "mixed in: where their dates tell the designs apart each gets a layout, with `until`. "
            "Exit codes: 0 learnt, 1 nothing could be learnt, 2 usage, 130 stopped."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        super().add_options(parser)
        show(parser, EXAMPLES)
        parser.add_argument(
            "--pages", metavar="N", type=int, default=PAGES, help=f"articles to learn from (default {PAGES})"
        )
        parser.add_argument("--write", metavar="NAME", help="write a spider of this name instead of printing")
        parser.add_argument("--force", action="store_true", help="with --write: replace the spider that is there")
        parser.add_argument(
            "--urls", metavar="FILE", type=Path, help="JSON Lines with id and url: the addresses of saved pages"
        )
        parser.add_argument("--base", metavar="URL", help="the address of the folder with the saved pages")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Learn, and tell what came of it. Raises UsageError for what a person got wrong."""
        if len(args) != 1:
            raise UsageError
        try:
            target = self._target(opts)
            with ExitStack() as stack:
                stop = stack.enter_context(stoppable())
                pages = self._pages(args[0], opts, stack)
                with Meter(total=opts.pages) as meter:
                    samples = _samples(pages, opts.pages, meter, stop)
                    learnt = learn(samples, lambda words: _tell(words, len(samples), meter, stop))
        except (BadArgument, BadSetting, NotSaved, NoPages) as error:
            raise UsageError(str(error), print_help=False) from None
        except ArchiveError as error:
            raise UsageError(f"{error}; scrapy learn https://… fetches pages by itself", print_help=False) from None
        except (TooFew, NotFetched) as error:
            _say(f"nothing learnt: {error}")
            self.exitcode = INTERRUPTED if stop() else CRASHED
            return
        except _Stopped:
            _say("stopped: nothing was written")
            self.exitcode = INTERRUPTED
            return
        for line in report(learnt):
            _say(line)
        if not any(any(lesson.selector for lesson in design.lessons) for design in learnt.designs):
            _say("nothing learnt: no field has a selector that can be trusted")
            self.exitcode = CRASHED
            return
        self._give(args[0], target, opts.write, samples, learnt)
        self.exitcode = OK

    def _target(self, opts: argparse.Namespace) -> Path | None:
        """Return the file to write, None for stdout. Raises BadArgument."""
        if opts.pages < 1:
            raise BadArgument("--pages", str(opts.pages), "a whole number from 1")
        if opts.write is None:
            return None
        if not is_name(opts.write):
            raise BadArgument("--write", opts.write, "a spider's name, such as harbour_daily: a-z, 0-9 and _")
        assert self.settings is not None
        module = importlib.import_module(self.settings["NEWSPIDER_MODULE"])
        path = Path(module.__path__[0]) / f"{opts.write}.py"
        if path.exists() and not opts.force:
            raise BadArgument("--write", opts.write, f"{path} is there already; --force replaces it")
        return path

    def _pages(self, where: str, opts: argparse.Namespace, stack: ExitStack) -> Iterator[Page]:
        """Return the pages to learn from. Raises BadArgument, NotFetched, NotSaved, NoPages, ArchiveError."""
        assert self.settings is not None
        if where and Path(where).is_dir():
            base = checked_url(opts.base) if opts.base else None
            if base and not base.endswith("/"):
                base += "/"
            return saved(Path(where), urls=read_urls(opts.urls) if opts.urls else None, base=base)
        if "/" not in where:
            return archived(archive.open(Options.of(self.settings).root), where)
        if where.startswith((".", "/", "~")):
            raise NotSaved(Path(where), "no such folder")
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="newsreel-learn-")))
        site = fetch(checked_url(where), opts.pages, folder, opts.set)
        return archived(archive.open(folder), site)

    def _give(self, where: str, target: Path | None, name: str, samples: Sequence[Sample], learnt: Learnt) -> None:
        """Print the layouts or write the spider. Raises UsageError where that cannot be written."""
        layouts: tuple[Layout, ...] = learnt.layouts
        if target is None:
            print(layouts_source(layouts))  # noqa: T201, the command's answer
            return
        start = _start(samples)
        site = (urlsplit(start).hostname or start) if start else Path(where).name
        pages = sum(len(design.samples) for design in learnt.designs if design.layout)
        try:
            target.write_text(spider_source(name, site, start, pages, layouts), "utf-8")
        except OSError as error:
            raise UsageError(f"{target}: {error.strerror}", print_help=False) from None
        _say(f"{target} written; save a golden page of it: scrapy fixture URL --spider {name}")


def _samples(pages: Iterable[Page], most: int, meter: Meter, stop: Stop) -> list[Sample]:
    samples: list[Sample] = []
    for number, page in enumerate(pages, start=1):
        if stop():
            raise _Stopped
        sample = sampled(page.name, page.body, page.url, page.headers)
        if sample is not None:
            samples.append(sample)
        meter.show(f"{number} pages read, {len(samples)} of them articles", done=len(samples))
        if len(samples) >= most:
            break
    return samples


def _tell(words: str, done: int, meter: Meter, stop: Stop) -> None:
    if stop():
        raise _Stopped
    meter.show(words, done=done)


def _start(samples: Sequence[Sample]) -> str | None:
    """Return the home page of the host that most samples are of."""
    hosts: Mapping[str, int] = Counter(
        f"{parts.scheme}://{parts.netloc}/" for sample in samples if (parts := urlsplit(sample.document.url)).netloc
    )
    return max(hosts, key=lambda host: (hosts[host], host), default=None)


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201, the command's answer
