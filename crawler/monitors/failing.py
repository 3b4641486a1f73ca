"""Whether more requests fail than usual."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from crawler.monitors.alarms import Alarm
from crawler.monitors.counted import total
from crawler.monitors.course import Course
from crawler.monitors.facts import RunFacts
from crawler.monitors.limits import Limits
from crawler.monitors.reach import has_reached
from crawler.monitors.seldom import Seldom, speaks
from crawler.monitors.shares import Count
from crawler.monitors.wording import of, percent

_REFUSED = frozenset({"401", "403", "407", "429", "451"})
_GROUPS: dict[str, Callable[[str], bool]] = {
    "failed": lambda status: status == "none" or status.startswith("5"),
    "refused": lambda status: status in _REFUSED,
    "not_found": lambda status: status in ("404", "410"),
}
_SAID = {"failed": "no answer or a server error", "refused": "a refusal", "not_found": "404 or 410"}
_ONE_NIGHT = 0.6
"""What one run may say, as a part of what makes an alarm: a single bad night is told by its exit code."""
_FEW = 5
"""Requests of a run that are too few for a share."""
_REMEMBERED = 40
_TIMES_USUAL = 3.0
_NEARLY_ALL = 0.9


@dataclass(slots=True)
class _Past:
    """Shares of requests that failed, of runs of one mode."""

    shares: list[float] = field(default_factory=list)
    bad: Seldom = field(default_factory=Seldom)
    requests: int = 0

    def is_bad(self, share: float, limits: Limits) -> bool:
        usual = median(self.shares) if self.shares else 0.0
        return share >= min(max(limits.errors, _TIMES_USUAL * usual), max(_NEARLY_ALL, (1 + usual) / 2))


def failing(runs: Sequence[RunFacts], limits: Limits) -> list[Alarm]:
    """Return alarms where a much greater share of the requests fails, in one of three ways.

    Runs that did not reach the site say so themselves. Full runs meet the same dead links each time, and are therefore
    held against full ones.
    """
    names = [name for name in _GROUPS if limits.watches("errors", name)]
    return [alarm for name in names if (alarm := _failing(name, runs, limits))]


def _failing(name: str, runs: Sequence[RunFacts], limits: Limits) -> Alarm | None:
    belongs = _GROUPS[name]
    pasts: dict[str, _Past] = defaultdict(_Past)

    def learn(run: RunFacts, count: Count) -> None:
        past, share = pasts[run.mode], count.hits / count.of
        past.bad.add(happened=past.is_bad(share, limits))
        past.shares = [*past.shares[1 - _REMEMBERED :], share]
        past.requests += count.of

    course = Course[Count](limits, learn, pasts.clear, _ONE_NIGHT)
    for run in runs:
        count = _count(run, belongs)
        if not has_reached(run) or count.of < _FEW:
            continue
        past = pasts[run.mode]
        if len(past.shares) < limits.runs or past.requests < limits.articles:
            said = 0.0
        else:
            said = speaks(past.bad.share, happened=past.is_bad(count.hits / count.of, limits))
        course.take(run, count, (said,))
    stretch = course.stretch()
    if stretch is None:
        return None
    past = pasts[stretch.runs[-1][0].mode]
    usual = median(past.shares) if past.shares else 0.0
    seen = Count(sum(count.hits for _, count in stretch.runs), sum(count.of for _, count in stretch.runs))
    statuses = Counter[str]()
    for run, _ in stretch.runs:
        statuses.update({status: count for status, count in run.statuses.items() if belongs(status) and count > 0})
    commonest = statuses.most_common(3)
    return Alarm(
        kind="errors",
        subject=name,
        expected=f"{_SAID[name]} for {percent(usual)} of {past.requests:,} requests",
        seen=f"for {of(seen)}: {', '.join(f'{status} {count:,} times' for status, count in commonest)}",
        since=stretch.since,
        examples=stretch.examples(*(f"status:{status}" for status, _ in commonest)),
    )


def _count(run: RunFacts, belongs: Callable[[str], bool]) -> Count:
    return Count.within(
        sum(max(count, 0) for status, count in run.statuses.items() if belongs(status)), total(run.statuses)
    )
