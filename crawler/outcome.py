"""What came of a run: one line, and an exit code that is true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

    from crawler.monitors import facts

OK, CRASHED, USAGE, DEGRADED, UNREACHABLE, NOTHING, LOCKED, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 5, 75, 130, 143

STORED = ("new", "revised", "same")
"""What a visit may find of an article; each is counted as `articles/<it>`."""

REFUSED = (401, 403, 407, 429, 451)
"""Statuses by which a server says that it will not serve us."""


def stored(stats: StatsCollector) -> int:
    """Return how many articles a run has in the archive so far."""
    return sum(int(stats.get_value(f"articles/{found}", 0)) for found in STORED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    name: facts.Outcome
    code: int
    says: str
    """What came of it, for a person; the first line says it."""
    head: str | None = None
    """Hash of the archive's newest commit, of a run that added something."""

    @property
    def line(self) -> str:
        """What it says, behind the head: kept elsewhere, that shows whether anything was ever taken from the end."""
        return f"archive head {self.head}\n{self.says}" if self.head else self.says


def judge(crawler: Crawler) -> Outcome:
    """Return what a finished run came to, from its counters and what its spider saw."""
    try:
        stats = crawler.stats
    except RuntimeError:  # as Scrapy says it
        return Outcome("crashed", CRASHED, "the crawl did not start; the log above says why")
    return replace(_judge(crawler, stats), head=stats.get_value("archive/head"))


def _judge(crawler: Crawler, stats: StatsCollector) -> Outcome:
    spider = crawler.spider
    assert spider is not None

    def count(name: str) -> int:
        return int(stats.get_value(name, 0))

    new, revised, same = (count(f"articles/{found}") for found in STORED)
    found = stored(stats)
    pages = count("downloader/response_status_count/200") - count("requisite/response_status_count/200")
    seconds = stats.get_value("elapsed_time_seconds", 0)
    quarantined = count("quarantine/count")
    line = (
        f"{getattr(spider, 'site', spider.name)}: {found} articles ({new} new, {revised} revised, {same} unchanged), "
        f"{quarantined} quarantined, {pages} pages in {seconds:.1f} s, in {crawler.settings['ARCHIVE']}"
    )
    problems = [*getattr(spider, "problems", ())]
    crash = stats.get_value("archive/error") or stats.get_value("frontier/error")
    if stats.get_value("archive/locked"):
        return Outcome("locked", LOCKED, str(crash))
    if crash:
        return Outcome("crashed", CRASHED, f"{line}\n{crash}")
    left = count("frontier/left")
    waiting = f"; {left} addresses wait, the same command goes on" if left else ""
    if stats.get_value("finish_reason") == "shutdown":
        code = TERMINATED if stats.get_value("ended_by") == "SIGTERM" else INTERRUPTED
        return Outcome("stopped", code, f"{line}; stopped before its end{waiting}")
    line += waiting
    if not found and (problems or (not pages and left) or _is_away(count)):
        away = problems or [f"{line}; {_refusal(count)}"]
        return Outcome("blocked" if _is_blocked(count) else "unreachable", UNREACHABLE, "\n".join(away))
    if count("spider_exceptions/count"):
        unread = f"{count('spider_exceptions/count')} pages could not be read; the log says why"
        return Outcome("crashed", CRASHED, f"{line}\n{unread}")
    nothing = f"no article found ({pages} pages read, {quarantined} quarantined)"
    if not found and quarantined and not count("sightings/not_modified"):
        return Outcome("nothing", NOTHING, f"{line}; {nothing}")
    if not found and stats.get_value("frontier/mode") in ("new", "due"):
        # Nothing was new, or due, or had changed.
        return Outcome("ok", OK, "\n".join([line, *problems]))
    if not found and count("frontier/done_before"):
        nothing = "nothing was left of the crawl that an earlier run began"
        return Outcome("ok", OK, "\n".join([f"{line}; {nothing}", *problems]))
    if not found:
        return Outcome("nothing", NOTHING, f"{', '.join(spider.start_urls)}: {nothing}")
    return Outcome("ok", OK, "\n".join([line, *problems]))


def _is_away(count: Callable[[str], int]) -> bool:
    """Return whether most of the pages that were asked for could not be had."""
    return count("pages/refused") + count("pages/challenges") + count("pages/broken") > count("pages/served")


def _is_blocked(count: Callable[[str], int]) -> bool:
    """Return whether it is the site that does not want to be read: it answers, but not with its pages."""
    if count("robotstxt/response_status_count/429"):
        return True
    refused = count("pages/refused") + count("pages/challenges")
    return refused >= count("pages/broken") if refused else bool(count("robotstxt/forbidden"))


def _refusal(count: Callable[[str], int]) -> str:
    """Say what the site has answered instead of its pages."""
    words = (
        ("refused", count("pages/refused")),
        ("answered by a challenge", count("pages/challenges")),
        ("in error or without an answer", count("pages/broken")),
        ("forbidden by robots.txt", count("robotstxt/forbidden")),
    )
    return ", ".join(f"{number} {word}" for word, number in words if number) or "none could be had"
