"""A crawl as it goes on, looked at each second from outside, as `top` looks at processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import time

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from archive.folder import OPEN
from crawler.frontier.interface import Frontier
from crawler.frontier.outlook import STATES
from crawler.frontier.sqlite import is_at_work
from crawler.frontier.standing import HostReport, Standing, look
from crawler.frontier.words import many, moment, size, span

_TICK = 1.0
"""Seconds between two looks."""
_RECENT = 10.0
"""Seconds over which the rate of now is taken."""
_STEADY = 60.0
"""Seconds over which it is asked whether the crawl nears its end."""
_LEAST = 20.0
"""Seconds of looking without which nobody can tell."""
_HOSTS = 15
"""Hosts that are shown, those with the most left first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What one look saw that the next is compared with."""

    at: float
    """When the run said so, seconds since 1970."""
    pages: int
    found: int
    """Addresses of this crawl in any state."""
    left: Mapping[str, int]
    """Addresses by host that wait or are being fetched; without those of whom there are none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Disk:
    """What a crawl takes of its disk, in bytes."""

    frontier: int
    unpublished: int
    """Of the archive: written, and not yet published to readers."""
    free: int

    @classmethod
    def of(cls, standing: Standing, archive: Path) -> Disk:
        """Return it."""
        return cls(
            frontier=standing.size,
            unpublished=sum(_sizes(archive / OPEN)),
            free=shutil.disk_usage(archive if archive.exists() else standing.path.parent).free,
        )


class Pace:
    """How fast a crawl is, and when it will have ended where that can be told."""

    def __init__(self) -> None:
        self._looks: deque[Look] = deque()
        self._holder: str | None = None

    def add(self, standing: Standing) -> None:
        """Take a look."""
        overview, report = standing.overview, standing.report
        if overview.holder != self._holder:
            # Another run counts its pages from nothing.
            self._holder = overview.holder
            self._looks.clear()
        at = overview.seen_at or standing.now
        if self._looks and at <= self._looks[-1].at:
            return
        left = {host.name: host.counts["waiting"] + host.counts["leased"] for host in overview.hosts}
        self._looks.append(
            Look(
                at=at,
                pages=report.pages,
                found=sum(overview.total.values()),
                left={name: count for name, count in left.items() if count},
            )
        )
        while at - self._looks[0].at > _STEADY:
            self._looks.popleft()

    @property
    def rate(self) -> float | None:
        """Pages a second of late; None before there are two looks to compare."""
        if not self._looks:
            return None
        newest = self._looks[-1]
        oldest = next(look for look in self._looks if newest.at - look.at <= _RECENT)
        return (newest.pages - oldest.pages) / (newest.at - oldest.at) if newest.at > oldest.at else None

    @property
    def remaining(self) -> float | None:
        """Seconds until nothing is left, None where that would be a guess.

        A crawl that still finds much does not know how much there is; and it ends with its slowest host.
        """
        if not self._looks:
            return None
        first, last = self._looks[0], self._looks[-1]
        if last.at - first.at < _LEAST or not last.left:
            return None
        if last.found - first.found > (last.pages - first.pages) / 10:
            return None
        rates = [(left, (first.left.get(host, 0) - left) / (last.at - first.at)) for host, left in last.left.items()]
        return max(left / rate for left, rate in rates) if all(rate > 0 for _, rate in rates) else None


class Watcher:
    """Watches one site's crawl until it ends; only reads."""

    def __init__(self, frontier: Frontier, folder: Path, site: str, archive: Path) -> None:
        """`folder` is where frontiers are, `archive` the archive's folder."""
        self._frontier, self._folder, self._site, self._archive = frontier, folder, site, archive
        self._pace = Pace()

    async def watch(self) -> None:
        """Show the crawl that is at work, or wait for one to begin, until it ends. Raises FrontierError."""
        console = Console()
        if not is_at_work(self._folder, self._site):
            print("no run is at work; this waits for one to begin, Ctrl-C stops it", file=sys.stderr)  # noqa: T201
        if not console.is_terminal:
            await self._lines()
            return
        with Live(console=console, auto_refresh=False) as live:
            async for standing in self._looks():
                live.update(screen(standing, self._pace, Disk.of(standing, self._archive)), refresh=True)

    async def _lines(self) -> None:
        async for standing in self._looks():
            print(line(standing, self._pace, Disk.of(standing, self._archive)))  # noqa: T201, the command's answer
            sys.stdout.flush()

    async def _looks(self) -> AsyncIterator[Standing]:
        standing = await look(self._frontier, self._folder, self._site)
        began = standing.at_work
        while True:
            self._pace.add(standing)
            yield standing
            if began and not standing.at_work:
                return
            await asyncio.sleep(_TICK)
            standing = await self._next(standing)
            began = began or standing.at_work

    async def _next(self, before: Standing) -> Standing:
        """Look again; while no run is there, at the file alone: asking for the lock could keep one from having it."""
        if before.at_work:
            return await look(self._frontier, self._folder, self._site)
        overview = await self._frontier.overview()
        if (overview.holder, overview.seen_at) != (before.overview.holder, before.overview.seen_at):
            return await look(self._frontier, self._folder, self._site)
        return replace(before, overview=overview, now=time())


