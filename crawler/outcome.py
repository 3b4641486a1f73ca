"""What came of a run: one line, and an exit code that is true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

OK, CRASHED, USAGE, DEGRADED, UNREACHABLE, NOTHING, LOCKED, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 5, 75, 130, 143

STORED = ("new", "revised", "same")
"""What a visit may find of an article; each is counted as `articles/<it>`."""


def stored(stats: StatsCollector) -> int:
    """Return how many articles a run has in the archive so far."""
    return sum(int(stats.get_value(f"articles/{found}", 0)) for found in STORED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

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
    outcome = _judge(crawler)
    head = crawler.stats.get_value("archive/head") if crawler.stats else None
    return replace(outcome, head=head)


def _judge(crawler: Crawler) -> Outcome:
    stats = crawler.stats
    spider = crawler.spider
    if stats is None or spider is None:
        return Outcome(CRASHED, "the crawl did not start; the log above says why")

    def count(name: str) -> int:
        return int(stats.get_value(name, 0))

    new, revised, same = (count(f"articles/{found}") for found in STORED)
    found = stored(stats)
    pages = count("downloader/response_status_count/200") - count("requisite/response_status_count/200")
    seconds = stats.get_value("elapsed_time_seconds", 0)
    line = (
        f"{getattr(spider, 'site', spider.name)}: {found} articles ({new} new, {revised} revised, {same} unchanged), "
        f"{count('quarantine/count')} quarantined, {pages} pages in {seconds:.1f} s, in {crawler.settings['ARCHIVE']}"
    )
    problems = [*getattr(spider, "problems", ())]
    crash = stats.get_value("archive/error") or stats.get_value("frontier/error")
    if stats.get_value("archive/locked"):
        return Outcome(LOCKED, str(crash))
    if crash:
        return Outcome(CRASHED, f"{line}\n{crash}")
    left = count("frontier/left")
    waiting = f"; {left} addresses wait, the same command goes on" if left else ""
    if stats.get_value("finish_reason") == "shutdown":
        code = TERMINATED if stats.get_value("ended_by") == "SIGTERM" else INTERRUPTED
        return Outcome(code, f"{line}; stopped before its end{waiting}")
    line += waiting
    if problems and not found:
        return Outcome(UNREACHABLE, "\n".join(problems))
    if count("spider_exceptions/count"):
        return Outcome(CRASHED, f"{line}\n{count('spider_exceptions/count')} pages could not be read; the log says why")
    if not found and not pages and left:
        return Outcome(UNREACHABLE, "\n".join([line, *problems]))
    if not found and stats.get_value("frontier/mode") in ("new", "due"):
        # Nothing was new, or due, or had changed.
        return Outcome(OK, "\n".join([line, *problems]))
    if not found and count("frontier/done_before"):
        return Outcome(OK, "\n".join([f"{line}; nothing was left of the crawl that an earlier run began", *problems]))
    if not found:
        where = ", ".join(spider.start_urls)
        return Outcome(
            NOTHING, f"{where}: no article found ({pages} pages read, {count('quarantine/count')} quarantined)"
        )
    return Outcome(OK, "\n".join([line, *problems]))
