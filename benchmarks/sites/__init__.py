"""Made-up sites that no rule was tuned to: their pages, what is an article, and how they change."""

from __future__ import annotations

from benchmarks.sites.columns import Columns
from benchmarks.sites.made import WAYS, Made, Post, Truth, Way
from benchmarks.sites.portal import Portal
from benchmarks.sites.wordpress import Gazette

__all__ = ["MADE", "WAYS", "Made", "Post", "Truth", "Way", "make"]

MADE: dict[str, tuple[type[Made], int]] = {
    "gazette": (Gazette, 300),
    "columns": (Columns, 240),
    "portal": (Portal, 560),
}
"""Name -> what makes the site, and how many articles it has unless told otherwise."""


def make(name: str, *, articles: int | None = None, seed: int = 1) -> Made:
    """Return a site of a name in MADE."""
    kind, usual = MADE[name]
    return kind(articles=articles or usual, seed=seed)
