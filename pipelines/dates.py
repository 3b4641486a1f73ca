"""From a page's words to a moment: the day, the time as far as it is stated, and whose clock it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from .timewords import TimeWords, fold, scan

# The zone that nearly all writers of a language share; where they do not share one, UTC is the honest guess.
_ZONES = {
    "zh": "Asia/Shanghai",
    "zh-tw": "Asia/Taipei",
    "zh-hk": "Asia/Hong_Kong",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
    "fr": "Europe/Paris",
    "de": "Europe/Berlin",
    "es-mx": "America/Mexico_City",
    "es": "Europe/Madrid",
    "it": "Europe/Rome",
    "nl": "Europe/Amsterdam",
    "pl": "Europe/Warsaw",
    "cs": "Europe/Prague",
    "sv": "Europe/Stockholm",
    "da": "Europe/Copenhagen",
    "ru": "Europe/Moscow",
    "uk": "Europe/Kiev",
    "el": "Europe/Athens",
    "hu": "Europe/Budapest",
    "ro": "Europe/Bucharest",
    "fi": "Europe/Helsinki",
    "tr": "Europe/Istanbul",
    "pt-br": "America/Sao_Paulo",
    "pt": "Europe/Lisbon",
    "vi": "Asia/Ho_Chi_Minh",
    "th": "Asia/Bangkok",
    "en-gb": "Europe/London",
}
_HOURS = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
    "MEZ": 1,
    "MESZ": 2,
    "BST": 1,
    "WEST": 1,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "JST": 9,
    "KST": 9,
    "IST": 5.5,
    "HKT": 8,
    "AEST": 10,
    "AEDT": 11,
}
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?")
_EPOCH = re.compile(r"(1[0-9]\d{8})(?:\d{3})?")

_UNITS = {
    **dict.fromkeys(("秒", "秒钟", "second", "sec", "seconde", "sekunde", "segundo"), 1),
    **dict.fromkeys(("分", "分钟", "分鐘", "minute", "min", "minuto"), 60),
    **dict.fromkeys(("小时", "小時", "个小时", "時間", "hour", "hr", "heure", "stunde", "hora"), 3600),
    **dict.fromkeys(("天", "日", "day", "jour", "tag", "día", "dia"), 86400),
    **dict.fromkeys(("周", "个星期", "星期", "week", "semaine", "woche", "semana"), 604800),
}
_AGO = re.compile(
    r"(?:il y a |vor |hace |há )?(\d{1,4}|an?|une?) ?([^\W\d_]{1,8}?)(?:s|n|en)?(?: ?前| ago|)", re.IGNORECASE
)
_DAYS = {
    "刚刚": 0,
    "今天": 0,
    "今日": 0,
    "昨天": 1,
    "昨日": 1,
    "前天": 2,
    "today": 0,
    "yesterday": 1,
    "just now": 0,
    "aujourd'hui": 0,
    "hier": 1,
    "heute": 0,
    "gestern": 1,
    "hoy": 0,
    "ayer": 1,
}
_NAMED_DAY = re.compile(f"({'|'.join(_DAYS)})[ ,，]*(?:at |à |um )?(?:([01]?\\d|2[0-3]):([0-5]\\d))?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A time as a page states it."""

    at: datetime
    """Aware, whole seconds."""
    precision: Literal["second", "minute", "day"]
    """What the words give; a day stands for its T00:00:00."""
    zone: Literal["stated", "layout", "assumed"]
    """Who says which clock it is: the words, the site's layout, or the page's language."""


def parse_moment(
    words: str, *, zone: str | None = None, language: str | None = None, now: datetime | None = None
) -> Moment | None:
    """Return the moment that `words` state, None for nonsense.

    `zone` is an IANA name or an offset; relative words (`3小时前`) need `now`.

    >>> parse_moment("2021-07-26 11:43", language="zh").at.isoformat()
    '2021-07-26T11:43:00+08:00'
    >>> parse_moment("26 juillet 2021", language="fr").precision, parse_moment("2021-13-45")
    ('day', None)
    """
    words = fold(words).strip()
    month_first = (language or "").lower() in ("en", "en-us", "")
    found = next(scan(words, month_first=month_first), None)
    if found is not None:
        return _moment(found, zone, language)
    return _compact(words, zone, language) or (_relative(words, now, zone, language) if now else None)


