"""Whether the selectors of a site's layout still match its pages."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.monitors.alarms import Alarm
from crawler.monitors.counted import fallen, watch
from crawler.monitors.facts import RunFacts
from crawler.monitors.limits import Limits
from crawler.monitors.shares import Count
from crawler.monitors.wording import of, percent


def unmatched(runs: Sequence[RunFacts], limits: Limits) -> list[Alarm]:
    """Return the fields of the layout of today whose selector matches much less often than it did."""
    names = [name for name in (runs[-1].layout or _last_layout(runs)) if limits.watches("layout", name)]
    return [alarm for name in sorted(names) if (alarm := _unmatched(name, runs, limits))]


def _last_layout(runs: Sequence[RunFacts]) -> tuple[str, ...]:
    """Return the fields of the newest run that read anything: one without articles says nothing of a layout."""
    return next((tuple(run.layout) for run in reversed(runs) if run.read > 0), ())


def _unmatched(name: str, runs: Sequence[RunFacts], limits: Limits) -> Alarm | None:
    seen = ((run, Count.within(*run.layout.get(name, (0, 0)))) for run in runs)
    lost = watch(seen, limits, fallen(limits))
    if lost is None:
        return None
    return Alarm(
        kind="layout",
        subject=name,
        expected=f"the layout's {name} matches {percent(lost.usual.seen)} of {lost.usual.articles:,} articles",
        seen=f"it matches {of(lost.count)}",
        since=lost.stretch.since,
        examples=lost.stretch.examples(f"layout:{name}"),
    )
