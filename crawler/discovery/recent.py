"""The addresses that were followed lately: most links of a page are those of the page before."""

from __future__ import annotations

from array import array

_WAYS = 2
"""Places for things that fall together: the one that was met last stays."""
_BITS = (1 << 64) - 1


class Recent:
    """Remembers things that were added lately by 64 bits of their hash, in as much memory as it begins with.

    What is new takes the place of what was met longest ago of those few whose hashes fall together with its own: so a
    thing may be forgotten, the sooner the more there are, and one that was never added is known by no mistake but that
    of two equal hashes.

    >>> recent = Recent(1024)
    >>> recent.add("a"), recent.add("a"), recent.add("b"), recent.add("a")
    (True, False, True, False)
    """

    def __init__(self, size: int) -> None:
        """`size` is a power of two: places, of eight bytes each."""
        self._places = array("Q", bytes(8 * size))
        self._mask = size - _WAYS

    def add(self, thing: str) -> bool:
        """Remember it; return whether it was not there."""
        known = (hash(thing) & _BITS) or 1
        places, first = self._places, known & self._mask
        newest = places[first]
        if newest == known:
            return False
        fresh = places[first + 1] != known
        places[first + 1], places[first] = newest, known
        return fresh
