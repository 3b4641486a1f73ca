"""How long a site's texts are, by the quartiles of each run, and how much that varies from run to run."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

_FORGETS = 0.985
_SPREAD = 0.7
"""Standard deviation of the logarithm of a text's length, where little is known of it."""
_SPREAD_ARTICLES = 10.0
_VARIES = 0.15
"""That of a run's texts together, beyond chance."""
_VARIES_RUNS = 6.0
_QUARTILES = 1.2
"""How much more the mean of the quartiles varies than the mean (squared), of a normal distribution."""
_DOUBTS = 1.5
"""By how many standard errors the usual may be other than it seems."""
_COUNT = 60
"""As many runs, in effect, are remembered."""
_FREEDOM = 8.0
"""Of Student's t: now and then a sound run has texts of quite other lengths."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a run."""

    number: int
    middle: float
    """Mean logarithm of the quartiles."""
    spread: float | None
    """Standard deviation of the logarithm, from the quartiles; None where too few tell it."""

    @classmethod
    def of(cls, chars: tuple[int, ...], number: int) -> Texts | None:
        """Return what the least, the quartiles and the most tell of a number of texts; None without any."""
        if len(chars) != 5 or number < 1:
            return None
        first, middle, third = (max(chars[place], 1) for place in (1, 2, 3))
        spread = (log(third) - log(first)) / 1.35 if number >= 5 and third >= first else None
        return cls(min(number, 10_000), (log(first) + log(middle) + log(third)) / 3, spread)


class Lengths:
    """Learns from runs what is usual."""

    def __init__(self) -> None:
        self.runs = 0
        self.articles = 0
        self._spread, self._spread_weight = _SPREAD**2 * _SPREAD_ARTICLES, _SPREAD_ARTICLES
        self._w = self._wx = self._wxx = self._wv = 0.0

    def add(self, texts: Texts) -> None:
        """Learn from a sound run."""
        self.runs += 1
        self.articles += texts.number
        if texts.spread is not None:
            weight = min(texts.number, 30)
            self._spread = self._spread * _FORGETS + texts.spread**2 * weight
            self._spread_weight = self._spread_weight * _FORGETS + weight
        chance = self._chance(texts.number)
        w = 1 / (_VARIES**2 + chance)
        self._w = self._w * _FORGETS + w
        self._wx = self._wx * _FORGETS + w * texts.middle
        self._wxx = self._wxx * _FORGETS + w * texts.middle**2
        self._wv = self._wv * _FORGETS + w * chance

    def _chance(self, number: int) -> float:
        return _QUARTILES * self._spread / self._spread_weight / number

    @property
    def middle(self) -> float:
        """Logarithm of the usual length."""
        return self._wx / self._w if self._w else 0.0

    def speaks(self, texts: Texts, by: float) -> tuple[float, float]:
        """Return how much likelier a run is where texts have become shorter, and longer, by this (a logarithm)."""
        if not self._w:
            return 0.0, 0.0
        excess = max(self._wxx - self.middle * self._wx - self._wv, 0.0)
        pull = _VARIES_RUNS * self._w / self.runs
        varies = (excess + _VARIES**2 * pull) / (self._w + pull)
        scale = varies + self._chance(texts.number)
        off = texts.middle - self.middle
        # The usual may be other than it seems, and that is the same for all runs that are held against it.
        error = _DOUBTS * ((varies + self._wv / self._w) / min(self.runs, _COUNT)) ** 0.5
        usual = _t(max(abs(off) - error, 0.0) ** 2 / scale)
        return (
            _t(max(off + by, 0.0) ** 2 / scale) - usual,
            _t(max(by - off, 0.0) ** 2 / scale) - usual,
        )


def _t(squared: float) -> float:
    """Return the logarithm of Student's t, but for what is the same for all."""
    return -(_FREEDOM + 1) / 2 * log(1 + squared / _FREEDOM)
