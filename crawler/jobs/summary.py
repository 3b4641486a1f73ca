"""What a job came to: the line on its stdout, `runs/<run id>/summary.json`, and what its report shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crawler.monitors import Alarm, RunFacts
from crawler.monitors.facts import Outcome

MOST_CHANGES = 50
"""Articles of each kind that a summary names; all are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """An article that a run has found new, edited or gone."""

    id: str
    url: str
    title: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteSummary:
    """What came of one site."""

    facts: RunFacts
    exit_code: int
    """As of `scrapy crawl`, and 3 where an alarm is raised."""
    says: str
    """In one line, for a person."""
    problems: tuple[str, ...] = ()
    """What was wrong, one line each: start pages that could not be had, a disk that is full."""
    alarms: tuple[Alarm, ...] = ()
    new: tuple[Changed, ...] = ()
    """The first of them, as many as MOST_CHANGES; so are `edited` and `gone`."""
    edited: tuple[Changed, ...] = ()
    gone: tuple[Changed, ...] = ()
    waiting: int = 0
    """Addresses that a later run goes on with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JobSummary:
    """What came of a job."""

    schema: Literal[1] = 1
    run_id: str
    """A ulid; the folder of the summary has this name."""
    archive: str
    """Folder, as it was given."""
    began_at: datetime
    """UTC, whole seconds, as `ended_at`."""
    ended_at: datetime
    outcome: Outcome
    """The worst of its sites'."""
    exit_code: int
    head: str | None = None
    """Hash of the archive's newest commit at the end; None where there is none."""
    sites: tuple[SiteSummary, ...] = field(default=())
    """In the order in which they were named."""
