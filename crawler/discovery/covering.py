"""Whether one list of a site names nearly all of its articles: then its other lists name them once more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

SAMPLE = 512
"""Articles that are looked for in lists: of a large site some of them stand for all."""
LISTS = 200
"""Lists that are remembered, those that were read last."""
_MOST = 0.8
_FEWEST = 5
"""Articles from which a site can be judged by them."""


class Covering:
    """Samples articles by their hashes, and notes which list has named which; its memory is bounded.

    >>> covering = Covering()
    >>> covering.names("/page/#", ["a", "b", "c", "d", "e"])
    >>> for article in "abcdef":
    ...     covering.article(article)
    >>> covering.is_covered()
    True
    """

    def __init__(self) -> None:
        self._one_in = 1
        self._articles: set[int] = set()
        self._lists: OrderedDict[str, set[int]] = OrderedDict()

    def article(self, url: str) -> None:
        """Take the address of an article."""
        known = hash(url)
        if known % self._one_in == 0:
            self._articles.add(known)
            self._thin(self._articles)

    def names(self, name: str, addresses: Iterable[str]) -> None:
        """Take what a page of a list names."""
        named = self._lists.setdefault(name, set())
        self._lists.move_to_end(name)
        if len(self._lists) > LISTS:
            self._lists.popitem(last=False)
        named.update(known for one in addresses if (known := hash(one)) % self._one_in == 0)
        # With the articles a list names other things, on each page the same.
        self._thin(named, 4 * SAMPLE)

    def is_covered(self) -> bool:
        """Return whether a list has named four of five articles that were read."""
        articles = self._articles
        if len(articles) < _FEWEST:
            return False
        return any(len(articles & named) >= _MOST * len(articles) for named in self._lists.values())

    def _thin(self, full: set[int], most: int = SAMPLE) -> None:
        if len(full) > most:
            self._one_in *= 2
            for some in (self._articles, *self._lists.values()):
                some.intersection_update({known for known in some if known % self._one_in == 0})
