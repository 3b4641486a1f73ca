"""Whether articles have titles of their own."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.monitors.alarms import Alarm
from crawler.monitors.course import Course
from crawler.monitors.facts import RunFacts
from crawler.monitors.likeness import Likeness, beyond_one
from crawler.monitors.limits import Limits
from crawler.monitors.shares import Count
from crawler.monitors.wording import percent


def same_titles(runs: Sequence[RunFacts], limits: Limits) -> list[Alarm]:
    """Return an alarm where nearly all articles of a run have one title: the site's name, or an error's."""
    if not limits.watches("titles", "titles"):
        return []
    usual = Likeness()
    course = Course[Count](limits, usual.learn, usual.forget)
    for run in runs:
        count = beyond_one(run.titles, run.commonest_title)
        course.take(run, count, (usual.speaks(run, count, limits),))
    stretch = course.stretch()
    if stretch is None:
        return []
    telling = [run for run, count in stretch.runs if count.of]
    alike = sum(run.commonest_title for run in telling)
    articles = sum(run.commonest_title + run.titles - 1 for run in telling)
    share = usual.of(stretch.runs[-1][0]).seen
    return [
        Alarm(
            kind="titles",
            subject="titles",
            expected=f"titles that differ; the same on {percent(share)} of a run's articles",
            seen=f"the same title on {alike:,} of {articles:,} articles",
            since=stretch.since,
            examples=stretch.examples("title"),
        )
    ]
