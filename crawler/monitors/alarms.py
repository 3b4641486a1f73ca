"""An alarm: what was expected of a site, what was seen instead, since when, and where to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal[
    "field",
    "body",
    "quarantine",
    "silence",
    "errors",
    "layout",
    "way",
    "dates",
    "titles",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """One thing that is wrong with a site's run, for a person to look at."""

    kind: Kind
    """field: articles lack what they used to state. body: their texts are much shorter or longer. quarantine: many
    pages are unfit. silence: nothing new for much longer than usual. errors: many requests fail. layout: selectors of
    the site's layout match no more. way: one way of finding articles went dry. dates: all articles say one time.
    titles: they have one title."""
    subject: str
    """The field, the way or the field of the layout; the kind's own name where there is nothing narrower."""
    expected: str
    """In words, from the site's own past: `source on 98 % of 412 articles`."""
    seen: str
    """In words: `on 3 of 41`."""
    since: datetime
    """Begin of the first run in which it was so, UTC."""
    examples: tuple[str, ...]
    """Addresses of pages that show it, at most five."""
