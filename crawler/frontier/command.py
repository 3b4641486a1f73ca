"""What `scrapy frontier` answers to the words that it was given."""

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

from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.errors import BadArgument
from crawler.frontier.changing import Hand
from crawler.frontier.errors import FrontierError
from crawler.frontier.explain import why
from crawler.frontier.live import Watcher
from crawler.frontier.lookup import Site, UnknownSite, full_url, site_meant
from crawler.frontier.outlook import STATES, State, UrlState
from crawler.frontier.place import folder_of
from crawler.frontier.showing import as_json, overview_lines, overview_words, url_lines, url_words, why_words
from crawler.frontier.sqlite import SqliteFrontier, sites_of
from crawler.frontier.standing import Standing, crawl_command, look
from crawler.frontier.words import many
from crawler.outcome import CRASHED, OK, USAGE

_LATELY = 10
"""Addresses that failed last, of which the overview tells."""


def answer(word: str | None, opts: argparse.Namespace, settings: BaseSettings) -> int:
    """Answer, and return the exit code. Raises UsageError for what a person got wrong."""
    code = OK
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = asyncio.run(Asked(settings).answer(word, opts))
        sys.stdout.flush()
    except (UnknownSite, BadArgument) as error:
        raise UsageError(str(error), print_help=False) from None
    except FrontierError as error:
        _note(f"scrapy frontier: {error}")
        code = CRASHED
    except BrokenPipeError:
        # The reader has had enough, as `head` does. Python would flush once more at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        code = OK
    return code


class Asked:
    """Answers by the settings that say where things are."""

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings

    async def answer(self, word: str | None, opts: argparse.Namespace) -> int:
        """Answer what was asked, and return the exit code. Raises UnknownSite, BadArgument, FrontierError."""
        folder = folder_of(self._settings)
        if word is None:
            return await self._all(folder, as_lines=opts.json)
        name = await site_meant(folder, word)
        async with _opened(folder, name) as frontier:
            site, standing = Site(name, self._settings), await look(frontier, folder, name)
            if opts.live:
                await Watcher(frontier, folder, name, Path(self._settings["ARCHIVE"])).watch()
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
        code, sites = OK, sites_of(folder)
        if not sites:
            _note(f"no frontier in {folder}; scrapy crawl makes one")
        for name in sites:
            try:
                async with _opened(folder, name) as frontier:
                    site, standing = Site(name, self._settings), await look(frontier, folder, name)
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
        options = [
            f"-s {name}={shlex.quote(self._settings[name])}"
            for name in ("ARCHIVE", "FRONTIER")
            if self._settings[name] and self._settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]
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


def _say(line: str) -> None:
    print(line)  # noqa: T201, the command's answer


def _note(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201, what is no part of the answer
