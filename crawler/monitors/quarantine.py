"""Whether more pages are unfit for the archive than usual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crawler.monitors.alarms import Alarm
from crawler.monitors.counted import risen, total, watch
from crawler.monitors.facts import RunFacts
from crawler.monitors.limits import Limits
from crawler.monitors.shares import Count, Share
from crawler.monitors.wording import of, percent


def unfit_pages(runs: Sequence[RunFacts], limits: Limits) -> list[Alarm]:
    """Return an alarm where a much greater share of the pages is in quarantine."""
    if not limits.watches("quarantine", "quarantine"):
        return []
    unfit = watch(((run, _count(run)) for run in runs), limits, risen(limits.quarantine), _usual)
    if unfit is None:
        return []
    reasons = Counter[str]()
    for run, _ in unfit.stretch.runs:
        reasons.update({reason: count for reason, count in run.quarantined.items() if count > 0})
    commonest = [reason for reason, _ in reasons.most_common(3)]
    return [
        Alarm(
            kind="quarantine",
            subject="quarantine",
            expected=f"{percent(unfit.usual.seen)} of {unfit.usual.articles:,} pages in quarantine",
            seen=f"{of(unfit.count)}: {', '.join(f'{reason} {reasons[reason]:,}' for reason in commonest)}",
            since=unfit.stretch.since,
            examples=unfit.stretch.examples(*(f"quarantine:{reason}" for reason in commonest)),
        )
    ]


def _count(run: RunFacts) -> Count:
    unfit = total(run.quarantined)
    return Count.within(unfit, unfit + max(run.read, 0))


def _usual() -> Share:
    return Share(prior=0.01)
