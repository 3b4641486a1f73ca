"""A job: its sites crawled, its summary and report written, and what it is to say."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import archive
from archive import ArchiveError, new_ulid
from archive.disk import DISK
from crawler.jobs.line import line_of
from crawler.jobs.loading import load
from crawler.jobs.results import history_of
from crawler.jobs.running import Running
from crawler.jobs.summary import JobSummary, SiteSummary
from crawler.monitors.history import read
from crawler.outcome import CRASHED, DEGRADED, INTERRUPTED, LOCKED, NOTHING, OK, TERMINATED, UNREACHABLE

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from crawler.jobs.logs import LogFormat
    from crawler.jobs.signals import Asked
    from crawler.jobs.targets import Target
    from crawler.monitors.facts import Outcome

_WORST = (INTERRUPTED, TERMINATED, CRASHED, UNREACHABLE, DEGRADED, NOTHING, LOCKED, OK)
"""Of several sites' exit codes the first of these is the job's."""
_SHOWN = 90
"""Runs of each site that a report draws."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What a person asks of a job."""

    parallel: int
    seconds: float | None
    skips_locked: bool
    metrics: Path | None
    form: LogFormat


def run_job(
    targets: Sequence[Target], settings: Settings, wishes: Wishes, asked: Asked
) -> tuple[JobSummary, dict[str, Any]]:
    """Crawl the sites, write what came of them into `runs/`, and return it with the job's line."""
    began_at = datetime.now(UTC).replace(microsecond=0)
    run_id = new_ulid(began_at)
    load(settings)
    running = Running(settings, run_id, wishes.parallel, wishes.seconds, wishes.form, asked)
    sites = running.run(targets, meanwhile=lambda: _prepare(wishes))
    if wishes.skips_locked:
        sites = [_skipped(site) if site.exit_code == LOCKED else site for site in sites]
    codes = {site.exit_code for site in sites}
    code = 128 + asked.number if asked.number is not None else next(code for code in _WORST if code in codes)
    root = Path(settings["ARCHIVE"])
    summary = JobSummary(
        run_id=run_id,
        archive=str(root),
        began_at=began_at,
        ended_at=max(datetime.now(UTC).replace(microsecond=0), began_at),
        outcome=_outcome(sites, code),
        exit_code=code,
        head=_head(root),
        sites=tuple(sites),
    )
    return summary, line_of(summary) | _kept(summary, settings, wishes)


def _prepare(wishes: Wishes) -> None:
    """Load what the end of the job needs, while its sites are crawled."""
    import crawler.jobs.report

    if wishes.metrics is not None:
        import crawler.jobs.metrics  # noqa: F401


def _skipped(site: SiteSummary) -> SiteSummary:
    return replace(site, exit_code=OK, facts=replace(site.facts, outcome="skipped"))


def _outcome(sites: Iterable[SiteSummary], code: int) -> Outcome:
    if code in (INTERRUPTED, TERMINATED):
        return "stopped"
    of_code = [site.facts.outcome for site in sites if site.exit_code == code]
    if code != OK:
        return of_code[0]
    # Of a job all of whose sites were left out, or one of which its clock has ended, that is what it came to.
    return "stopped" if "stopped" in of_code else "skipped" if set(of_code) == {"skipped"} else "ok"


def _head(root: Path) -> str | None:
    try:
        return archive.open(root).head.digest
    except (ArchiveError, OSError):
        return None


def _kept(summary: JobSummary, settings: Settings, wishes: Wishes) -> dict[str, Any]:
    """Write what is to be kept; return where it is, and what was in the way. None of it is worth the job's code."""
    folder = Path(summary.archive) / "runs" / summary.run_id
    files: list[tuple[str, Path, Callable[[Path], None]]] = [
        ("summary", folder / "summary.json", lambda path: _write_run(path, _as_json(summary))),
        ("report", folder / "report.html", lambda path: _write_run(path, _page(summary, settings))),
    ]
    if wishes.metrics is not None:
        files.append(("metrics", wishes.metrics, lambda path: write_whole(path, _metrics(summary))))
    told: dict[str, Any] = {}
    problems = [f"{site.facts.site}: {problem}" for site in summary.sites for problem in site.problems]
    for name, path, write in files:
        try:
            write(path)
            told[name] = str(path)
        except Exception as error:  # whatever it is, the line is to be said
            if not isinstance(error, OSError):
                log.exception("the %s", name)
            problems.append(f"the {name} could not be written: {error}")
            log.error("%s", problems[-1])
    return {**told, "problems": problems} if problems else told


def _as_json(summary: JobSummary) -> bytes:
    return msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n"


def _page(summary: JobSummary, settings: Settings) -> bytes:
    from crawler.jobs.report import write_report

    histories = {site.facts.site: read(history_of(settings), site.facts.site, _SHOWN) for site in summary.sites}
    return write_report(summary, histories).encode("utf-8", "replace")


def _metrics(summary: JobSummary) -> bytes:
    from crawler.jobs.metrics import metrics_of

    return metrics_of(summary)


def _write_run(path: Path, content: bytes) -> None:
    DISK.make_folders(path.parent)
    write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever looks finds the old one or the new one, whole. Raises OSError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        DISK.write_new(draft, content)
        DISK.rename(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    DISK.sync_folder(path.parent)
