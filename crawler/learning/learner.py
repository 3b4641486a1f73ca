"""From pages of one site to layouts: for each field the selector that finds it on nearly all, and only there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from crawler.extraction.layouts import WORDS
from crawler.items import Neighbour
from crawler.layout import Layout

from .designs import designs
from .learnt import Design, Difference, Learnt, Lesson
from .named import Named
from .names import Names, names_generated
from .places import FIELDS, places
from .samples import Sample
from .selectors import selectors
from .trial import Trial, Trials, alike

LEAST = 5
"""Pages of one design from which a layout can be learnt."""
_SHOWN = 16
"""Pages whose elements are asked for selectors; all are asked whether these hold."""
_TRIED = 70
_STATED = 0.25
"""Share of the pages that must state a field before a selector for it can be trusted."""
_COVERED = 0.85
_AGREED = 0.75
_NO_MORE = 0.05
"""Share of the pages on which a selector may find a count or a link that the generic way does not see."""
_SOME_MORE = 0.1
_TIED = 0.02
"""Share of the pages by which two selectors may differ and the more readable one is taken."""
_EXAMPLES = 3
_GENERATED = "named by a build tool: the next release of the site may name it otherwise"

Told = Callable[[str], None]


class TooFew(ValueError):
    """Too few pages, or pages that have nothing in common."""


def learn(samples: Sequence[Sample], tell: Told = lambda _: None) -> Learnt:
    """Return what the pages of one site teach. Raises TooFew. `tell` is told what is being learnt."""
    if len(samples) < LEAST:
        raise TooFew(f"{_articles(len(samples))}; a layout can be learnt from {LEAST} or more, and better from 20")
    groups = designs(samples)
    if len(groups[0]) < LEAST:
        raise TooFew(
            f"{_articles(len(samples))} that have nothing in common: at most {len(groups[0])} are of one design, "
            f"such as {groups[0][0].name}"
        )
    large = [group for group in groups if len(group) >= LEAST]
    last_days = _last_days_of(large)
    found = []
    for number, group in enumerate(groups):
        if len(group) < LEAST:
            found.append(Design(samples=group, why=f"of too few pages (from {LEAST} on)"))
        elif number not in last_days:
            found.append(Design(samples=group, why="of the same days as the first: no date tells them apart"))
        else:
            layout, lessons = _layout(_telling(group), tell)
            until = last_days[number]
            found.append(Design(samples=group, layout=replace(layout, until=until), lessons=lessons))
    return Learnt(designs=found)


def _articles(count: int) -> str:
    return f"{count} article{'' if count == 1 else 's'}"


def _telling(group: Sequence[Sample]) -> Sequence[Sample]:
    """Return the pages that say how a design is read: where enough are known from before, these alone."""
    known = [sample for sample in group if sample.is_known]
    return known if len(known) >= LEAST else group


def _last_days_of(groups: Sequence[Sequence[Sample]]) -> dict[int, date | None]:
    """Return by number the designs that can be told apart, each with its last day: None for that of today.

    A design of pages that are misread is newer than all others, whatever the days of its articles: the others ended
    when it was seen first.
    """
    new = [number for number, group in enumerate(groups) if 2 * sum(one.is_misread for one in group) > len(group)]
    old = [number for number in range(len(groups)) if number not in new]
    days = _last_days([groups[number] for number in old]) if old else []
    found: dict[int, date | None] = {old[0]: None} if days is None else dict(zip(old, days, strict=True))
    if new:
        seen = [one.fetched for one in groups[new[0]] if one.fetched]
        ended = min(seen) - timedelta(days=1) if seen else None
        found = {number: ended if last is None else last for number, last in found.items() if last or ended}
        found[new[0]] = None
    return found


def _last_days(groups: Sequence[Sequence[Sample]]) -> list[Any] | None:
    """Return the last day of each design, None for that of today; None where they overlap in time."""
    days = [[sample.day for sample in group if sample.day] for group in groups]
    if not all(days):
        return [None] if len(groups) == 1 else None
    known = [(min(own), max(own)) for own in ([day for day in each if day] for each in days)]
    order = sorted(range(len(groups)), key=lambda number: known[number])
    if any(known[earlier][1] >= known[later][0] for earlier, later in pairwise(order)):
        return None
    return [None if number == order[-1] else known[number][1] for number in range(len(groups))]


def _layout(samples: Sequence[Sample], tell: Told) -> tuple[Layout, list[Lesson]]:
    names, named = Names(samples), Named(samples)
    lessons = []
    for name in FIELDS:
        tell(f"{len(samples)} pages: {name}")
        lessons.append(_lesson(name, samples, names, named))
    layout = Layout(**{lesson.name: lesson.selector for lesson in lessons})  # type: ignore[arg-type]
    return layout, lessons


def _lesson(name: str, samples: Sequence[Sample], names: Names, named: Named) -> Lesson:
    trials = Trials(name, samples, named)
    stated = sum(trials.stated)
    told = sum(bool(getattr(sample.item, name)) for sample in samples)
    lesson = Lesson(name=name, selector=None, pages=len(samples), stated=told)
    if stated < max(3.0, _STATED * len(samples)):
        return replace(lesson, why=f"stated on {stated} of {len(samples)} pages: too few" if told else "")
    tried = [trials.of(css, cost) for css, cost in _candidates(name, samples, names)]
    trusted = [trial for trial in tried if not _doubt(trial, samples)]
    if not trusted:
        nearest = max(tried, key=lambda trial: (trial.worth, -trial.price), default=None)
        why = "no element holds just its value" if nearest is None else f"{nearest.selector} {_doubt(nearest, samples)}"
        return replace(lesson, why=why)
    best = max(trial.worth for trial in trusted)
    tied = [trial for trial in trusted if trial.worth >= best - _TIED * len(samples)]
    chosen = min(tied, key=lambda trial: (trial.price, len(trial.selector), trial.selector))
    return replace(
        lesson,
        selector=chosen.selector,
        matches=chosen.matches,
        agrees=sum(
            bool(given.value) and bool(generic) and alike(name, generic, given.value)
            for given, sample in zip(chosen.given, samples, strict=True)
            for generic in (getattr(sample.item, name),)
        ),
        why=_GENERATED if names_generated(chosen.selector) else "",
        differences=list(_differences(chosen, samples))[:_EXAMPLES],
    )


def _candidates(name: str, samples: Sequence[Sample], names: Names) -> list[tuple[str, float]]:
    """Return the selectors that lead to the value on several pages, those of most pages first."""
    costs: dict[str, float] = {}
    spread: Counter[str] = Counter()
    holding = [found for sample in samples if (found := places(sample, name))]
    step = max(1, len(holding) // _SHOWN)
    shown = holding[::step][:_SHOWN]
    for found in shown:
        own: dict[str, float] = {}
        for element, attribute in found:
            for css, cost in selectors(element, names, name):
                full = f"{css}::attr({attribute})" if attribute else css
                # What machines are told is second to what a reader sees, and a little harder to read.
                own[full] = min(own.get(full, cost), cost + 0.8 * bool(attribute))
        spread.update(own.keys())
        for css, cost in own.items():
            costs[css] = min(costs.get(css, cost), cost)
    kept = [css for css, count in spread.items() if count * 3 >= len(shown)]
    kept.sort(key=lambda css: (-round(4 * spread[css] / len(shown)), costs[css], len(css), css))
    return [(css, costs[css]) for css in kept[:_TRIED]]


def _doubt(trial: Trial, samples: Sequence[Sample]) -> str:
    """Return why a selector cannot be trusted; empty where it can."""
    pages, stated = len(trial.given), sum(trial.stated)
    both = sum(bool(given.value) and found for given, found in zip(trial.given, trial.stated, strict=True))
    if stated - trial.missed < _COVERED * stated:
        return f"matches on {both} of the {stated} pages that state it"
    if any(given.elsewhere for given in trial.given):
        return "tells the time by another clock than the page shows"
    if trial.agrees < _AGREED * max(both, 1):
        return f"agrees with the generic reading on {trial.agrees} of {both} pages"
    most = _NO_MORE if trial.name in ("views", "prev", "next", "modified") else _SOME_MORE
    if trial.name not in ("title", "published", "body") and trial.gained > max(most * pages, 0.0):
        return f"matches on {trial.gained} pages that state none"
    if trial.crowd > (1.5 if trial.name in WORDS else 1.05):
        return f"matches {trial.crowd:.1f} elements a page"
    # A source may be the same on all pages; an author that is stands in the site's name or its footer as well.
    # What is known from before is no accident.
    is_known = all(sample.is_known for sample in samples)
    if (
        not is_known
        and trial.distinct == 1
        and trial.matches >= LEAST
        and trial.name not in ("source", "category", "prev", "next")
    ):
        return "says the same on every page"
    return ""


def _differences(trial: Trial, samples: Sequence[Sample]) -> Iterator[Difference]:
    for given, sample in zip(trial.given, samples, strict=True):
        generic = getattr(sample.item, trial.name)
        # A neighbour that both say is not there needs no selector.
        same = bool(given.value) and bool(generic) and alike(trial.name, generic, given.value)
        if given.value is not None and not same and (given.value or generic):
            yield Difference(page=sample.name, generic=_told(generic), learnt=_told(given.value))


def _told(value: Any) -> str:
    if isinstance(value, Neighbour):
        return value.title or value.url or "none"
    return "\n".join(value) if isinstance(value, list) else str(value or "")
