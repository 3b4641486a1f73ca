"""What the report says of one site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

from markupsafe import Markup

from crawler.jobs.summary import Changed, SiteSummary
from crawler.monitors import RunFacts
from crawler.monitors.facts import FIELDS

from . import charts
from .past import Column, Past, look_back, stated
from .words import ALARMS, OUTCOMES, WAYS, Saying, share, status

_FEW = 3
"""Runs of the same mode that it takes to say what is usual."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A number of this run, its bar, and where to look."""

    name: str
    count: int
    width: float
    """Of its bar, in percent of the highest."""
    usual: int | None
    """The median of earlier runs of the same mode; None where there are too few."""
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChart:
    """How many articles state a field, run by run."""

    name: str
    now: int
    """Percent."""
    before: int | None
    """Percent, in the earlier runs together; None where they read none."""
    is_alarming: bool
    chart: Markup | None
    """None where the fields are told in a table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """Articles of one kind that are named."""

    name: str
    count: int
    named: tuple[Changed, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A site's row and section."""

    number: int
    """Among the sites as they are shown, from 1."""
    site: SiteSummary
    past: Past
    saying: Saying
    listings: tuple[Listing, ...]
    spark: Markup | None
    axis: Markup | None
    charts: tuple[tuple[str, Markup], ...]
    """Each with its caption; none in a site's first run."""
    fields: tuple[FieldChart, ...]
    before_read: int
    """How many articles the earlier runs have read."""
    unstated: tuple[str, ...]
    """Fields that no article of the site has ever stated."""
    latency: Markup | None
    statuses: tuple[Row, ...]
    quarantine: tuple[Row, ...]
    ways: tuple[Row, ...]
    ends: tuple[Row, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong and is not said already."""
        return tuple(problem for problem in self.site.problems if problem not in self.site.says)

    @property
    def why(self) -> str:
        """In a few words, why to look."""
        alarms = [
            ALARMS[alarm.kind] + (f": {alarm.subject}" if alarm.subject != alarm.kind else "")
            for alarm in self.site.alarms
        ]
        if reasons := alarms or [*self.site.problems]:
            return reasons[0] + (f", and {len(reasons) - 1} more" if len(reasons) > 1 else "")
        return self.site.says if self.site.exit_code else ""

    @property
    def facts(self) -> RunFacts:
        """What the run brought."""
        return self.site.facts

    @property
    def seconds(self) -> int:
        """How long the site took."""
        return int((self.facts.ended_at - self.facts.began_at).total_seconds())


def badness(site: SiteSummary) -> tuple[int, int, int]:
    """Return a key by which the worst comes first."""
    return [*OUTCOMES].index(site.facts.outcome), -len(site.alarms), -len(site.problems)


def is_quiet(site: SiteSummary) -> bool:
    """Return whether nobody needs to look."""
    return not site.exit_code and not site.alarms and not site.problems


def describe(
    number: int, site: SiteSummary, earlier: Sequence[RunFacts], *, runs: int, named: int, is_brief: bool
) -> Section:
    """Gather what is said of a site: of the last `runs` runs, and of each list the first `named`.

    In brief, fields are told for now and before, not drawn.
    """
    now = site.facts
    past = look_back(earlier, now, runs)
    before = [run for run in past.runs if run.run_id != now.run_id]
    alike = [run for run in before if run.mode == now.mode and run.is_complete]
    return Section(
        number=number,
        site=site,
        past=past,
        saying=OUTCOMES[now.outcome],
        listings=_listings(site, named),
        spark=charts.spark("New articles", past, past.values(lambda column: column.new)) if before else None,
        axis=charts.shared(f"a{number}", past) if before else None,
        charts=_charts(number, past) if before else (),
        fields=tuple(_fields(past, before, site, axis=None if is_brief or not before else f"a{number}")),
        before_read=sum(run.read for run in before),
        unstated=tuple(name for name in FIELDS if name not in past.fields),
        latency=charts.box("Time until an answer began", now.latencies) if now.latencies else None,
        statuses=_rows(now.statuses, [run.statuses for run in alike], _examples(now, "status"), status),
        quarantine=_rows(now.quarantined, [run.quarantined for run in alike], _examples(now, "quarantine")),
        ways=_rows(now.ways, [run.ways for run in alike], {}, lambda way: WAYS.get(way, way)),
        ends=_rows(now.ends, [run.ends for run in alike], {}),
    )


def _examples(now: RunFacts, kind: str) -> Mapping[str, tuple[str, ...]]:
    return {key.partition(":")[2]: urls for key, urls in now.examples.items() if key.startswith(f"{kind}:")}


def _listings(site: SiteSummary, most: int) -> tuple[Listing, ...]:
    articles, ends = site.facts.articles, site.facts.ends
    counted = (
        ("New", articles.get("new", 0), site.new),
        ("Edited", articles.get("revised", 0), site.edited),
        ("Gone", ends.get("gone", 0) + ends.get("soft_404", 0), site.gone),
    )
    return tuple(Listing(name=name, count=max(count, len(named)), named=named[:most]) for name, count, named in counted)


def _charts(number: int, past: Past) -> tuple[tuple[str, Markup], ...]:
    return tuple(
        (title, charts.bars(title, past, past.values(number_of), f"a{number}"))
        for title, number_of in (
            (f"New articles a {past.unit}", lambda column: column.new),
            (f"Edited articles a {past.unit}", lambda column: column.edited),
            (f"Views gained a {past.unit}", lambda column: column.views),
        )
    )


def _fields(past: Past, before: Sequence[RunFacts], site: SiteSummary, axis: str | None) -> Iterator[FieldChart]:
    """Yield the fields that the site has ever stated; none where nothing was read. They are drawn upon an axis."""
    now = site.facts
    since = {alarm.subject: past.place(alarm.since.date()) for alarm in site.alarms if alarm.kind == "field"}
    earlier = {name: share(part, read) for name, part, read in stated(before) if read}
    for name in past.fields if now.read else ():
        values = past.values(partial(Column.share_of, field=name))
        yield FieldChart(
            name=name,
            now=share(now.fields.get(name, 0), now.read),
            before=earlier.get(name),
            is_alarming=name in since,
            chart=charts.coverage(f"Percent that state {name}", past, values, axis, since.get(name)) if axis else None,
        )


def _rows(
    counts: Mapping[str, int],
    earlier: Sequence[Mapping[str, int]],
    examples: Mapping[str, tuple[str, ...]],
    named: Callable[[str], str] = str,
) -> tuple[Row, ...]:
    """Return a row a name, the highest first; what is usual has one though it is missing now."""
    usual = {}
    if len(earlier) >= _FEW:
        names = {*counts, *(name for run in earlier for name in run)}
        usual = {name: round(median(run.get(name, 0) for run in earlier)) for name in names}
    names = {*counts, *(name for name, count in usual.items() if count)}
    top = max([1, *counts.values()])
    return tuple(
        Row(
            name=named(name),
            count=counts.get(name, 0),
            width=round(100 * counts.get(name, 0) / top, 1),
            usual=usual.get(name),
            examples=examples.get(name, ()),
        )
        for name in sorted(names, key=lambda name: (-counts.get(name, 0), name))
    )
