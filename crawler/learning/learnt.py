"""What was learnt of a site: layouts, and for each field how well its selector does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.layout import Layout

from .samples import Sample


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A page on which a selector gives something else than the generic way."""

    page: str
    generic: str
    """Empty where the generic way finds nothing."""
    learnt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What came of one field."""

    name: str
    selector: str | None
    """None where it stays generic."""
    pages: int
    """Of the design."""
    stated: int
    """On how many the generic way finds the field."""
    matches: int = 0
    """On how many the selector gives a value."""
    agrees: int = 0
    """On how many both give the same."""
    why: str = ""
    """Why it stays generic, or what to look at."""
    differences: Sequence[Difference] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """Pages of one design, and what was learnt from them."""

    samples: Sequence[Sample]
    layout: Layout | None = None
    """None where nothing was learnt from these."""
    lessons: Sequence[Lesson] = ()
    why: str = ""
    """Why nothing was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Learnt:
    """All designs of a site, the largest first."""

    designs: Sequence[Design] = field(default_factory=tuple)

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The layouts for a spider, that of today first."""
        found = [design.layout for design in self.designs if design.layout is not None]
        return tuple(sorted(found, key=lambda layout: (layout.until is not None, layout.until)))
