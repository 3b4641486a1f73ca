"""Whether each way of finding articles still names some."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp
from statistics import median

from crawler.monitors.alarms import Alarm
from crawler.monitors.counted import total
from crawler.monitors.course import Course
from crawler.monitors.facts import RunFacts
from crawler.monitors.limits import Limits
from crawler.monitors.reach import has_looked
from crawler.monitors.seldom import Seldom, speaks

WAYS = ("chain", "lists", "links", "sitemaps", "feeds")
_BY_ARTICLE = frozenset({"chain", "links"})
"""Ways that lead from one article to others: without articles they name none."""
_REMEMBERED = 40
_ONE_RUN = 0.6
"""What one run may say, as a part of what makes an alarm: a list that cannot be had one night is no fault."""
_TOO_FEW = 2.0
"""A way of which fewer addresses than this are expected may well name none."""


@dataclass(slots=True)
class _Past:
    """Addresses that a way named, for each article or run."""

    named: list[float] = field(default_factory=list)
    dry: Seldom = field(default_factory=Seldom)

    @property
    def usual(self) -> float:
        return median(self.named) if self.named else 0.0


def dry_ways(runs: Sequence[RunFacts], limits: Limits) -> list[Alarm]:
    """Return the ways that name hardly any address, where they used to name many.

    Runs without anything new are held against such runs: a feed that has not changed need not be sent again. Runs of
    which many requests failed tell nothing; there is an alarm of its own for these.
    """
    looked = [run for run in runs if has_looked(run) and not _is_hindered(run, limits)]
    ways = [way for way in WAYS if limits.watches("way", way) and any(run.ways.get(way, 0) > 0 for run in looked)]
    return [alarm for way in ways if (alarm := _dry(way, looked, limits))]


def _dry(way: str, looked: Sequence[RunFacts], limits: Limits) -> Alarm | None:
    past: dict[tuple[bool, ...], _Past] = defaultdict(_Past)

    def learn(run: RunFacts, named: float) -> None:
        for kind in _kinds(run):
            one = past[kind]
            expected = one.usual * _number(way, run)
            if expected >= _TOO_FEW and len(one.named) >= limits.runs:
                one.dry.add(happened=named <= limits.dry * one.usual)
            one.named = [*one.named[1 - _REMEMBERED :], named]

    course = Course[float](limits, learn, past.clear, _ONE_RUN)
    newest: RunFacts | None = None
    for run in looked:
        number = _number(way, run)
        if not number:
            continue
        named = min(max(run.ways.get(way, 0), 0), 10_000_000) / number
        course.take(run, named, (_speaks(past, run, named, number, limits),))
        newest = run
    stretch = course.stretch()
    if stretch is None or newest is None:
        return None
    one = _like(past, newest, limits)
    per = "article that is read" if way in _BY_ARTICLE else "run"
    count = round(sum(named * _number(way, run) for run, named in stretch.runs))
    return Alarm(
        kind="way",
        subject=way,
        expected=f"about {one.usual:,.3g} addresses by {way} for each {per}, as in {len(one.named)} runs",
        seen=f"{count or 'none'} in {len(stretch.runs)} {'run' if len(stretch.runs) == 1 else 'runs'}",
        since=stretch.since,
        examples=stretch.examples(f"way:{way}"),
    )


def _is_hindered(run: RunFacts, limits: Limits) -> bool:
    """Return whether so many requests failed that a way may have named nothing for that."""
    answered = sum(max(count, 0) for status, count in run.statuses.items() if status[:1] in ("2", "3"))
    return answered < (1 - limits.errors) * total(run.statuses)


def _number(way: str, run: RunFacts) -> int:
    return min(max(run.read, 0), 10_000_000) if way in _BY_ARTICLE else 1


def _kinds(run: RunFacts) -> tuple[tuple[bool, ...], ...]:
    """Return to which kinds of runs one belongs, the narrow one first."""
    full, news = run.mode == "full", run.articles.get("new", 0) > 0
    return (full, news), (full,)


def _like(past: dict[tuple[bool, ...], _Past], run: RunFacts, limits: Limits) -> _Past:
    narrow, wide = (past[kind] for kind in _kinds(run))
    return wide if run.articles.get("new", 0) > 0 and len(narrow.named) < limits.runs else narrow


def _speaks(past: dict[tuple[bool, ...], _Past], run: RunFacts, named: float, number: int, limits: Limits) -> float:
    """Return by how much likelier a run is where the way is dry."""
    one = _like(past, run, limits)
    expected = one.usual * number
    if len(one.named) < limits.runs or expected < _TOO_FEW:
        return 0.0
    dry = one.dry.share + (1 - one.dry.share) * exp(-expected)
    return speaks(dry, happened=named <= limits.dry * one.usual)
