"""`scrapy crawl`, with one clear line at its end and a true exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from crawler.checks import MISTAKES, check_crawl
from crawler.heap import share_heap
from crawler.jobs.results import remember
from crawler.outcome import judge

if TYPE_CHECKING:
    import argparse

    from scrapy import Spider
    from scrapy.crawler import Crawler


class Command(ScrapyCrawl):
    """Scrapy's own command; what a person got wrong is said before anything starts."""

    def short_desc(self) -> str:
        """One line for `scrapy`'s list of commands."""
        return "Crawl a site into the archive (scrapy crawl news -a url=https://example.com/)"

    def long_desc(self) -> str:
        """What `scrapy crawl --help` says."""
        return (
            "Follow a site's articles, lists, chains, sitemaps and feeds and store what they say in the archive "
            "(-s ARCHIVE=folder, default data). A run that was stopped or killed is gone on with by the same command; "
            "scrapy frontier tells how it stands, scrapy coverage how complete it is. Spiders take -a url=URL (begin "
            "there), -a limit=N (stop after N articles), -a ways=chain,lists,links,sitemaps,feeds (what is followed), "
            "-a mode=full|new|due (visit again all that is reachable, what may name new articles, or also what is due; "
            "a first crawl is full), -a budget=N (visit again N pages at most), -a since=7d (nothing behind "
            "older articles), -a requisites=1 (keep pictures and styles of articles too) and -a fresh=1 (begin anew). "
            "The spider `news` reads any site. Exit codes: 0 ok, 1 crashed, 2 usage, 4 start page not reachable, 5 no "
            "article found, 75 another run is at work on this site, 130 stopped by Ctrl-C, 143 by SIGTERM."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, then say what came of it. Raises UsageError for what a person got wrong."""
        if len(args) != 1:
            raise UsageError
        self._refuse_mistakes(args[0], opts)
        share_heap()
        super().run(args, opts)
        outcome = judge(self._crawler)
        if problem := remember(self._crawler, outcome):
            print(problem, file=sys.stderr)  # noqa: T201
        print(outcome.line, file=sys.stderr)  # noqa: T201, the command's answer
        self.exitcode = outcome.code

    def _refuse_mistakes(self, name: str, opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        assert self.settings is not None
        loader = self.crawler_process.spider_loader
        if name not in loader.list():
            raise UsageError(f"no spider {name!r}; there are: {', '.join(sorted(loader.list()))}", print_help=False)
        try:
            check_crawl(loader.load(name), opts.spargs, self.settings)
        except MISTAKES as error:
            raise UsageError(str(error), print_help=False) from None

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self._crawler: Crawler = super()._create_crawler(spidercls)
        return self._crawler
