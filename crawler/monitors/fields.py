"""Whether articles still state what they used to."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.monitors.alarms import Alarm
from crawler.monitors.counted import fallen, watch
from crawler.monitors.facts import FIELDS, RunFacts
from crawler.monitors.limits import Limits
from crawler.monitors.moments import moment
from crawler.monitors.shares import Count
from crawler.monitors.wording import of, percent


def lost_fields(runs: Sequence[RunFacts], limits: Limits) -> list[Alarm]:
    """Return the fields that are stated much less often than they were, or than the spider says that they must be."""
    names = [name for name in FIELDS if limits.watches("field", name)]
    found = (_lost(name, runs, limits) or _short(name, runs, limits) for name in names)
    return [alarm for alarm in found if alarm]


def _count(name: str, run: RunFacts) -> Count:
    return Count.within(run.fields.get(name, 0), run.read)


def _lost(name: str, runs: Sequence[RunFacts], limits: Limits) -> Alarm | None:
    lost = watch(((run, _count(name, run)) for run in runs), limits, fallen(limits))
    if lost is None:
        return None
    return Alarm(
        kind="field",
        subject=name,
        expected=f"{name} on {percent(lost.usual.seen)} of {lost.usual.articles:,} articles",
        seen=f"on {of(lost.count)}",
        since=lost.stretch.since,
        examples=lost.stretch.examples(f"field:{name}"),
    )


def _short(name: str, runs: Sequence[RunFacts], limits: Limits) -> Alarm | None:
    """Hold the last runs of which each falls short of the spider's own limit against it, once they read enough."""
    if name not in limits.least:
        return None
    short: list[RunFacts] = []
    for run in reversed(runs):
        count = _count(name, run)
        if count.of and count.hits >= limits.least[name] * count.of:
            break
        short.append(run)
    counts = [_count(name, run) for run in short]
    count = Count(sum(count.hits for count in counts), sum(count.of for count in counts))
    if count.of < max(limits.alike, 1):
        return None
    return Alarm(
        kind="field",
        subject=name,
        expected=f"{name} on at least {percent(limits.least[name])} of all articles, as the spider says",
        seen=f"on {of(count)}",
        since=moment(next(run for run in reversed(short) if run.read).began_at),
        examples=tuple(dict.fromkeys(url for run in short for url in run.examples.get(f"field:{name}", ())))[:5],
    )
