"""Whether articles still have times of their own, and new ones newer times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

from crawler.monitors.alarms import Alarm
from crawler.monitors.course import Course
from crawler.monitors.facts import RunFacts
from crawler.monitors.likeness import Likeness, beyond_one
from crawler.monitors.limits import Limits
from crawler.monitors.moments import moment
from crawler.monitors.seldom import Seldom, speaks
from crawler.monitors.shares import Count
from crawler.monitors.wording import percent

_AHEAD = timedelta(days=2)
"""A newest time further ahead of its run is a slip of the pen, and nothing to be held against later ones."""


class Newest(Enum):
    """What the newest time of a run's new articles is, beside those of earlier runs."""

    LATER = "later"
    EARLIER = "earlier"
    SAME = "same"
    UNKNOWN = "unknown"


class _Usual:
    """Learns how a site's times go."""

    def __init__(self) -> None:
        self.alike = Likeness()
        self._seldom = {Newest.EARLIER: Seldom(), Newest.SAME: Seldom()}

    def learn(self, run: RunFacts, seen: tuple[Count, Newest]) -> None:
        count, newest = seen
        self.alike.learn(run, count)
        if newest is not Newest.UNKNOWN:
            for kind, seldom in self._seldom.items():
                seldom.add(happened=newest is kind)

    def forget(self) -> None:
        self.alike = Likeness()
        self._seldom = {Newest.EARLIER: Seldom(), Newest.SAME: Seldom()}

    def speaks(self, run: RunFacts, seen: tuple[Count, Newest], limits: Limits) -> float:
        """Return by how much likelier a run is where dates are frozen."""
        count, newest = seen
        said = self.alike.speaks(run, count, limits)
        earlier, same = self._seldom[Newest.EARLIER], self._seldom[Newest.SAME]
        if newest is Newest.UNKNOWN or same.runs < limits.runs:
            return said
        if newest is Newest.SAME:
            return said + speaks(same.share, happened=True)
        if newest is Newest.EARLIER:
            return said + speaks(earlier.share, happened=True, otherwise=0.5)
        # The first run of a fault may well be later than all before it, and no later one is.
        return said if said > 0 else said + speaks(earlier.share + same.share, happened=False)


def frozen(runs: Sequence[RunFacts], limits: Limits) -> list[Alarm]:
    """Return an alarm where all articles say one time, or new ones say again and again what earlier ones said."""
    if not limits.watches("dates", "dates"):
        return []
    usual = _Usual()
    course = Course[tuple[Count, Newest]](limits, usual.learn, usual.forget)
    latest: list[datetime] = []
    for run in runs:
        seen = beyond_one(run.times, run.commonest_time), _newest(run, latest)
        course.take(run, seen, (usual.speaks(run, seen, limits),))
        if (newest := _stated(run)) is not None:
            latest = [*latest[-20:], newest]
    stretch = course.stretch()
    if stretch is None:
        return []
    telling = [run for run, (count, _) in stretch.runs if count.of]
    alike = sum(run.commonest_time for run in telling)
    articles = sum(run.commonest_time + run.times - 1 for run in telling)
    held = sum(newest in (Newest.SAME, Newest.EARLIER) for _, (_, newest) in stretch.runs)
    said = [
        *([f"the same time on {alike:,} of {articles:,} articles"] if telling else []),
        *([f"in {held} {'run' if held == 1 else 'runs'} no new article newer than earlier ones"] if held else []),
    ]
    return [
        Alarm(
            kind="dates",
            subject="dates",
            expected="new articles with newer times; the same time on "
            f"{percent(usual.alike.of(stretch.runs[-1][0]).seen)} of a run's articles",
            seen="; ".join(said),
            since=stretch.since,
            examples=stretch.examples("time"),
        )
    ]


def _stated(run: RunFacts) -> datetime | None:
    if run.newest_at is None or run.articles.get("new", 0) <= 0:
        return None
    newest = moment(run.newest_at)
    return newest if newest - moment(run.began_at) <= _AHEAD else None


def _newest(run: RunFacts, latest: Sequence[datetime]) -> Newest:
    newest = _stated(run)
    if newest is None or not latest:
        return Newest.UNKNOWN
    if newest > max(latest):
        return Newest.LATER
    # Of two articles of a site that states days alone, one day is nothing strange.
    return Newest.SAME if newest == latest[-1] and run.times > 0 else Newest.EARLIER
