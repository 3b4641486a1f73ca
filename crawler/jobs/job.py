"""A job: its sites crawled, its summary and report written, its line said."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import archive
from archive import ArchiveError, new_ulid
from archive.disk import DISK
from crawler.jobs.metrics import write_metrics
from crawler.jobs.results import history_of
from crawler.jobs.running import Running
from crawler.jobs.summary import JobSummary, SiteSummary
from crawler.monitors.history import read
from crawler.outcome import CRASHED, DEGRADED, INTERRUPTED, LOCKED, NOTHING, OK, TERMINATED, UNREACHABLE

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from crawler.jobs.logs import LogFormat
    from crawler.jobs.targets import Target
    from crawler.monitors.facts import Outcome

_WORST = (INTERRUPTED, TERMINATED, CRASHED, UNREACHABLE, DEGRADED, NOTHING, LOCKED, OK)
"""Of several sites' exit codes the first of these is the job's."""
_SHOWN = 90
"""Runs of each site that a report draws."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What a person asks of a job."""

    parallel: int
    seconds: float | None
    skips_locked: bool
    metrics: Path | None
    form: LogFormat


def run_job(targets: Sequence[Target], settings: Settings, wishes: Wishes) -> tuple[JobSummary, dict[str, Any]]:
    """Crawl the sites, write what came of them into `runs/`, and return it with the job's line."""
    began_at = datetime.now(UTC).replace(microsecond=0)
    run_id = new_ulid(began_at)
    running = Running(settings, run_id, wishes.parallel, wishes.seconds, wishes.form)
    sites = running.run(targets)
    if wishes.skips_locked:
        sites = [_skipped(site) if site.exit_code == LOCKED else site for site in sites]
    codes = {site.exit_code for site in sites}
    if running.ended_by is not None:
        codes.add(128 + running.ended_by)
    code = next(code for code in _WORST if code in codes)
    root = Path(settings["ARCHIVE"])
    summary = JobSummary(
        run_id=run_id,
        archive=str(root),
        began_at=began_at,
        ended_at=datetime.now(UTC).replace(microsecond=0),
        outcome=_outcome(sites, code),
        exit_code=code,
        head=_head(root),
        sites=tuple(sites),
    )
    problems = []
    line = _line(summary)
    try:
        line |= _keep(summary, settings)
    except OSError as error:
        problems.append(f"the summary could not be written: {error}")
    if wishes.metrics is not None:
        try:
            write_metrics(wishes.metrics, summary)
        except OSError as error:
            problems.append(f"the metrics could not be written: {error}")
    return summary, {**line, "problems": problems} if problems else line


def _skipped(site: SiteSummary) -> SiteSummary:
    return replace(site, exit_code=OK, facts=replace(site.facts, outcome="skipped"))


def _outcome(sites: Iterable[SiteSummary], code: int) -> Outcome:
    if code in (INTERRUPTED, TERMINATED):
        return "stopped"
    of_code = [site.facts.outcome for site in sites if site.exit_code == code]
    # Of a job all of whose sites were left out, or ended by its clock, that is what it came to.
    return of_code[0] if code != OK or len(set(of_code)) == 1 else "ok"


def _head(root: Path) -> str | None:
    try:
        return archive.open(root).head.digest
    except ArchiveError:
        return None


def _line(summary: JobSummary) -> dict[str, Any]:
    """Return what a job says on stdout, as JSON values."""
    articles, ends = Counter[str](), Counter[str]()
    for site in summary.sites:
        articles.update(site.facts.articles)
        ends.update(site.facts.ends)
    alarms = [
        {"site": site.facts.site, "kind": alarm.kind, "subject": alarm.subject, "seen": alarm.seen}
        for site in summary.sites
        for alarm in site.alarms
    ]
    return {
        "run_id": summary.run_id,
        "outcome": summary.outcome,
        "exit_code": summary.exit_code,
        "seconds": round((summary.ended_at - summary.began_at).total_seconds()),
        "sites": dict(Counter(site.facts.outcome for site in summary.sites)),
        "articles": dict(articles),
        "ends": dict(ends),
        "quarantined": sum(sum(site.facts.quarantined.values()) for site in summary.sites),
        "requests": sum(site.facts.requests for site in summary.sites),
        "alarms": alarms,
        "not_ok": {
            site.facts.site: {"outcome": site.facts.outcome, "exit_code": site.exit_code, "says": site.says}
            for site in summary.sites
            if site.facts.outcome != "ok"
        },
        "head": summary.head,
    }


def _keep(summary: JobSummary, settings: Settings) -> dict[str, str]:
    """Write summary and report, each whole or not at all; return where they are. Raises OSError."""
    from crawler.jobs.report import write_report

    folder = Path(summary.archive) / "runs" / summary.run_id
    DISK.make_folders(folder)
    path = folder / "summary.json"
    write_whole(path, msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n")
    histories = {site.facts.site: read(history_of(settings), site.facts.site, _SHOWN) for site in summary.sites}
    report = folder / "report.html"
    write_whole(report, write_report(summary, histories).encode("utf-8", "replace"))
    return {"summary": str(path), "report": str(report)}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever looks finds the old one or the new one, whole. Raises OSError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    DISK.sync_folder(path.parent)
