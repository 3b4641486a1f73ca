"""What came of one site's crawl, once it has ended: its facts, its alarms and its place in the site's past."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import archive
from archive import ArchiveError
from crawler.jobs.gathering import Gathering
from crawler.jobs.summary import Changed, SiteSummary
from crawler.monitors.history import append, read
from crawler.monitors.judging import judge as alarms_of
from crawler.monitors.limits import Limits
from crawler.outcome import (
    CRASHED,
    DEGRADED,
    INTERRUPTED,
    LOCKED,
    NOTHING,
    OK,
    TERMINATED,
    UNREACHABLE,
    judge,
)
from pipelines.store import ArchivePipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.monitors.facts import Outcome, RunFacts

_BLOCKED = frozenset({"401", "403", "407", "429", "451"})
"""Statuses by which a server says that it knows us and will not serve us."""
_OUTCOMES: dict[int, Outcome] = {
    OK: "ok",
    CRASHED: "crashed",
    NOTHING: "nothing",
    LOCKED: "locked",
    INTERRUPTED: "stopped",
    TERMINATED: "stopped",
}


def history_of(settings: BaseSettings) -> Path:
    """Return the folder of the pasts of an archive's sites."""
    return Path(settings["ARCHIVE"]) / "runs" / "history"


def remember(crawler: Crawler, code: int) -> Iterator[str]:
    """Add a run that no job watches over to its site's past; yield what was in the way of that."""
    gathering = crawler.get_extension(Gathering)
    if gathering is not None and crawler.spider is not None and code != LOCKED:
        try:
            append(history_of(crawler.settings), gathering.facts(_outcome(crawler, code)))
        except OSError as error:
            yield f"the run is not in the site's history: {error}"


def summarise(crawler: Crawler, run_id: str, site: str) -> SiteSummary:
    """Return what came of a site, with alarms where its past says that something is wrong; add it to that past."""
    ended = judge(crawler)
    gathering = crawler.get_extension(Gathering)
    assert gathering is not None
    facts = gathering.facts(_outcome(crawler, ended.code), run_id=run_id, site=site)
    problems = [*getattr(crawler.spider, "problems", ())]
    folder = history_of(crawler.settings)
    limits = getattr(crawler.spider, "limits", None) or Limits()
    code, alarms = ended.code, []
    if facts.outcome != "locked":
        try:
            alarms = alarms_of(read(folder, site), facts, limits)
            if alarms and code == OK:
                code, facts = DEGRADED, replace(facts, outcome="degraded")
            append(folder, facts)
        except OSError as error:
            problems.append(f"the run is not in the site's history: {error}")
    stats = crawler.stats
    return SiteSummary(
        facts=facts,
        exit_code=code,
        says=ended.says,
        problems=tuple(problems),
        alarms=tuple(alarms),
        new=tuple(gathering.new),
        edited=tuple(gathering.edited),
        gone=tuple(_gone(crawler)),
        waiting=int(stats.get_value("frontier/left", 0)) if stats else 0,
    )


def without_result(facts: RunFacts, code: int, says: str, folder: Path) -> SiteSummary:
    """Return the summary of a site whose crawl could not say what came of it; add it to the site's past."""
    problems = []
    if facts.outcome not in ("locked", "skipped"):
        try:
            append(folder, facts)
        except OSError as error:
            problems.append(f"the run is not in the site's history: {error}")
    return SiteSummary(facts=facts, exit_code=code, says=says, problems=tuple(problems))


def _outcome(crawler: Crawler, code: int) -> Outcome:
    if code != UNREACHABLE:
        return _OUTCOMES[code]
    stats = crawler.stats.get_stats() if crawler.stats else {}
    answers = {name.rpartition("/")[2]: n for name, n in stats.items() if "response_status_count/" in name}
    refused = sum(n for status, n in answers.items() if status in _BLOCKED)
    is_blocked = bool(refused) and refused >= sum(answers.values()) - refused - answers.get("404", 0)
    return "blocked" if is_blocked or stats.get("robotstxt/forbidden") else "unreachable"


def _gone(crawler: Crawler) -> Iterator[Changed]:
    pipeline = crawler.get_item_pipeline(ArchivePipeline)
    ended = pipeline.ends.gone if pipeline is not None else []
    opened = None
    with suppress(ArchiveError):
        opened = archive.open(Path(crawler.settings["ARCHIVE"])) if ended else None
    for seen in ended:
        title = None
        with suppress(ArchiveError):
            title = opened.article(seen.id).article.title if opened is not None else None
        yield Changed(id=seen.id, url=seen.url, title=title)
