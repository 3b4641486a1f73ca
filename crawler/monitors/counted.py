"""A share of a site's articles, pages or requests, watched from run to run for having fallen or risen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crawler.monitors.course import Course, Stretch
from crawler.monitors.facts import RunFacts
from crawler.monitors.limits import Limits
from crawler.monitors.shares import Count, Share

GONE = 0.05
"""What is left of a share that is gone: a word of the page's that is taken for it."""
_STATED = 3
"""Articles that must have stated what can be lost."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A share that is not what is usual."""

    stretch: Stretch[Count]
    usual: Share

    @property
    def count(self) -> Count:
        """Of all runs since."""
        counts = [count for _, count in self.stretch.runs]
        return Count(sum(count.hits for count in counts), sum(count.of for count in counts))


Speaks = Callable[[Share, Count], tuple[float, ...]]
"""By how much a count speaks against the usual share, for each kind of fault."""


def fallen(limits: Limits) -> Speaks:
    """Return what speaks for a share's being lost: on some of the templates, or on all."""

    def speaks(usual: Share, count: Count) -> tuple[float, ...]:
        if usual.hits < _STATED:
            return 0.0, 0.0
        mean = usual.mean
        return usual.speaks(count, mean * (1 - limits.lost), mean * GONE)

    return speaks


def risen(least: float) -> Speaks:
    """Return what speaks for a share's having risen: to `least`, or more where much is usual; or to nearly all."""

    def speaks(usual: Share, count: Count) -> tuple[float, ...]:
        odds = 6 * usual.mean / (1 - usual.mean)
        return usual.speaks(count, max(least, odds / (1 + odds)), max(0.9, (1 + usual.mean) / 2))

    return speaks


def is_known(usual: Share | None, limits: Limits) -> bool:
    """Return whether the past is long enough to hold anything against it."""
    return usual is not None and usual.runs >= limits.runs and usual.articles >= limits.articles


def watch(
    seen: Iterable[tuple[RunFacts, Count]], limits: Limits, speaks: Speaks, new: Callable[[], Share] = Share
) -> Watched | None:
    """Return what is wrong at the last run, None where nothing is.

    Runs are held against those of their mode: a full one meets other articles than a nightly one.
    """
    usual: dict[str, Share] = {}

    def learn(run: RunFacts, count: Count) -> None:
        if run.mode not in usual:
            usual[run.mode] = new()
        usual[run.mode].add(count)

    course = Course[Count](limits, learn, usual.clear)
    silence = tuple(0.0 for _ in speaks(new(), Count(0, 0)))
    mode = ""
    for run, count in seen:
        if count.of and is_known(usual.get(run.mode), limits):
            mode = run.mode
            course.take(run, count, speaks(usual[mode], count))
        else:
            course.take(run, count, silence)
    stretch = course.stretch()
    return Watched(stretch, usual.get(mode) or new()) if stretch else None


def total(counts: Mapping[str, int]) -> int:
    """Return the sum of counts, none of them taken as less than 0."""
    return sum(max(count, 0) for count in counts.values())