def find_times(text: str) -> list[tuple[int, int]]:
    """Return where in `text` a date stands, its time of day included.

    >>> [slice(*span) for span in find_times("时间：2021-07-26 11:43 浏览：35")]
    [slice(3, 19, None)]
    """
    return [(found.start, found.end) for found in scan(text)]


def _moment(found: TimeWords, zone: str | None, language: str | None) -> Moment:
    precision: Literal["second", "minute", "day"] = "day"
    if found.clock:
        precision = "second" if found.seconds else "minute"
    stated = _stated(found.offset, language)
    how: Literal["stated", "layout", "assumed"] = "stated"
    clock = stated
    if clock is None:
        clock, how = _clock(zone, language)
    at = datetime.combine(found.day, time(*(found.clock or (0, 0, 0))), clock)
    # A fixed offset survives copies and comparisons that a zone's rules do not.
    return Moment(at=at.astimezone(timezone(at.utcoffset() or timedelta())), precision=precision, zone=how)


def _clock(zone: str | None, language: str | None) -> tuple[tzinfo, Literal["layout", "assumed"]]:
    named = _named(zone)
    if named:
        return named, "layout"
    tag = (language or "").lower()
    name = _ZONES.get(tag) or _ZONES.get(tag.split("-")[0])
    return (ZoneInfo(name) if name else UTC), "assumed"


def _named(zone: str | None) -> tzinfo | None:
    """Return the clock of an IANA name or an offset; None for a name that there is not."""
    if not zone:
        return None
    offset = _stated(zone, None)
    if offset:
        return offset
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return None


def _stated(offset: str | None, language: str | None) -> tzinfo | None:
    if not offset:
        return None
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)", offset)
    if match:
        minutes = int(match[2]) * 60 + int(match[3])
        # No clock of the world is further away than this; `-0700` may also be what is left of a phone number.
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes)) if minutes <= 14 * 60 else None
    if offset == "CST" and (language or "").lower().startswith("zh"):
        return timezone(timedelta(hours=8))
    return timezone(timedelta(hours=_HOURS[offset])) if offset in _HOURS else None


def _compact(words: str, zone: str | None, language: str | None) -> Moment | None:
    """`20210726`, `20210726T114300Z`, and seconds or milliseconds since 1970."""
    if epoch := _EPOCH.fullmatch(words):
        # The instant is stated; the day that readers saw is that of the site's clock.
        at = datetime.fromtimestamp(int(epoch[1]), _clock(zone, language)[0])
        return Moment(at=at.astimezone(timezone(at.utcoffset() or timedelta())), precision="second", zone="stated")
    if not (match := _COMPACT.fullmatch(words)):
        return None
    year, month, day, hour, minute, second, offset = match.groups()
    clock = f" {hour}:{minute}:{second or '00'}{offset or ''}" if hour else ""
    found = next(scan(f"{year}-{month}-{day}{clock}"), None)
    return _moment(found, zone, language) if found else None


def _relative(words: str, now: datetime, zone: str | None, language: str | None) -> Moment | None:
    """`3小时前`, `2 hours ago`, `昨天 11:43`, against the clock of the visit."""
    clock, how = _clock(zone, language)
    local = now.astimezone(clock).replace(microsecond=0)
    if match := _NAMED_DAY.fullmatch(words):
        name, hour, minute = match.groups()
        day = local.date() - timedelta(days=_DAYS[name.lower()])
        if name in ("刚刚", "just now"):
            return Moment(at=local, precision="minute", zone=how)
        at = datetime.combine(day, time(int(hour or 0), int(minute or 0)), clock)
        return Moment(at=at, precision="minute" if hour else "day", zone=how)
    if match := _AGO.fullmatch(words):
        unit = _UNITS.get(match[2].lower())
        is_ago = re.search("前$| ago$|^il y a |^vor |^hace |^há ", words, re.IGNORECASE)
        if unit and is_ago:
            at = local - timedelta(seconds=unit * (int(match[1]) if match[1].isdigit() else 1))
            if unit < 86400:
                return Moment(at=at, precision="minute", zone=how)
            return Moment(at=at.replace(hour=0, minute=0, second=0), precision="day", zone=how)
    return None