def line(standing: Standing, pace: Pace, disk: Disk) -> str:
    """Return a look as one line, for a log."""
    total = standing.overview.total
    counts = ", ".join(f"{total[state]:,} {state}" for state in STATES if total[state] or state in STATES[:4])
    return f"{standing.site}: {_state(standing)}; {counts}; {_speed(standing, pace)}; {_disk(disk)}"


def screen(standing: Standing, pace: Pace, disk: Disk) -> RenderableType:
    """Return a look as what fills a terminal."""
    total = standing.overview.total
    counts = Text("  ").join(
        Text.assemble((f"{total[state]:,}", "bold"), f" {state}")
        for state in STATES
        if total[state] or state in STATES[:4]
    )
    head = Text.assemble((standing.site, "bold"), "  ", _state(standing))
    return Group(head, counts, Text(_speed(standing, pace)), _hosts(standing), Text(_disk(disk), style="dim"))


def _hosts(standing: Standing) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("host", overflow="fold")
    for name in ("waiting", "leased", "active", "delay", "done", "failed"):
        table.add_column(name, justify="right")
    table.add_column("left alone until")
    reports = standing.report.hosts if standing.at_work else {}
    hosts = sorted(standing.overview.hosts, key=lambda host: -(host.counts["waiting"] + host.counts["leased"]))
    for host in hosts[:_HOSTS]:
        report = reports.get(host.name, HostReport())
        counts = host.counts
        paused = max(host.resume_at, report.paused_until)
        table.add_row(
            Text(host.name),
            f"{counts['waiting']:,}",
            f"{counts['leased']:,}",
            str(report.active) if host.name in reports else "",
            span(report.delay) if host.name in reports else "",
            f"{counts['done']:,}",
            f"{counts['failed']:,}",
            moment(paused) if paused > standing.now else "",
        )
    if len(hosts) > _HOSTS:
        table.add_row(Text(f"and {len(hosts) - _HOSTS} more", style="dim"))
    return table


def _state(standing: Standing) -> str:
    crawl, overview = standing.overview.crawl, standing.overview
    if standing.at_work:
        since = f"since {moment(crawl.began_at)}" if crawl else "about to begin"
        silent = f", silent for {span(standing.silent_for)}" if standing.silent_for is not None else ""
        return f"at work ({overview.holder}{silent}), {since}"
    if overview.finished_at is not None:
        return f"ended {moment(overview.finished_at)}; no run is at work"
    return "no run is at work" + ("; this crawl is not at its end" if crawl else "")


def _speed(standing: Standing, pace: Pace) -> str:
    report = standing.report
    if not standing.at_work:
        return (
            f"{many(report.pages, 'page', 'pages')} and {many(report.articles, 'article', 'articles')} by the last run"
        )
    words = [many(report.pages, "page", "pages"), many(report.articles, "article", "articles")]
    if pace.rate is not None:
        words.append(f"{pace.rate:.1f} pages/s of late")
    if report.since is not None and standing.now - report.since >= 1:
        words.append(f"{report.pages / (standing.now - report.since):.1f} in all")
    if pace.remaining is not None:
        words.append(f"about {span(pace.remaining)} left")
    return ", ".join(words)


def _disk(disk: Disk) -> str:
    return f"frontier {size(disk.frontier)}, not yet published {size(disk.unpublished)}, free {size(disk.free)}"


def _sizes(folder: Path) -> Iterator[int]:
    """Yield the sizes of the files of a folder, some of which may be gone by now."""
    for at, _, names in os.walk(folder):
        for name in names:
            try:
                yield Path(at, name).stat().st_size
            except FileNotFoundError:
                continue
