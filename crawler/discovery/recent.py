"""The addresses that were followed lately: most links of a page are those of the page before."""

from __future__ import annotations


class Recent:
    """Remembers the last so many things that were added, and up to twice as many, by 64 bits of their hash.

    >>> recent = Recent(2)
    >>> recent.add("a"), recent.add("a"), recent.add("b"), recent.add("c"), recent.add("a")
    (True, False, True, True, False)
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._new: set[int] = set()
        self._old: set[int] = set()

    def add(self, thing: str) -> bool:
        """Remember it; return whether it was not there."""
        known = hash(thing)
        if known in self._new:
            return False
        fresh = known not in self._old
        # What is met again stays, however long ago it came.
        self._new.add(known)
        if len(self._new) >= self._size:
            self._old, self._new = self._new, set()
        return fresh
