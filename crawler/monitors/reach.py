"""Which runs tell what a site has."""

from __future__ import annotations

from crawler.monitors.facts import RunFacts

_REACHED = frozenset({"ok", "degraded", "nothing"})


def has_reached(run: RunFacts) -> bool:
    """Return whether a run came to the site: only of such a one can what is missing be told."""
    return run.outcome in _REACHED


def has_looked(run: RunFacts) -> bool:
    """Return whether a run came to the site, and to its own end."""
    return run.is_complete and has_reached(run)
