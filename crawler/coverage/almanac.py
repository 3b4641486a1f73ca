"""The calendar of a site: what each way knows of each day, and which days are missing."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from crawler.coverage.dating import days_of
from crawler.coverage.days import Run, Usual, gaps, hidden
from crawler.coverage.holdings import BIT, Holdings
from crawler.coverage.ledger import Became, Ledger
from crawler.coverage.report import Calendar, Day, DayGap, HiddenDays

_SPELLED = {
    Became.FAILED: "failed",
    Became.UNREAD: "not_read",
    Became.REFUSED: "refused",
    Became.UNKEPT: "not_kept",
}
_ARCHIVED = "archived"


@dataclass(slots=True)
class _Counted:
    """One day while it is counted."""

    fates: Counter[str] = field(default_factory=Counter)
    ways: Counter[int] = field(default_factory=Counter)
    """Articles by the ways that know them (bits)."""
    shown: Counter[int] = field(default_factory=Counter)
    """Articles by the ways that name them in the crawl that counts, or ever where none counts."""


def calendar_of(ledger: Ledger, holdings: Holdings, *, counts: bool) -> Calendar:
    """Return the calendar; `counts` tells whether there is a crawl by which is judged what is shown."""
    loose_days, dated = days_of(holdings, ledger.loose)
    days = _count(ledger, holdings, loose_days, counts=counts)
    archived = {day: one.fates[_ARCHIVED] for day, one in days.items()}
    usual = Usual(archived)
    daily = usual.days() if usual.counts else {}
    # Days of which nothing is known and nothing expected are left out: between two articles there may be years.
    span = sorted({day for day, count in daily.items() if count} | {day for day in days if day in daily or not daily})
    return Calendar(
        days=[_day(day, daily.get(day, 0.0), days.get(day, _Counted())) for day in span],
        gaps=[_gap(gap.run, gap.expected, days) for gap in gaps(archived)],
        hidden=[_hidden(way, run, days) for way, bit in BIT.items() for run in _hidden_runs(days, bit)],
        undated=sum(day == 0 for day in holdings.day),
        dated=dict(dated),
    )


def _count(ledger: Ledger, holdings: Holdings, loose_days: array[int], *, counts: bool) -> dict[int, _Counted]:
    days = defaultdict[int, _Counted](_Counted)
    shown = holdings.now if counts else holdings.ways
    for day, ways, now in zip(holdings.day, holdings.ways, shown, strict=True):
        if day:
            one = days[day]
            one.fates[_ARCHIVED] += 1
            one.ways[ways] += 1
            one.shown[now] += 1
    loose = ledger.loose
    for place, day in enumerate(loose_days):
        if day:
            one = days[day]
            one.fates[_SPELLED[Became(loose.fate[place])]] += 1
            one.ways[loose.ways[place]] += 1
            one.shown[loose.now[place] if counts else loose.ways[place]] += 1
    return dict(days)


def by_way(masks: Mapping[int, int]) -> dict[str, int]:
    """Return how many each way knows, of articles counted by the ways that know them.

    >>> by_way({0b1: 2, 0b1001: 1})
    {'chain': 3, 'lists': 0, 'links': 0, 'sitemaps': 1, 'feeds': 0}
    """
    return {way: sum(count for ways, count in masks.items() if ways & bit) for way, bit in BIT.items()}


def alone_by(masks: Iterable[int]) -> str | None:
    """Return the way by which alone all are known, None where there is none."""
    (first, *others) = {*masks} or {0}
    return next((way for way, bit in BIT.items() if bit == first), None) if not others else None


def _day(day: int, usual: float, one: _Counted) -> Day:
    fates = {name: one.fates[name] for name in (_ARCHIVED, *_SPELLED.values())}
    return Day(day=_iso(day), usual=round(usual, 2), expected=by_way(one.ways), **fates)


def _gap(run: Run, expected: float, days: Mapping[int, _Counted]) -> DayGap:
    fates, ways = Counter[str](), Counter[int]()
    for day in run:
        if day in days:
            fates += days[day].fates
            ways += days[day].ways
    values = {name: fates[name] for name in (_ARCHIVED, *_SPELLED.values())}
    return DayGap(first=_iso(run.first), last=_iso(run.last), usual=expected, expected=by_way(ways), **values)


def _hidden_runs(days: Mapping[int, _Counted], bit: int) -> list[Run]:
    known = {day: sum(count for ways, count in one.ways.items() if ways) for day, one in days.items()}
    shown = {day: sum(count for ways, count in one.shown.items() if ways & bit) for day, one in days.items()}
    return hidden(known, shown, newest=bit == BIT["lists"])


def _hidden(way: str, run: Run, days: Mapping[int, _Counted]) -> HiddenDays:
    ways = Counter[int]()
    for day in run:
        if day in days:
            ways += days[day].ways
    ways.pop(0, None)
    return HiddenDays(
        way=way,
        first=_iso(run.first),
        last=_iso(run.last),
        articles=ways.total(),
        known_by=by_way(ways),
        alone=alone_by(ways),
    )


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()
