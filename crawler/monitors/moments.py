"""Moments that can be compared: all of them with a zone."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(said: datetime) -> datetime:
    """Return a moment in UTC, as which one without a zone is taken.

    >>> moment(datetime(2026, 1, 1)).isoformat()
    '2026-01-01T00:00:00+00:00'
    """
    if said.tzinfo is None:
        return said.replace(tzinfo=UTC)
    try:
        return said.astimezone(UTC)
    except OverflowError:
        return said.replace(tzinfo=UTC)
