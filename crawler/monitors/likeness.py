"""How many of a run's articles are usually alike in what should tell them apart."""

from __future__ import annotations

from crawler.monitors.counted import is_known
from crawler.monitors.facts import RunFacts
from crawler.monitors.limits import Limits
from crawler.monitors.shares import Count, Share

_ALIKE = 0.95
"""Share of a run's articles that are alike where all are to be."""
_EXACTLY = 40.0
"""How narrowly the share of a run lies around that, in articles' worth."""


class Likeness:
    """Learns it by the mode of the runs; of all together, until there are enough of one mode."""

    def __init__(self) -> None:
        self._by_mode: dict[str, Share] = {}
        self._all = _share()

    def learn(self, run: RunFacts, count: Count) -> None:
        """Learn from a sound run."""
        if run.mode not in self._by_mode:
            self._by_mode[run.mode] = _share()
        self._by_mode[run.mode].add(count)
        self._all.add(count)

    def forget(self) -> None:
        """Begin anew."""
        self._by_mode.clear()
        self._all = _share()

    def of(self, run: RunFacts) -> Share:
        """Return what such a run is held against."""
        return self._by_mode.get(run.mode) or self._all

    def speaks(self, run: RunFacts, count: Count, limits: Limits) -> float:
        """Return by how much (a logarithm) a run is likelier where all articles are alike."""
        usual = self._by_mode.get(run.mode)
        if usual is None or not is_known(usual, limits):
            usual = self._all
        if not count.of or not (is_known(usual, limits) or _tells_alone(count, limits)):
            return 0.0
        return usual.speaks(count, max(_ALIKE, (1 + usual.mean) / 2), exactly=_EXACTLY)[0]


def beyond_one(different: int, commonest: int) -> Count:
    """Return how many of the others are like the first of the commonest kind.

    >>> beyond_one(5, 1), beyond_one(1, 5)
    (Count(hits=0, of=4), Count(hits=4, of=4))
    """
    return Count.within(commonest - 1, max(commonest, 0) + max(different, 0) - 2)


def _tells_alone(count: Count, limits: Limits) -> bool:
    return count.of >= max(limits.alike - 1, 1) and count.hits >= 0.9 * count.of


def _share() -> Share:
    # Of all sites: hardly ever are two alike, though some have a title for each morning, or an hour for all.
    return Share(prior=0.02, weight=4, varies=0.1)
