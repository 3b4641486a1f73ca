"""At which times of the day a site may be asked: its operator's wish, or ours, by the clock of a zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.options import BadSetting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import time

SETTING = "WINDOWS"
_EXPECTED = "HH:MM-HH:MM and a zone, such as 22:00-06:00 Asia/Shanghai; several parted by commas"
_READS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)(?:\s+(\S+))?")
_DAY = 24 * 60
_FARTHEST = timedelta(days=3)
"""Beyond this no opening is looked for: a window of every day opens sooner, unless another forbids all of it."""


@dataclass(frozen=True, slots=True)
class Window:
    """A time of each day, by the clock on the wall of its zone: from `begin` on, until before `end`."""

    begin: int
    """Minutes since midnight."""
    end: int
    """Minutes since midnight, 1,440 for the day's end; less than `begin` for a window over midnight."""
    zone: tzinfo

    def is_open(self, at: datetime) -> bool:
        """Return whether an instant (aware) lies in it.

        >>> night = Window(22 * 60, 6 * 60, UTC)
        >>> [night.is_open(datetime(2026, 1, 1, hour, tzinfo=UTC)) for hour in (21, 22, 5, 6)]
        [False, True, True, False]
        """
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        if self.begin < self.end:
            return self.begin <= minute < self.end
        return minute >= self.begin or minute < self.end

    def __str__(self) -> str:
        begin, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (self.begin, self.end))
        return f"{begin}-{end} {self.zone}"


Windows = tuple[Window, ...]
"""A site may be asked while any of them is open; at any time where there is none."""


def parse_windows(value: str | Sequence[str] | None) -> Windows:
    """Return the windows that a setting or a spider states, as text (parted by commas) or one by one.

    A window without a zone is one of UTC. Raises BadSetting.

    >>> [str(window) for window in parse_windows("22:00-06:00 Asia/Shanghai, 12:30-13:00")]
    ['22:00-06:00 Asia/Shanghai', '12:30-13:00 UTC']
    """
    entries = value.split(",") if isinstance(value, str) else list(value or ())
    return tuple(_window(entry.strip()) for entry in entries if entry.strip())


def _window(entry: str) -> Window:
    found = _READS.fullmatch(entry)
    if found is None:
        raise BadSetting(SETTING, entry, _EXPECTED)
    begin, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    if begin >= _DAY or end > _DAY or begin == end:
        raise BadSetting(SETTING, entry, f"{_EXPECTED}; from 00:00 to 24:00 and not of no length")
    try:
        zone: tzinfo = ZoneInfo(found[5]) if found[5] and found[5] != "UTC" else UTC
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a KeyError; a folder of zones is an OSError
        raise BadSetting(SETTING, entry, f"{_EXPECTED}; {found[5]} is no zone of the IANA's") from None
    # From midnight to midnight, and over it: 22:00-00:00 ends with the day.
    return Window(begin, end or _DAY, zone)


def visiting(begin: time, end: time) -> Windows:
    """Return the window of a robots.txt's Visit-time, which is in UTC; none where it states no length.

    >>> from datetime import time
    >>> [str(window) for window in visiting(time(6), time(8, 45))]
    ['06:00-08:45 UTC']
    """
    first, last = (at.hour * 60 + at.minute for at in (begin, end))
    return () if first == last else (Window(first, last or _DAY, UTC),)


def opening(wishes: Iterable[Windows], now: datetime) -> datetime:
    """Return the first instant from `now` on (aware) at which all `wishes` have a window open; `now` where they have.

    Where they have none within three days the answer is in three days: then it is looked again.
    """
    asked = [windows for windows in wishes if windows]

    def is_open(at: datetime) -> bool:
        return all(any(window.is_open(at) for window in windows) for windows in asked)

    if is_open(now):
        return now
    # Minute by minute, which is the grain of windows and of the hours that summer time skips and repeats.
    at = now.astimezone(UTC).replace(second=0, microsecond=0)
    for _ in range(int(_FARTHEST / timedelta(minutes=1))):
        at += timedelta(minutes=1)
        if is_open(at):
            return at
    return now + _FARTHEST
