"""What came of the pages of one shape of addresses, and whether more is expected."""

from __future__ import annotations

from dataclasses import dataclass, field

BARREN = 20
"""Pages of one shape in a row that led to nothing new, from which it is closed."""
_OF_ONE = 3
"""Pages that one narrow shape adds to a wide one's row: that tags are barren says nothing of categories."""
_PARTS = 200
"""Narrow shapes that a wide one's row is made of, at most."""
_SELDOM = 10
"""A shape is no article's for having given one once: more than one page in so many is to be one."""
BARREN_LATE = 5
"""The same once a list has named nearly all articles, and other lists bring nothing any more."""


@dataclass(slots=True)
class Yield:
    """Counts what came of the pages of one shape."""

    pages: int = 0
    articles: int = 0
    leading: int = 0
    """Pages that named a new address of a shape that gives articles."""
    row: int = 0
    """Pages since one was an article, or brought anything."""
    trusted: int = 0
    """Pages that were said to bring something for naming an address of this shape before it had given anything."""
    parts: dict[str, int] = field(default_factory=dict)
    """Of a wide shape: what each narrow one has added to its row."""

    def add(self, *, article: bool, leads: bool, news: bool | None, part: str | None) -> None:
        """Take a page: whether it is an article, names a new one, brought anything (None: nobody knows yet)."""
        self.pages += 1
        self.articles += article
        self.leading += leads
        if news is None and not article:
            return
        if article or news:
            self.row = 0
            self.parts.clear()
        elif part is None:
            self.row += 1
        elif self.parts.get(part, 0) < _OF_ONE and len(self.parts) < _PARTS:
            self.parts[part] = self.parts.get(part, 0) + 1
            self.row += 1

    def closed(self, barren: int) -> bool:
        """Return whether no more is expected of it."""
        if self.articles == 0:
            return self.row >= barren
        return not self.gives_articles and self.row >= 2 * BARREN

    @property
    def gives_articles(self) -> bool:
        """Whether its pages are articles."""
        return self.articles > 0 and self.articles * _SELDOM >= self.pages

    @property
    def leads(self) -> bool:
        """Whether its pages name articles that nothing else has named before."""
        return self.leading > 1 and self.leading * _SELDOM >= self.pages
