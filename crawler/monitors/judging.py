"""What is wrong with a site, told from its runs alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crawler.monitors.alarms import Alarm
from crawler.monitors.bodies import other_lengths
from crawler.monitors.dates import frozen
from crawler.monitors.facts import RunFacts
from crawler.monitors.failing import failing
from crawler.monitors.fields import lost_fields
from crawler.monitors.layouts import unmatched
from crawler.monitors.limits import Limits
from crawler.monitors.moments import moment
from crawler.monitors.quarantine import unfit_pages
from crawler.monitors.silence import silent
from crawler.monitors.titles import same_titles
from crawler.monitors.ways import dry_ways

CHECKS: tuple[Callable[[Sequence[RunFacts], Limits], list[Alarm]], ...] = (
    lost_fields,
    other_lengths,
    unfit_pages,
    silent,
    failing,
    unmatched,
    dry_ways,
    frozen,
    same_titles,
)


def judge(history: Sequence[RunFacts], now: RunFacts, limits: Limits) -> list[Alarm]:
    """Return what is wrong with a site at its run of now: what is new, and what has been so and is not well again.

    `history` is that of the same site, oldest first; it may hold the run of now already. Without a past nothing is held
    against a site, but that all of its articles have one title or one time.
    """
    runs = [*(run for run in history if run.run_id != now.run_id and not _later(run, now)), now]
    return [alarm for check in CHECKS for alarm in check(runs, limits)]


def _later(run: RunFacts, now: RunFacts) -> bool:
    return moment(run.began_at) > moment(now.began_at)
