"""Whether texts are as long as they used to be."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from statistics import median

from crawler.monitors.alarms import Alarm
from crawler.monitors.course import Course
from crawler.monitors.facts import RunFacts
from crawler.monitors.lengths import Lengths, Texts
from crawler.monitors.limits import Limits


def other_lengths(runs: Sequence[RunFacts], limits: Limits) -> list[Alarm]:
    """Return an alarm where texts are much shorter or longer than it was."""
    if not limits.watches("body", "body"):
        return []
    usual: dict[str, Lengths] = {}

    def learn(run: RunFacts, texts: Texts) -> None:
        usual.setdefault(run.mode, Lengths()).add(texts)

    course = Course[Texts](limits, learn, usual.clear)
    by, mode = log(max(limits.body, 1.01)), ""
    for run in runs:
        texts = Texts.of(run.body_chars, min(run.fields.get("body", run.read), run.read))
        if texts is None:
            continue
        lengths = usual.get(run.mode)
        if lengths and lengths.runs >= limits.runs and lengths.articles >= limits.articles:
            said, mode = lengths.speaks(texts, by), run.mode
        else:
            said = (0.0, 0.0)
        course.take(run, texts, said)
    stretch = course.stretch()
    if stretch is None or mode not in usual:
        return []
    seen = [texts for _, texts in stretch.runs]
    middle = median(texts.middle for texts in seen)
    shorter = middle < usual[mode].middle
    return [
        Alarm(
            kind="body",
            subject="body",
            expected=f"texts of about {exp(usual[mode].middle):,.0f} characters, "
            f"as on {usual[mode].articles:,} articles",
            seen=f"{'only' if shorter else 'about'} {exp(middle):,.0f} characters, "
            f"on {sum(texts.number for texts in seen):,}",
            since=stretch.since,
            examples=stretch.examples("short" if shorter else "long"),
        )
    ]
