"""Which part of a page speaks of the article: around its title and around its body, not in lists and footers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Places among the page's blocks; None where the page shows no title or has no body."""

    title: int | None = None
    first: int | None = None
    last: int | None = None

    def is_inside(self, block: int) -> bool:
        """Return whether a block lies between the first and the last of the body."""
        return self.first is not None and self.last is not None and self.first <= block <= self.last

    def nearness(self, block: int) -> float:
        """Return 1 for the article's head, less for what lies below its body, 0 for what is not about it."""
        if self.title is None and self.first is None:
            return 0.5
        if self.title is not None and self.first is not None and self.title <= self.first:
            begin, end = self.title, min(self.first, self.title + 25)
        elif self.title is not None:
            begin, end = self.title, self.title + 6
        else:
            begin, end = (self.first or 0) - 6, self.first or 0
        if begin <= block <= end + 1:
            return 1.0
        if begin - 4 <= block < begin:
            return 0.8
        if self.last is not None and self.last - 3 <= block <= self.last + 12:
            return 0.7
        if self.first is not None and self.first <= block <= self.first + 4:
            return 0.5
        return 0.0
