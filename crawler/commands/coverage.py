"""`scrapy coverage`: how completely a site is archived, by each way, and what is missing."""

from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.examples import show

EXAMPLES = (
    ("scrapy coverage example.com", "what each way has found, the chain, the calendar, and each hole by name"),
    ("scrapy coverage example.com --json | jq -r '.findings[]'", "what is missing, each in a sentence"),
    ("scrapy coverage example.com --json | jq '.calendar.gaps'", "the days of which articles are missing"),
    (
        "scrapy coverage example.com --json | jq -r '.chain.chains.holes[].pages[]'",
        "the pages that the chain names and nobody could read",
    ),
    ("scrapy coverage example.com --json | jq '.ways.sitemaps.failed_reasons'", "why addresses of sitemaps failed"),
)


class Command(ScrapyCommand):
    """Sets what the frontier knows beside what the archive holds; asks the network for nothing."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What may follow the command's name."""
        return "SITE [--json]"

    def short_desc(self) -> str:
        """One line for `scrapy`'s list of commands."""
        return "Show what is archived of a site, by which ways it is known, and what is missing (no network)"

    def long_desc(self) -> str:
        """What `scrapy coverage --help` says."""
        return (
            "Sets what the crawls of a site have found beside what the archive holds. SITE is its name in the archive "
            "(of the spider `news` the host without www.), or any address of it. An article is known by up to five "
            "ways: the chain of previous and next articles, lists, links of articles, sitemaps and feeds; what one way "
            "alone knows shows what the others leave out. A day is set beside what the weeks around it bring, so that "
            "days which are missing are named; a page that the chain names and that is not archived is a hole. Whether "
            "something is named no more is told after a crawl in the mode `full` that has come to its end. "
            "Exit codes: 0 ok (whatever is missing), 1 the frontier or the archive cannot be read, 2 usage or no such "
            "site."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        super().add_options(parser)
        show(parser, EXAMPLES)
        parser.add_argument("--json", action="store_true", help="one JSON object, with every day and each hole")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Answer. Raises UsageError for what a person got wrong."""
        # Scrapy loads the modules of all commands whichever is meant: what this one needs comes when it runs.
        from crawler.coverage.command import answer

        if len(args) != 1:
            raise UsageError("say of which site: scrapy coverage SITE", print_help=False)
        assert self.settings is not None
        self.exitcode = answer(args[0], self.settings, as_json=opts.json)
