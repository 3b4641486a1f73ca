"""Whether an answer holds an HTML page, whatever its headers say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.captured import is_page_type, unpacked
from crawler.extraction import Unreadable

if TYPE_CHECKING:
    from archive import Exchange

_HTML = ("text/html", "application/xhtml+xml")


def decodable(exchange: Exchange) -> Exchange:
    """Return an answer whose headers say the truth of its encoding: many programs undo it and leave the header."""
    if not exchange.header("content-encoding"):
        return exchange
    try:
        unpacked(exchange)
    except Unreadable:
        if exchange.body.lstrip()[:1] == b"<":
            headers = tuple((name, value) for name, value in exchange.headers if name.lower() != "content-encoding")
            return replace(exchange, headers=headers)
    return exchange


def is_html(exchange: Exchange) -> bool:
    """Return whether an answer is HTML: it says so, or it says nothing that is against it and looks like it."""
    stated = (exchange.header("content-type") or "").partition(";")[0].strip().lower()
    if stated in _HTML:
        return True
    if not is_page_type(stated):
        return False
    try:
        return unpacked(exchange).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    except Unreadable:
        return False
