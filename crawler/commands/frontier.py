"""`scrapy frontier`: how a site's crawl stands, why an address is not fetched, and which are to be."""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import get_args

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.commands.examples import show
from crawler.errors import BadArgument
from crawler.frontier.changing import REQUEUED, Hand
from crawler.frontier.errors import FrontierError
from crawler.frontier.explain import why
from crawler.frontier.interface import STATES, State, UrlState
from crawler.frontier.live import Watcher
from crawler.frontier.lookup import Site, UnknownSite, full_url, site_meant
from crawler.frontier.place import folder_of
from crawler.frontier.showing import as_json, overview_lines, overview_words, url_lines, url_words, why_words
from crawler.frontier.sqlite import SqliteFrontier, sites_of
from crawler.frontier.standing import Standing, crawl_command, look
from crawler.frontier.words import many
from crawler.outcome import CRASHED, OK, USAGE

_LATELY = 10
"""Addresses that failed last, of which the overview tells."""

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
        _check(args, opts)
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")
        try:
            self.exitcode = asyncio.run(self._run(args[0] if args else None, opts))
            sys.stdout.flush()
        except (UnknownSite, BadArgument) as error:
            raise UsageError(str(error), print_help=False) from None
        except FrontierError as error:
            _note(f"scrapy frontier: {error}")
            self.exitcode = CRASHED
        except BrokenPipeError:
            # The reader has had enough, as `head` does. Python would flush once more at exit, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except KeyboardInterrupt:
            self.exitcode = OK

    async def _run(self, word: str | None, opts: argparse.Namespace) -> int:
        assert self.settings is not None
        folder = folder_of(self.settings)
        if word is None:
            return await self._all(folder, as_lines=opts.json)
        name = await site_meant(folder, word)
        async with _opened(folder, name) as frontier:
            site, standing = Site(name, self.settings), await look(frontier, folder, name)
            if opts.live:
                await Watcher(frontier, folder, name, Path(self.settings["ARCHIVE"])).watch()
            elif opts.why is not None:
                told = await why(frontier, full_url(opts.why), site, standing, self._command(site, standing))
                _say(as_json(why_words(told)) if opts.json else "\n".join(told.lines))
            elif opts.requeue or opts.drop:
                return await self._change(Hand(frontier, site, standing), standing, site, opts)
            elif opts.list is not None or opts.match is not None:
                await _list(frontier, standing, opts)
            else:
                await self._overview(frontier, site, standing, as_lines=opts.json)
        return OK

    async def _all(self, folder: Path, *, as_lines: bool) -> int:
        assert self.settings is not None
        code, sites = OK, sites_of(folder)
        if not sites:
            _note(f"no frontier in {folder}; scrapy crawl makes one")
        for name in sites:
            try:
                async with _opened(folder, name) as frontier:
                    site, standing = Site(name, self.settings), await look(frontier, folder, name)
                    if as_lines:
                        await self._overview(frontier, site, standing, as_lines=True)
                        continue
                    total = standing.overview.total
                    counts = ", ".join(f"{total[state]:,} {state}" for state in STATES if total[state])
                    _say(f"{name}: {standing.sentence(self._command(site, standing))}")
                    _say(f"  {counts or 'no address'}")
            except FrontierError as error:
                _note(f"{name}: {error}")
                code = CRASHED
        return code

    async def _overview(self, frontier: SqliteFrontier, site: Site, standing: Standing, *, as_lines: bool) -> None:
        failed: list[UrlState] = []
        if standing.overview.crawl and standing.overview.total["failed"]:
            number = standing.overview.crawl.number
            failed = await frontier.listed("failed", crawl=number, latest=True, limit=_LATELY)
        command = self._command(site, standing)
        if as_lines:
            _say(as_json(overview_words(standing, failed, command)))
        else:
            _say("\n".join(overview_lines(standing, failed, command)))

    async def _change(self, hand: Hand, standing: Standing, site: Site, opts: argparse.Namespace) -> int:
        # All that can be misspelt before anything is changed.
        requeued = [word if word in get_args(State) else full_url(word) for word in opts.requeue]
        dropped = [full_url(word) for word in opts.drop]
        for word in requeued:
            if word in get_args(State):
                await hand.requeue_all(word, opts.match)  # type: ignore[arg-type]
            else:
                await hand.requeue(word)
        for word in dropped:
            await hand.drop(word)
        changed = hand.changed
        if opts.json:
            counts = {name: changed.counts[name] for name in ("requeued", "dropped", "added")}
            _say(as_json({**counts, "refused": [why_words(told) for told in changed.refused]}))
        else:
            for verb in (*(["requeued"] if requeued else []), *(["dropped"] if dropped else [])):
                _say(f"{verb} {many(changed.counts[verb], 'address', 'addresses')}")
            if changed.counts["requeued"] and not standing.at_work:
                just = "just these" if standing.stands == "ended" else "these, and the rest of its crawl,"
                _say(f"fetches {just} next: {self._command(site, standing)}")
            for told in changed.refused:
                _note(f"{told.url} is not asked for. {' '.join(told.lines)}")
        return USAGE if changed.refused else OK

    def _command(self, site: Site, standing: Standing) -> str:
        """Return the command that goes on with a crawl, where this one was told to look."""
        assert self.settings is not None
        options = [
            f"-s {name}={shlex.quote(self.settings[name])}"
            for name in ("ARCHIVE", "FRONTIER")
            if self.settings[name] and self.settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]
        ]
        return crawl_command(site.name, standing.scope, is_spider=site.has_spider, options=" ".join(options))


@asynccontextmanager
async def _opened(folder: Path, site: str) -> AsyncIterator[SqliteFrontier]:
    frontier = SqliteFrontier(folder, site, exclusive=False)
    try:
        yield frontier
    finally:
        await frontier.close()


async def _list(frontier: SqliteFrontier, standing: Standing, opts: argparse.Namespace) -> None:
    """List the newest crawl's addresses in a state, or all that are known."""
    limit: int = 50 if opts.limit is None else opts.limit
    state: State | None = None if opts.list in (None, "all") else opts.list
    number = standing.overview.crawl.number if standing.overview.crawl else None
    found = await frontier.listed(state, pattern=opts.match, crawl=None if state is None else number, limit=limit + 1)
    _tell(found[:limit], number, as_lines=opts.json)
    if len(found) > limit:
        _note(f"there are more than {many(limit, 'address', 'addresses')}: --limit N shows more")
    elif not found:
        _note("no such address")


def _tell(found: Sequence[UrlState], newest: int | None, *, as_lines: bool) -> None:
    lines = (as_json(url_words(one)) for one in found) if as_lines else url_lines(found, newest)
    for line in lines:
        _say(line)


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


def _say(line: str) -> None:
    print(line)  # noqa: T201, the command's answer


def _note(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201, what is no part of the answer
