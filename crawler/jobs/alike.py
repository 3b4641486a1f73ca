"""How many of a run's values differ, and how often the commonest is met."""

from __future__ import annotations

from crawler.discovery.recent import Recent

_PLACES = 65_536
_KEPT = 200
"""Values that were met again, of which it is counted how often."""
_EXAMPLES = 5


class Alike:
    """Counts values in as much memory as it begins with (Misra and Gries: the commonest are never lost).

    Of very many values one that comes again much later may be taken for a new one.

    >>> titles = Alike()
    >>> for url, title in enumerate("abcbb"): titles.meet(title, str(url))
    >>> titles.different, titles.commonest, titles.examples
    (3, 3, ('3', '4'))
    """

    def __init__(self) -> None:
        self.different = 0
        self._met = Recent(_PLACES)
        self._again: dict[str, tuple[int, tuple[str, ...]]] = {}
        """Values that were met again: how often, and where."""

    def meet(self, value: str, url: str) -> None:
        """Take a value, and where it stands."""
        if value in self._again:
            count, urls = self._again[value]
            self._again[value] = count + 1, (*urls, url) if len(urls) < _EXAMPLES else urls
        elif self._met.add(value):
            self.different += 1
        elif len(self._again) < _KEPT:
            self._again[value] = 2, (url,)
        else:
            self._again = {value: (count - 1, urls) for value, (count, urls) in self._again.items() if count > 2}

    @property
    def commonest(self) -> int:
        """How often the commonest value was met."""
        return max((count for count, _ in self._again.values()), default=min(self.different, 1))

    @property
    def examples(self) -> tuple[str, ...]:
        """Where the commonest stands, unless all differ."""
        return max(self._again.values(), default=(0, ()))[1]
