"""Text and addresses of strangers, made fit to stand in a page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LONGEST = 160
"""Characters of a title that are shown; the archive has the rest."""
_LONGEST_LINK = 2000

# What no page may hold (controls, halves of pairs, noncharacters), and what turns the text around it about.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(17))
    + "]"
)


def plain(text: str | None, longest: int = LONGEST) -> str:
    r"""Return text as one line that shows what it is and moves nothing beside it.

    >>> plain(" 青岛\n港 "), plain("gpj.\u202eexe"), plain("长" * 9, longest=4)
    ('青岛 港', 'gpj.�exe', '长长长…')
    """
    line = _UNFIT.sub("\ufffd", " ".join((text or "")[: longest * 8].split()))
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def link(url: str) -> str | None:
    """Return an address that may be followed; None for what a browser would run, or guess at.

    >>> link("https://a.cn/1.html"), link("javascript:alert(1)"), link("//a.cn/")
    ('https://a.cn/1.html', None, None)
    """
    if len(url) > _LONGEST_LINK or _UNFIT.search(url) or url.split() != [url]:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
