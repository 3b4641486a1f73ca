"""How evidence of a fault adds up over a site's runs: Page's CUSUM test, and what is learnt meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from crawler.monitors.facts import RunFacts
from crawler.monitors.limits import Limits
from crawler.monitors.moments import moment

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stretch(Generic[T]):
    """Runs in a row that speak for a fault."""

    runs: Sequence[tuple[RunFacts, T]]

    @property
    def since(self) -> datetime:
        """Begin of the first of them."""
        return moment(self.runs[0][0].began_at)

    def examples(self, *names: str) -> tuple[str, ...]:
        """Return at most five addresses of these examples, those of the newest run first."""
        found: dict[str, None] = {}
        for run, _ in reversed(self.runs):
            for name in names:
                found.update(dict.fromkeys(run.examples.get(name, ())))
        return tuple(found)[:5]


_DOUBT = 0.25
"""Part of the limit from which a fault is thought possible."""


@dataclass(slots=True)
class Course(Generic[T]):
    """Follows one thing of a site from run to run.

    For each kind of fault a sum is kept of what the runs speak for it, never below 0: where it reaches the limit, there
    is an alarm, which stands until half of it is spoken against. Of runs in doubt nothing is learnt until the doubt is
    gone, and of those of an alarm only once it has stood for so long that it is what is usual.
    """

    limits: Limits
    learn: Callable[[RunFacts, T], None]
    forget: Callable[[], None]
    """Called where what was a fault has become usual, before its runs are learnt from."""
    most: float = 1.0
    """What one run may say at most, as a part of the limit: less than 1 where a single bad night is no fault."""
    standing: bool = False
    _sums: list[float] = field(default_factory=list)
    _begins: list[int] = field(default_factory=list)
    """Where each sum began to rise."""
    _rise: list[tuple[RunFacts, T]] = field(default_factory=list)
    """Runs since a sum is above 0."""
    _learnt: int = 0
    """How many of them are learnt from."""

    def take(self, run: RunFacts, seen: T, speaks: Sequence[float]) -> None:
        """Take a run, and by how much it speaks for each kind of fault."""
        limit = self.limits.evidence
        if not self._rise and max(speaks) <= 0:
            self.learn(run, seen)
            return
        if not self._sums:
            self._sums, self._begins = [0.0] * len(speaks), [0] * len(speaks)
        for place, said in enumerate(speaks):
            before = self._sums[place]
            if before <= 0:
                self._begins[place] = len(self._rise)
            self._sums[place] = min(max(before + min(said, self.most * limit), 0.0), limit)
        self._rise.append((run, seen))
        most = max(self._sums)
        if self.standing:
            if most < limit / 2:
                # The runs of the fault are no part of what is usual; the one that ended it is.
                self._end(self._rise[-1:])
            elif self._lasts_since(self._begin(limit / 2)):
                self.forget()
                self._end(self._rise[self._begin(limit / 2) :])
        elif most >= limit:
            self.standing = True
        elif most <= 0:
            self._end(self._rise[self._learnt :])
        elif most <= _DOUBT * limit or self._lasts_since(self._learnt):
            self._learn(self._rise[self._learnt :])
            self._learnt = len(self._rise)

    def stretch(self) -> Stretch[T] | None:
        """Return the runs of the fault where an alarm stands now."""
        return Stretch(self._rise[self._begin(self.limits.evidence / 2) :]) if self.standing else None

    def _begin(self, least: float) -> int:
        """Return where the sums began to rise that are as high as this."""
        return min(begin for begin, sum_ in zip(self._begins, self._sums, strict=True) if sum_ >= least)

    def _lasts_since(self, place: int) -> bool:
        first, last = (moment(run.began_at) for run, _ in (self._rise[min(place, len(self._rise) - 1)], self._rise[-1]))
        return last - first >= self.limits.settles

    def _learn(self, runs: Sequence[tuple[RunFacts, T]]) -> None:
        for run, seen in runs:
            self.learn(run, seen)

    def _end(self, learn: Sequence[tuple[RunFacts, T]]) -> None:
        self._learn(learn)
        self._rise.clear()
        self._sums, self._begins = [0.0] * len(self._sums), [0] * len(self._sums)
        self._learnt, self.standing = 0, False
