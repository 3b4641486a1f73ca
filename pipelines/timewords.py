"""How dates and times of day are written: which words of a text are one, in digits, CJK and month names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

# One character for one, so that positions in the folded text are positions in the text.
_FOLD = str.maketrans("０１２３４５６７８９：／－．～　\xa0−–—〇", "0123456789:/-.~  ---0")
_NUMERALS = str.maketrans("零一二三四五六七八九", "0123456789")

_NAMES = """
january jan januar jänner janvier janv enero ene gennaio gen janeiro januari stycznia января янв ocak ledna januára
february feb febr februar février févr fév febrero febbraio fevereiro fev februari lutego февраля фев şubat února
march mar märz mrz maerz mars marzo março maart mrt marca марта мар mart března
april apr avril avr abril abr aprile kwietnia апреля апр nisan dubna
may mai mayo maggio mag maio mei maja мая mayıs května maj
june jun juni juin junio giugno giu junho czerwca июня июн haziran června
july jul juli juillet juil julio luglio lug julho lipca июля июл temmuz července
august aug août aout agosto ago augustus sierpnia августа авг ağustos srpna augusti
september sep sept septembre septiembre settembre set setembro września сентября сен сент eylül září
october oct oktober okt octobre octubre ottobre ott outubro out października октября окт ekim října
november nov novembre noviembre novembro listopada ноября ноя нояб kasım listopadu
december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro grudnia декабря дек aralık prosince
"""
# Ukrainian, Greek, Hungarian, Romanian, Finnish.
_MORE_NAMES = """
січня ιανουαρίου ianuarie tammikuuta
лютого φεβρουαρίου február februarie helmikuuta
березня μαρτίου március martie maaliskuuta
квітня απριλίου április aprilie huhtikuuta
травня μαΐου május toukokuuta
червня ιουνίου június iunie kesäkuuta
липня ιουλίου július iulie heinäkuuta
серпня αυγούστου augusztus elokuuta
вересня σεπτεμβρίου szeptember septembrie syyskuuta
жовтня οκτωβρίου október octombrie lokakuuta
листопада νοεμβρίου noiembrie marraskuuta
грудня δεκεμβρίου decembrie joulukuuta
"""
_MONTHS = {
    name: month
    for names in (_NAMES, _MORE_NAMES)
    for month, line in enumerate(names.strip().splitlines(), 1)
    for name in line.split()
}

_YEAR = r"(?<![\d.,/-])((?:19|20)\d\d)"
_NAME = r"([^\W\d_]{3,12})\.?"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # 2021-07-26, 2021/7/26, 2021.07.26, 2021年7月26日, 2021년 7월 26일, 2021. 7. 26.
    (
        "ymd",
        re.compile(
            _YEAR + r" ?([-/.年년]) ?(\d{1,2}) ?[-/.月월] ?(\d{1,2})(?! ?[-/]\d| ?月|\d)(?: ?[日号日일]|\.(?= |$))?"
        ),
    ),
    ("ydm-name", re.compile(_YEAR + r"(?:\.? |-)" + _NAME + r"[ -](\d{1,2})(?!\d)(?:\.(?= |$))?")),
    # 26 July 2021, 26. Juli 2021, 26 de julio de 2021, 1er août 2015, 26-Jul-2021
    (
        "dmy-name",
        re.compile(
            r"(?<!\d)(\d{1,2})(?:\.|er|st|nd|rd|th|º)?[ -](?:de |of )?"
            + _NAME
            + r",?[ -](?:de |del )?((?:19|20)\d\d)(?!\d)"
        ),
    ),
    ("mdy-name", re.compile(r"(?<![^\W\d_])" + _NAME + r" ?(\d{1,2})(?:st|nd|rd|th)?(?: ?, ?| )((?:19|20)\d\d)(?!\d)")),
    ("numeric", re.compile(r"(?<![\d./-])(\d{1,2})([./-]) ?(\d{1,2})[./-] ?((?:19|20)\d\d)(?![\d/-])")),
    ("short", re.compile(r"(?<![\d./:-])(\d\d)-(\d\d)-(\d\d)(?![\d./-])")),
    # ngày 7 tháng 7 năm 2015
    ("dmy", re.compile(r"(?<!\d)(\d{1,2}) tháng (\d{1,2})(?:,? năm|,)? ((?:19|20)\d\d)(?!\d)")),
    (
        "numerals",
        re.compile(
            "([二一][零〇0一二三四五六七八九]{3})年([十一二三四五六七八九]{1,2})月([十一二三四五六七八九]{1,3})日"
        ),
    ),
)
_DIGIT = re.compile(r"[\d年]")
_SHORT = 200
"""Characters of a text whose dates are kept."""
_WORTH = re.compile(r"[12](?:(?<=1)9|(?<=2)0)\d\d|\d\d-\d\d-\d\d|[二一][零0一二三四五六七八九]{3}年")

_PERIOD = r"(?:(上午|下午|凌晨|早上|早晨|清晨|中午|晚上|晚间|傍晚|午前|午後|오전|오후) ?)?"
_CLOCK = re.compile(
    _PERIOD + r"([01]?\d|2[0-4])(?: ?[:h] ?| ?[时時点點시] ?|\.(?=\d\d ?Uhr))([0-5]\d)(?![\d%])(?: ?[分분])?"
    r"(?:(?: ?[:.秒] ?| )([0-5]\d|60)(?![\d:%])(?:[.,]\d{1,9})?(?: ?[秒초])?)?"
    r"(?: ?([ap])\.?m\b\.?)?",
    re.IGNORECASE,
)
_HOUR = re.compile(_PERIOD + r"(\d{1,2})(?: ?[时時点點시]整?| ?([ap])\.?m\b\.?)", re.IGNORECASE)
_GAP = re.compile(
    r"(?:[ T,|·•]|\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|\([月火水木金土日월화수목금토일]\)| - |/(?= )"
    r"|\bat\b|\bum\b|\bà\b|\ba las\b|\bkl\.?|\balle\b|\bàs\b|\bв\b|\bom\b){0,5}",
    re.IGNORECASE,
)
_OFFSET = re.compile(
    r" ?\(?(?:(?:UTC|GMT) ?([+-]\d{1,2})(?::?(\d\d))?(?!\d)|([+-]\d\d):?([0-5]\d)(?!\d)|(Z)(?![A-Za-z])"
    r"|([A-Z]{3,4})\b|(北京时间))\)?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeWords:
    """One date in a text, with the time of day beside it."""

    start: int
    end: int
    day: date
    clock: tuple[int, int, int] | None = None
    """Hour, minute, second; None where the words give a day only."""
    seconds: bool = False
    """Whether the words give seconds."""
    offset: str | None = None
    """`+08:00`, `Z` or a zone's letters (`CEST`), as far as the words state one."""


