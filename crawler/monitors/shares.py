"""What share is usual of a site, how much it varies from run to run, and how a run speaks for another share."""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, sqrt

_MOST = 10_000_000
"""Counts beyond say no more, and their logarithms lose their differences."""
_FORGETS = 0.985
"""What a run counts for after the next one: half as much after 46 runs."""
_TYPICAL = 0.05
"""How much a share varies between runs, where little is known of it."""
_TYPICAL_RUNS = 6.0
"""For how many runs that counts."""
_LOOSE = 8.0
"""How many articles' worth is known of the share under a fault, unless it is said more exactly."""
_DOUBTS = 1.5
"""By how many standard errors the usual may be other than it seems: an error would add up from run to run."""


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    hits: int
    of: int

    @classmethod
    def within(cls, hits: int, of: int) -> Count:
        """Return a count that makes sense, whatever it was made from.

        >>> Count.within(5, 3), Count.within(-1, -1)
        (Count(hits=3, of=3), Count(hits=0, of=0))
        """
        of = min(max(of, 0), _MOST)
        return cls(min(max(hits, 0), of), of)


class Share:
    """Learns a share from runs: its mean, and its variation beyond that of chance (the beta-binomial's)."""

    def __init__(self, prior: float = 0.5, weight: float = 1.0, varies: float = _TYPICAL) -> None:
        """Begin with a `prior` share that counts for `weight` articles."""
        self._prior, self._weight, self._varies = prior, weight, varies
        self.runs = 0
        self.articles = 0
        self.hits = 0
        self._w = self._wp = self._wpp = self._w_by_n = 0.0

    def add(self, count: Count) -> None:
        """Learn from a sound run."""
        if count.of == 0:
            return
        self.runs += 1
        self.articles += count.of
        self.hits += count.hits
        share = count.hits / count.of
        # Of a run of thousands no more is learnt than of one of some dozens: what varies is the run.
        w = count.of / (1 + (count.of - 1) * self._varies)
        self._w = self._w * _FORGETS + w
        self._wp = self._wp * _FORGETS + w * share
        self._wpp = self._wpp * _FORGETS + w * share * share
        self._w_by_n = self._w_by_n * _FORGETS + w / count.of

    @property
    def seen(self) -> float:
        """The share of all runs together, to be told."""
        return self.hits / self.articles if self.articles else 0.0

    @property
    def mean(self) -> float:
        """The usual share, strictly between 0 and 1."""
        return (self._wp + self._prior * self._weight) / (self._w + self._weight)

    @property
    def concentration(self) -> float:
        """How narrowly the share of a run lies around the mean: the sum of the beta distribution's parameters."""
        mean = self.mean
        variance = mean * (1 - mean)
        chance = self._w_by_n
        beyond = self._w - chance
        excess = self._wpp - 2 * mean * self._wp + mean * mean * self._w - variance * chance
        # Method of moments, drawn towards what is typical by as much as some runs weigh.
        pull = _TYPICAL_RUNS * self._w / self.runs if self.runs else 1.0
        varies = (max(excess, 0.0) / variance + self._varies * pull) / (max(beyond, 0.0) + pull)
        varies = min(max(varies, 1e-4), 0.9)
        return min(1 / varies - 1, self._w + self._weight + 1)

    def bound(self, sign: int) -> float:
        """Return the least (-1) or the greatest (1) share that may still be the usual one (by Agresti and Coull)."""
        weight, squared, mean = self._w + self._weight, _DOUBTS**2, self.mean
        middle = (weight * mean + squared / 2) / (weight + squared)
        found = middle + sign * _DOUBTS * sqrt(middle * (1 - middle) / (weight + squared))
        return max(mean, found) if sign > 0 else min(mean, found)

    def speaks(self, count: Count, *others: float, exactly: float = _LOOSE) -> tuple[float, ...]:
        """Return by how much (a logarithm) a run is likelier with each of the other shares than with the usual one.

        The others are all less than the usual one, or all greater. `exactly` says how narrowly a run's share lies
        around them, in articles' worth.
        """
        usual = self.bound(-1 if others[0] < self.mean else 1)
        said = _beta_binomial(count, usual, self.concentration)
        return tuple(_beta_binomial(count, other, exactly) - said for other in others)


def _beta_binomial(count: Count, mean: float, concentration: float) -> float:
    """Return the logarithm of a count's probability, but for the binomial coefficient, which is the same for all."""
    mean = min(max(mean, 1e-6), 1 - 1e-6)
    a, b = mean * concentration, (1 - mean) * concentration
    return (
        lgamma(count.hits + a)
        + lgamma(count.of - count.hits + b)
        - lgamma(count.of + a + b)
        + lgamma(a + b)
        - lgamma(a)
        - lgamma(b)
    )
