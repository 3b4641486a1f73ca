"""A site's runs laid out along the calendar: a column a day, or a few days, and gaps where no run was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.monitors import RunFacts
from crawler.monitors.facts import FIELDS, Outcome

from .words import OUTCOMES, share

_RANK = {outcome: place for place, outcome in enumerate(OUTCOMES)}
_MOST_COLUMNS = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """The runs that began within some days."""

    day: date
    """The first of them, UTC."""
    runs: int
    worst: Outcome
    new: int
    edited: int
    views: int
    read: int
    shares: tuple[int | None, ...]
    """Of the articles that were read, how many state each of `FIELDS`, in percent; None where none was read."""

    def share_of(self, field: str) -> int | None:
        """Return the share of one field."""
        return self.shares[FIELDS.index(field)]

    @property
    def is_well(self) -> bool:
        """Whether none of them needs a look."""
        return self.worst in ("ok", "locked", "skipped")


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What is drawn of a site's runs, this one among them."""

    runs: tuple[RunFacts, ...]
    """Oldest first."""
    days: int
    """That a column stands for: 1, 7 or 28."""
    columns: tuple[Column | None, ...]
    """From the first day to the last; None where no run was."""

    @property
    def first(self) -> date:
        """The day on which the first column begins."""
        return self.runs[0].began_at.date()

    @property
    def known(self) -> tuple[Column, ...]:
        """The columns that had a run."""
        return tuple(column for column in self.columns if column)

    @property
    def unit(self) -> str:
        """What a column stands for, in words."""
        return {1: "day", 7: "week"}.get(self.days, "4 weeks")

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that some article has stated: others are not of this site."""
        return tuple(name for name in FIELDS if any(run.fields.get(name) for run in self.runs))

    def values(self, of: Callable[[Column], int | None]) -> list[int | None]:
        """Return a number of each column; None where no run was."""
        return [of(column) if column else None for column in self.columns]

    def place(self, day: date) -> int | None:
        """Return the number of a day's column; None where it is before the first."""
        number = (day - self.first).days // self.days
        return number if 0 <= number < len(self.columns) else None


def look_back(earlier: Sequence[RunFacts], now: RunFacts, most: int) -> Past:
    """Lay out a run and those before it, `most` in all. Runs that did nothing, as a lock was held, are left out."""
    runs = [run for run in earlier if run.run_id != now.run_id and run.outcome not in ("locked", "skipped")]
    runs = [*sorted(runs, key=lambda run: (run.began_at, run.run_id)), now][-most:]
    runs.sort(key=lambda run: (run.began_at, run.run_id))
    first = runs[0].began_at.date()
    length = (runs[-1].began_at.date() - first).days + 1
    days = next((days for days in (1, 7) if length <= days * _MOST_COLUMNS), 28)
    groups: list[list[RunFacts]] = [[] for _ in range(-(-length // days))]
    for run in runs:
        groups[(run.began_at.date() - first).days // days].append(run)
    columns = (
        _column(first + timedelta(days=days * place), group) if group else None for place, group in enumerate(groups)
    )
    return Past(runs=tuple(runs), days=days, columns=tuple(columns))


def stated(runs: Sequence[RunFacts]) -> Iterator[tuple[str, int, int]]:
    """Yield of each field how many articles of these runs state it, and of how many."""
    read = sum(run.read for run in runs)
    for name in FIELDS:
        yield name, sum(run.fields.get(name, 0) for run in runs), read


def _column(day: date, runs: Sequence[RunFacts]) -> Column:
    return Column(
        day=day,
        runs=len(runs),
        worst=min((run.outcome for run in runs), key=_RANK.__getitem__),
        new=sum(run.articles.get("new", 0) for run in runs),
        edited=sum(run.articles.get("revised", 0) for run in runs),
        views=sum(run.views for run in runs),
        read=sum(run.read for run in runs),
        shares=tuple(share(part, read) if read else None for _, part, read in stated(runs)),
    )
