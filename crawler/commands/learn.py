"""`scrapy learn`: a site's layout from many of its pages."""

from __future__ import annotations

import argparse
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.examples import show

PAGES = 40
"""Articles to learn from, unless told otherwise: most of what can be learnt is learnt from 20."""

EXAMPLES = (
    ("scrapy learn news.example", "from the articles of this site that are in the archive; prints its layout"),
    ("scrapy learn harbour_daily --write harbour_daily --force", "its spider anew after a redesign, with both layouts"),
    ("scrapy learn news.example --write harbour_daily", "writes crawler/spiders/harbour_daily.py, a spider with it"),
    ("scrapy learn https://news.example/ --pages 20", "fetches 20 articles, as politely as a crawl, and keeps none"),
    ("scrapy learn saved/ --base https://news.example/", "from a folder of saved pages, and where they were"),
)


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
            "mixed in: where their dates tell the designs apart each gets a layout, with `until`. Of a site of the "
            "archive the pages that wait in quarantine are taken too, up to as many again: they are the newest design, "
            "and what is known of their articles from before says what must be on them. "
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
        # Scrapy loads the modules of all commands whichever is meant: what this one needs comes when it runs.
        from crawler.learning.command import learn_from

        if len(args) != 1:
            raise UsageError
        assert self.settings is not None
        self.exitcode = learn_from(args[0], opts, self.settings)
