"""The categories of a site: by which ways their articles are known, and which no list shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log

from crawler.coverage.almanac import alone_by, by_way
from crawler.coverage.holdings import BIT, Holdings
from crawler.coverage.report import CategoryReport

_CHANCE = 0.05
"""How likely a site without a hidden category is to show one at all."""
_SURE = 0.98
_MONTH = 30
"""Days over which it is told how much lists show."""
_LISTS = BIT["lists"]


def categories_of(holdings: Holdings, *, counts: bool) -> list[CategoryReport]:
    """Return the categories, the greatest first; `counts` as in `calendar_of`."""
    shown = holdings.now if counts else holdings.ways
    ways = defaultdict[int, Counter[int]](Counter)
    listed, total, months = Counter[int](), Counter[int](), Counter[int]()
    for category, known, now, day in zip(holdings.category, holdings.ways, shown, holdings.day, strict=True):
        ways[category][known] += 1
        total[day // _MONTH] += 1
        if now & _LISTS:
            listed[category] += 1
            months[day // _MONTH] += 1
    doubt = _doubts(holdings, {category for category in ways if not listed[category]}, months, total)
    limit = log(_CHANCE / max(len(ways), 1))
    found = [
        CategoryReport(
            name=holdings.categories[category],
            articles=masks.total(),
            ways=by_way(masks),
            in_no_list=not listed[category] and doubt[category] < limit,
            alone=alone_by(masks),
        )
        for category, masks in ways.items()
    ]
    return sorted(found, key=lambda one: (-one.articles, one.name))


def _doubts(
    holdings: Holdings, unlisted: set[int], listed: Counter[int], total: Counter[int]
) -> defaultdict[int, float]:
    """Return for each of these categories how likely (log) lists are to leave out all of it by chance.

    Lists show what is new: a category of which all is old is in none for that reason alone, and not hidden.
    """
    doubt = defaultdict[int, float](float)
    for category, day in zip(holdings.category, holdings.day, strict=True):
        if category in unlisted:
            share = listed[day // _MONTH] / total[day // _MONTH]
            doubt[category] += log(1 - min(share, _SURE))
    return doubt
