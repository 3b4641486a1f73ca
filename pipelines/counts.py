"""Counts as readers see them: `1,234`, `3.5万`, `10万+`."""

from __future__ import annotations

import re

from .timewords import fold

_UNITS = {
    "千": 10**3,
    "k": 10**3,
    "K": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "w": 10**4,
    "W": 10**4,
    "亿": 10**8,
    "億": 10**8,
    "m": 10**6,
    "M": 10**6,
}
# Digits, or digits in groups of three; a fraction needs a unit behind it.
_COUNT = re.compile(
    r"[(\[【（ ]*(?:(\d{1,3}(?:[,.' ’\u202f]\d{3})+|\d{1,15})([.,]\d{1,3})? ?([千万萬亿億kKmMwW])?(?![a-zA-Z]))"
    r" ?\+?(?: ?(?:次|人|℃|°C|views?|vues|Aufrufe|reads?|visitas|просмотр\w{0,3}))?[)\]】） 。.]*",
    re.IGNORECASE,
)


def parse_count(words: str | None) -> int | None:
    """Return the number a reader sees, None where there is none.

    >>> parse_count("3.5万"), parse_count("1,234"), parse_count("10万+"), parse_count("0"), parse_count("-")
    (35000, 1234, 100000, 0, None)
    """
    match = _COUNT.fullmatch(fold(words or "").strip())
    if not match:
        return None
    whole, fraction, unit = match.groups()
    digits = re.sub(r"\D", "", whole)
    if not unit:
        return None if fraction else int(digits)
    if fraction is None and re.search(r"[.,]", whole):
        # 1.234万 is a fraction in Chinese, whatever the dot means elsewhere.
        digits, _, rest = whole.partition("." if "." in whole else ",")
        digits, fraction = re.sub(r"\D", "", digits), "." + re.sub(r"\D", "", rest)
    thousandths = int(digits) * 1000 + int(((fraction or ".0")[1:] + "000")[:3])
    return thousandths * _UNITS[unit] // 1000
