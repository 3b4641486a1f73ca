"""Quantiles of numbers without end, from a sample that does not grow (Vitter's algorithm R)."""

from __future__ import annotations

from random import Random

_SAMPLE = 2_000


class Quantiles:
    """Takes numbers one by one.

    >>> numbers = Quantiles()
    >>> for number in range(101): numbers.add(number)
    >>> numbers.at(0, 0.25, 0.5, 1)
    (0.0, 25.0, 50.0, 100.0)
    """

    def __init__(self) -> None:
        self._sample: list[float] = []
        self._count = 0
        self._least, self._most = float("inf"), float("-inf")
        self._middle: tuple[int, float] | None = None
        """After how many numbers it was looked for, and what it was."""
        self._random = Random(0)  # noqa: S311, which of them are kept is no secret

    def add(self, number: float) -> None:
        """Take a number."""
        self._count += 1
        self._least, self._most = min(self._least, number), max(self._most, number)
        if len(self._sample) < _SAMPLE:
            self._sample.append(number)
        elif (place := self._random.randrange(self._count)) < _SAMPLE:
            self._sample[place] = number

    def at(self, *shares: float) -> tuple[float, ...]:
        """Return the numbers below which these shares of all lie; nothing where there are none. 0 and 1 are exact."""
        if not self._count:
            return ()
        ordered = sorted(self._sample)
        found = {0.0: self._least, 1.0: self._most}
        return tuple(float(found.get(share, ordered[round(share * (len(ordered) - 1))])) for share in shares)

    @property
    def middle(self) -> float | None:
        """The middle number as it was some numbers ago at most; None before there are 20."""
        if self._count < 20:
            return None
        if self._middle is None or self._count >= 1.2 * self._middle[0]:
            self._middle = self._count, self.at(0.5)[0]
        return self._middle[1]
