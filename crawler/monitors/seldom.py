"""How often something happens that is seldom on a sound site, such as a night on which a way names nothing."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

_BEFORE = 0.1
"""How often it is thought to have happened before it was first seen, in one run."""
_UNDER_A_FAULT = 0.95


@dataclass(slots=True)
class Seldom:
    """Learns how often it happens."""

    runs: int = 0
    times: int = 0

    def add(self, *, happened: bool) -> None:
        """Learn from a sound run."""
        self.runs += 1
        self.times += happened

    @property
    def share(self) -> float:
        """In which share of the runs it is to be expected."""
        return (self.times + _BEFORE) / (self.runs + 1)


def speaks(share: float, *, happened: bool, otherwise: float = _UNDER_A_FAULT) -> float:
    """Return by how much (a logarithm) a run is likelier under a fault, by which it happens nearly always.

    >>> round(speaks(0.01, happened=True), 1), round(speaks(0.01, happened=False), 1)
    (4.6, -3.0)
    """
    share = min(max(share, 1e-6), otherwise)
    return log(otherwise / share) if happened else log((1 - otherwise) / (1 - share))
