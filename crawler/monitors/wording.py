"""How numbers stand in what an operator reads."""

from __future__ import annotations

from crawler.monitors.shares import Count


def percent(share: float) -> str:
    """Return a share in words, never rounded to all or nothing.

    >>> percent(0.98), percent(0.9999), percent(0.0004), percent(1), percent(0.004)
    ('98 %', 'over 99 %', 'under 1 %', '100 %', 'under 1 %')
    """
    if 0.995 <= share < 1:
        return "over 99 %"
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{round(100 * share)} %"


def of(count: Count) -> str:
    """Return a count in words.

    >>> of(Count(3, 41)), of(Count(0, 5))
    ('3 of 41', 'none of 5')
    """
    return f"{count.hits or 'none'} of {count.of:,}"


def days(number: float) -> str:
    """Return a number of days in words.

    >>> days(1), days(2.5), days(9.96), days(30)
    ('1 day', '2.5 days', '10 days', '30 days')
    """
    said = f"{number:.1f}".removesuffix(".0") if number < 9.95 else f"{number:.0f}"
    return f"{said} day" if said == "1" else f"{said} days"