def fold(text: str) -> str:
    """Return `text` with full-width digits and signs as ASCII, each character in its place.

    >>> fold("２０２１－０７－２６　１１：４３")
    '2021-07-26 11:43'
    """
    return text.translate(_FOLD)


def scan(text: str, *, month_first: bool = False) -> Iterator[TimeWords]:
    """Yield the dates in `text`, in order, those that exist in the calendar only.

    >>> [(t.day.isoformat(), t.clock) for t in scan("时间：2021-07-26 11:43 浏览：35 更新于 2021年8月1日")]
    [('2021-07-26', (11, 43, 0)), ('2021-08-01', None)]
    >>> list(scan("2021-13-45 98%"))
    []
    """
    if _DIGIT.search(text) is None:
        return iter(())
    # The same short lines are asked for by title, labels and times.
    return iter(_known(text, month_first)) if len(text) <= _SHORT else _found(text, month_first)


@lru_cache(maxsize=2048)
def _known(text: str, month_first: bool) -> tuple[TimeWords, ...]:
    return tuple(_found(text, month_first))


def _found(text: str, month_first: bool) -> Iterator[TimeWords]:
    if not text.isascii():
        text = fold(text)
    if _WORTH.search(text) is None:
        return
    found = sorted(
        (match.start(), -match.end(), day)
        for form, pattern in _FORMS
        for match in pattern.finditer(text)
        if (day := _day(form, match, month_first))
    )
    last = 0
    for start, minus_end, day in found:
        if start < last:
            continue
        words = _with_clock(text, start, -minus_end, day, last)
        last = words.end
        yield words


