"""From when on a site's run is called unusual: thresholds that fit all sites, unless a spider states its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import log


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Thresholds. What is usual is learnt from the site's own past; these say how much else is too much.

    A spider states its own as a class attribute: `limits = Limits(silence=14, ignored=frozenset({"field:editor"}))`.
    """

    one_in: float = 400
    """How sure an alarm is: a sound site shows as much by chance about once in so many runs, for each thing watched."""
    runs: int = 5
    """Runs of one mode after which its usual is known; until then nothing is held against it."""
    articles: int = 20
    """Articles (pages, requests) that these runs must have read."""
    lost: float = 0.5
    """Share of its usual articles from which a field, or a field of the layout, is called lost."""
    body: float = 2.0
    """By what factor texts are shorter or longer."""
    quarantine: float = 0.2
    """Share of pages in quarantine, at least; where many always are, many more."""
    errors: float = 0.2
    """Share of requests that fail, at least; where many always do, many more."""
    silence: float = 7.0
    """Usual gaps between days with something new that pass without anything new."""
    dry: float = 0.1
    """Share of the addresses that a way usually names below which it is called dry."""
    alike: int = 10
    """Articles of one run that tell without any past that they all have one title or one time."""
    settles: timedelta = timedelta(days=60)
    """How long something must have been otherwise until that is what is usual."""
    least: Mapping[str, float] = field(default_factory=dict)
    """Share of articles that must state a field, whatever the past says: `{"source": 0.9}`."""
    ignored: frozenset[str] = frozenset()
    """What is not watched: a kind (`body`), or a kind and its subject (`field:editor`, `way:feeds`)."""

    @property
    def evidence(self) -> float:
        """Logarithm of how much likelier a fault must make what was seen than a sound site would.

        >>> round(Limits(one_in=1000).evidence, 1)
        6.9
        """
        return log(max(self.one_in, 2.0))

    def watches(self, kind: str, subject: str) -> bool:
        """Return whether this is watched.

        >>> Limits(ignored=frozenset({"field:editor"})).watches("field", "editor")
        False
        """
        return self.ignored.isdisjoint((kind, f"{kind}:{subject}"))
