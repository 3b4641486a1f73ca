"""Names by number: many articles share few of them."""

from __future__ import annotations

MOST = 5_000
"""Names that are told apart; what comes later is one."""
_REST = "(others)"


class Names:
    """Gives each name a number, the same for the same.

    >>> names = Names()
    >>> names.number("a"), names.number("b"), names.number("a"), names[1], names.known("c")
    (0, 1, 0, 'b', None)
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []

    def number(self, name: str) -> int:
        """Return the number of a name, a new one where it is new."""
        known = self._numbers.get(name)
        if known is None and len(self._names) >= MOST:
            name = _REST
            known = self._numbers.get(name)
        if known is None:
            known = self._numbers[name] = len(self._names)
            self._names.append(name)
        return known

    def known(self, name: str) -> int | None:
        """Return the number of a name, None where it has none."""
        return self._numbers.get(name)

    def __getitem__(self, number: int) -> str:
        return self._names[number]

    def __len__(self) -> int:
        return len(self._names)
