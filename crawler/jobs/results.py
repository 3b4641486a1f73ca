"""What came of one site's crawl, once it has ended: its facts, its alarms and its place in the site's past."""

from __future__ import annotations

import logging
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
from crawler.outcome import DEGRADED, NOTHING, OK, Outcome, judge
from pipelines.store import ArchivePipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.monitors import Alarm
    from crawler.monitors.facts import RunFacts

_NEVER_LOOKED = ("locked", "skipped")
"""Outcomes of runs that are no part of a site's past: they have seen nothing of it."""

log = logging.getLogger(__name__)


def history_of(settings: BaseSettings) -> Path:
    """Return the folder of the pasts of an archive's sites."""
    return Path(settings["ARCHIVE"]) / "runs" / "history"


def remember(crawler: Crawler, ended: Outcome) -> str | None:
    """Add a run that is no job's to its site's past; return what was in the way of that."""
    gathering = crawler.get_extension(Gathering) if crawler._extensions is not None else None
    if gathering is None or crawler.spider is None:
        return None
    return _add(gathering.facts(ended.name), history_of(crawler.settings))


def summarise(crawler: Crawler, run_id: str, site: str) -> SiteSummary:
    """Return what came of a site, with alarms where its past says that something is wrong; add it to that past."""
    return _summary(crawler, judge(crawler), run_id, site)


def broken_off(crawler: Crawler, run_id: str, site: str, ended: Outcome) -> SiteSummary:
    """Return what came of a site whose crawl could not come to an end of its own; add it to the site's past."""
    return _summary(crawler, ended, run_id, site)


def without_result(facts: RunFacts, code: int, says: str, folder: Path) -> SiteSummary:
    """Return the summary of a site whose crawl could not say what came of it; add it to the site's past."""
    problem = _add(facts, folder)
    return SiteSummary(facts=facts, exit_code=code, says=says, problems=(problem,) if problem else ())


def _summary(crawler: Crawler, ended: Outcome, run_id: str, site: str) -> SiteSummary:
    gathering = crawler.get_extension(Gathering)
    assert gathering is not None
    facts, code = gathering.facts(ended.name, run_id=run_id, site=site), ended.code
    problems = [*getattr(crawler.spider, "problems", ())]
    folder = history_of(crawler.settings)
    alarms: list[Alarm] = []
    if facts.outcome not in _NEVER_LOOKED:
        limits = getattr(crawler.spider, "limits", None) or Limits()
        try:
            alarms = alarms_of(read(folder, site), facts, limits)
        except Exception as error:  # whatever it is: what was crawled is to be told of nonetheless
            if not isinstance(error, OSError):
                log.exception("the site could not be judged by its past")
            problems.append(f"the site could not be judged by its past: {error}")
        if alarms and code in (OK, NOTHING):
            code, facts = DEGRADED, replace(facts, outcome="degraded")
        problem = _add(facts, folder)
        problems += [problem] if problem else []
    return SiteSummary(
        facts=facts,
        exit_code=code,
        says=ended.says,
        problems=tuple(problems),
        alarms=tuple(alarms),
        new=tuple(gathering.new),
        edited=tuple(gathering.edited),
        gone=tuple(_gone(crawler)),
        waiting=int(crawler.stats.get_value("frontier/left", 0)),
    )


def _add(facts: RunFacts, folder: Path) -> str | None:
    """Add a run to its site's past; return what was in the way."""
    if facts.outcome in _NEVER_LOOKED:
        return None
    try:
        append(folder, facts)
    except OSError as error:
        return f"the run is not in the site's past: {error}"
    return None


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
