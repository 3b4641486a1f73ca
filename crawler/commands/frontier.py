"""`scrapy frontier`: how a site's crawl stands, why an address is not fetched, and which are to be."""

from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.examples import show
from crawler.frontier.outlook import REQUEUED, STATES

EXAMPLES = (
    ("scrapy frontier", "the sites that have a frontier, and how they stand"),
    ("scrapy frontier example.com", "how its crawl stands: by host, on disk, what failed lately"),
    ("scrapy frontier example.com --live", "watch it, as top does"),
    ("scrapy frontier example.com --why https://example.com/news/1.html", "why this address is not fetched"),
    ("scrapy frontier example.com --list failed --match '*/2024/*'", "addresses that failed, with their reasons"),
    ("scrapy frontier example.com --requeue failed", "let all of them be fetched again"),
    ("scrapy frontier example.com --drop https://example.com/calendar/", "never fetch this one"),
)


class Command(ScrapyCommand):
    """Shows and changes what is known of each address; asks the network for nothing."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What may follow the command's name."""
        return "[SITE] [--list STATE] [--why URL] [--requeue URL|STATE] [--drop URL] [--live]"

    def short_desc(self) -> str:
        """One line for `scrapy`'s list of commands."""
        return "Show how a crawl stands, why a URL is not fetched, and change it (no network)"

    def long_desc(self) -> str:
        """What `scrapy frontier --help` says."""
        return (
            "Shows what a site's crawl has done and has yet to do, while it is at work and when it is not. SITE is its "
            "name in the archive (of the spider `news` the host without www.), or any address of it; without it all "
            "sites are shown. An address waits for its turn, or is leased (being fetched), done, failed (it could not "
            "be had), refused (it is not to be requested: robots.txt, say) or dropped (by --drop). What is requeued "
            "while no crawl is at work is fetched by the next `scrapy crawl`; a crawl that had ended goes on with just "
            "that. "
            "Exit codes: 0 ok, 1 a frontier cannot be read, 2 usage, no such site, or an address that may not be asked "
            "for."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        super().add_options(parser)
        show(parser, EXAMPLES)
        parser.add_argument("--list", metavar="STATE", help=f"list addresses: {', '.join(STATES)} or all")
        parser.add_argument(
            "--match", metavar="PATTERN", help="of --list and --requeue STATE: only addresses like this ('*/2024/*')"
        )
        parser.add_argument("--limit", metavar="N", type=int, help="of --list: so many at most (default 50)")
        parser.add_argument("--why", metavar="URL", help="say in plain words why an address is not fetched")
        parser.add_argument(
            "--requeue",
            metavar="URL|STATE",
            action="append",
            default=[],
            help="let an address be fetched again, or at all; or all that are done, failed, refused or dropped; may be "
            "given several times",
        )
        parser.add_argument(
            "--drop",
            metavar="URL",
            action="append",
            default=[],
            help="never fetch an address, until it is requeued; may be given several times",
        )
        parser.add_argument("--live", action="store_true", help="watch the crawl until it ends (Ctrl-C stops watching)")
        parser.add_argument("--json", action="store_true", help="JSON Lines instead of text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Answer. Raises UsageError for what a person got wrong."""
        # Scrapy loads the modules of all commands whichever is meant: what this one needs comes when it runs.
        from crawler.frontier.command import answer

        _check(args, opts)
        assert self.settings is not None
        self.exitcode = answer(args[0] if args else None, opts, self.settings)


def _check(args: list[str], opts: argparse.Namespace) -> None:
    """Raise UsageError for options that make no sense, alone or together."""
    if len(args) > 1:
        raise UsageError
    listing = opts.list is not None or (opts.match is not None and not opts.requeue) or opts.limit is not None
    asked = [listing, opts.why is not None, bool(opts.requeue or opts.drop), opts.live]
    problem = None
    if sum(asked) > 1:
        problem = "one of --list, --why, --requeue and --drop, or --live at a time"
    elif any(asked) and not args:
        problem = "say of which site: scrapy frontier SITE ..."
    elif opts.live and opts.json:
        problem = "--live is for people; --json shows how it stands now"
    elif opts.list not in (None, "all", *STATES):
        problem = f"--list {opts.list!r}: one of {', '.join(STATES)} or all"
    elif opts.limit is not None and opts.limit < 1:
        problem = f"--limit {opts.limit}: a whole number from 1"
    elif opts.match is not None and opts.requeue and not set(opts.requeue) <= set(REQUEUED):
        problem = "--match goes with --list, and with --requeue of a state"
    elif {"waiting", "leased", "all"} & set(opts.requeue):
        problem = f"--requeue: a URL, or one of {', '.join(REQUEUED)}"
    if problem is not None:
        raise UsageError(problem, print_help=False)
