"""A job's numbers for Prometheus, in the text format that node_exporter's textfile collector reads."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from crawler.jobs.summary import JobSummary, SiteSummary
from crawler.monitors.alarms import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)


def metrics_of(summary: JobSummary) -> bytes:
    """Return the file: a gauge for each number of the job and of its sites' runs.

    Of a site that was left to another run it has the exit code alone: what that one brings is told by its own job.
    """
    registry = CollectorRegistry()
    ended = Gauge("newsreel_job_ended_seconds", "When the job ended, since 1970.", registry=registry)
    ended.set(summary.ended_at.timestamp())
    code = Gauge("newsreel_job_exit_code", "The job's exit code.", registry=registry)
    code.set(summary.exit_code)
    gauges = {
        name: Gauge(f"newsreel_site_{name}", words, ["site", *labels], registry=registry)
        for name, words, *labels in (
            ("ended_seconds", "When the site's run ended, since 1970."),
            ("duration_seconds", "How long it took."),
            ("exit_code", "Its exit code."),
            ("articles", "Articles by what the run has found of them.", "found"),
            ("ends", "Known articles by what has become of them.", "outcome"),
            ("quarantined", "Pages in quarantine."),
            ("requests", "Requests sent."),
            ("answers", "Answers by class of status; none where none came.", "status"),
            ("alarms", "Alarms raised.", "kind"),
            ("waiting", "Addresses that the next run goes on with."),
        )
    }
    for site in summary.sites:
        _tell(gauges, site)
    return generate_latest(registry)


def _tell(gauges: dict[str, Gauge], site: SiteSummary) -> None:
    facts, name = site.facts, site.facts.site
    gauges["exit_code"].labels(name).set(site.exit_code)
    if facts.outcome in ("locked", "skipped"):
        return
    gauges["ended_seconds"].labels(name).set(facts.ended_at.timestamp())
    gauges["duration_seconds"].labels(name).set((facts.ended_at - facts.began_at).total_seconds())
    gauges["quarantined"].labels(name).set(sum(facts.quarantined.values()))
    gauges["requests"].labels(name).set(facts.requests)
    gauges["waiting"].labels(name).set(site.waiting)
    for found in ("new", "revised", "same", "not_modified"):
        gauges["articles"].labels(name, found).set(facts.articles.get(found, 0))
    for outcome in ("gone", "soft_404", "moved", "blocked", "unreachable"):
        gauges["ends"].labels(name, outcome).set(facts.ends.get(outcome, 0))
    classes = Counter[str]()
    for status, count in facts.statuses.items():
        classes[status if status == "none" else f"{status[0]}xx"] += count
    for status in ("2xx", "3xx", "4xx", "5xx", "none"):
        gauges["answers"].labels(name, status).set(classes[status])
    raised = Counter(alarm.kind for alarm in site.alarms)
    # With a 0 for those that are well: a series that comes and goes cannot be watched.
    for kind in KINDS:
        gauges["alarms"].labels(name, kind).set(raised[kind])