def _day(form: str, match: re.Match[str], month_first: bool) -> date | None:
    year, month, day = _numbers(form, match.groups(), month_first)
    try:
        return date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def _numbers(form: str, groups: tuple[str, ...], month_first: bool) -> tuple[int, int, int]:
    """Year, month and day as the form orders them; month 0 for a word that names none."""
    if form == "ymd":
        return int(groups[0]), int(groups[2]), int(groups[3])
    if form == "ydm-name":
        return int(groups[0]), _MONTHS.get(groups[1].lower(), 0), int(groups[2])
    if form == "dmy-name":
        return int(groups[2]), _MONTHS.get(groups[1].lower(), 0), int(groups[0])
    if form == "mdy-name":
        return int(groups[2]), _MONTHS.get(groups[0].lower(), 0), int(groups[1])
    if form == "dmy":
        return int(groups[2]), int(groups[1]), int(groups[0])
    if form == "short":
        return 2000 + int(groups[0]), int(groups[1]), int(groups[2])
    if form == "numerals":
        return int(groups[0].translate(_NUMERALS).translate(_FOLD)), _ten(groups[1]), _ten(groups[2])
    first, second = int(groups[0]), int(groups[2])
    # 7/26/2021 is American; dots are never. What cannot be a month is a day.
    if first <= 12 and ((month_first and groups[1] == "/") or second > 12):
        return int(groups[3]), first, second
    return int(groups[3]), second, first


def _ten(numeral: str) -> int:
    """Return the number below 100 of `二十六`; 0 for nonsense."""
    tens, ten, ones = numeral.rpartition("十")
    digits = (tens or "1") if ten else "0"
    digits = (digits + (ones or "0")).translate(_NUMERALS)
    return int(digits) if digits.isdigit() else 0


def _with_clock(text: str, start: int, end: int, day: date, floor: int) -> TimeWords:
    """Look for the time of day behind the date, then before it."""
    gap = _GAP.match(text, end)
    behind = gap.end() if gap else end
    clock = _CLOCK.match(text, behind) or _HOUR.match(text, behind)
    if clock and (hms := _hms(clock)):
        seconds = clock.re is _CLOCK and clock.group(4) is not None
        close, offset = _offset(text, clock.end())
        return TimeWords(start=start, end=close, day=day, clock=hms, seconds=seconds, offset=offset)
    for clock in _CLOCK.finditer(text, max(floor, start - 24), start):
        between = text[clock.end() : start]
        if (hms := _hms(clock)) and re.fullmatch(
            r"[ ,|·•-]*(?:[A-Z]{2,4}|on|am|le|uur|Uhr)?[ ,|·•-]*(?:[^\W\d_]{2,9},? )?", between
        ):
            close, offset = _offset(text, clock.end())
            seconds = clock.group(4) is not None
            return TimeWords(start=clock.start(), end=end, day=day, clock=hms, seconds=seconds, offset=offset)
    return TimeWords(start=start, end=end, day=day)


def _hms(clock: re.Match[str]) -> tuple[int, int, int] | None:
    if clock.re is _CLOCK:
        period, hour, minute, second, half = clock.groups()
    else:
        (period, hour, half), minute, second = clock.groups(), "0", None
    hours, minutes, seconds = int(hour), int(minute), min(int(second or 0), 59)
    if ((half and half.lower() == "p") or period in ("下午", "晚上", "晚间", "傍晚", "午後", "오후")) and hours < 12:
        hours += 12
    elif ((half and half.lower() == "a") or period in ("凌晨", "오전", "午前", "上午")) and hours == 12:
        hours = 0
    elif period == "中午" and hours < 3:
        hours += 12
    if hours == 24 and not minutes:
        hours = 0
    return (hours, minutes, seconds) if hours < 24 else None


_LETTERS = frozenset(
    "UTC GMT EST EDT CST CDT MST MDT PST PDT CET CEST MEZ MESZ BST WET WEST EET EEST MSK JST KST IST HKT "
    "AEST AEDT".split()
)


def _offset(text: str, end: int) -> tuple[int, str | None]:
    """Return where the zone's words end, and the zone."""
    match = _OFFSET.match(text, end)
    if not match:
        return end, None
    hours, minutes, plain_hours, plain_minutes, zulu, letters, beijing = match.groups()
    if letters and letters not in _LETTERS:
        return end, None
    if hours:
        sign, number = hours[0], int(hours[1:])
        return match.end(), f"{sign}{number:02}:{minutes or '00'}"
    if plain_hours:
        return match.end(), f"{plain_hours}:{plain_minutes}"
    return match.end(), "Z" if zulu else "+08:00" if beijing else letters
