"""What a person may give a spider, checked: a mistake is told by its name before anything starts."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from archive.moments import moment
from crawler.discovery.links import WAYS
from crawler.downloader.addresses import literal_endpoint
from crawler.errors import BadArgument
from crawler.frontier.outlook import MODES, Mode


def checked_url(url: str) -> str:
    """Return a URL as a person may type it, in full. Raises BadArgument for what is none.

    >>> checked_url("example.com/news"), checked_url("127.0.0.1:8000/")
    ('https://example.com/news', 'http://127.0.0.1:8000/')
    """
    text = url.strip()
    # A server that is known by its address alone is somebody's own, and seldom has a certificate.
    full = text if "://" in text else f"{'http' if _literal(text) else 'https'}://{text}"
    try:
        parts = urlsplit(full)
        _ = parts.port
    except ValueError as error:
        raise BadArgument("url", url, str(error)) from None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https"):
        raise BadArgument("url", url, "only http and https are fetched")
    if (
        not host
        or any(c.isspace() or c in "<>\"'`{}|\\^" for c in host)
        or not ("." in host or ":" in host or host == "localhost")
    ):
        raise BadArgument("url", url, "this is no address of a page, such as https://example.com/news/")
    return full


def _literal(text: str) -> bool:
    try:
        return literal_endpoint(f"http://{text}") is not None
    except ValueError:
        return False


def checked_number(name: str, value: str | None) -> int | None:
    """Return a whole number from 1, or None where it is not given. Raises BadArgument."""
    if value is None:
        return None
    if not str(value).isascii() or not str(value).isdigit() or int(value) < 1:
        raise BadArgument(name, value, "a whole number from 1")
    return int(value)


def checked_ways(ways: str | None) -> frozenset[str]:
    """Return the ways that are followed, all of them where it is not given. Raises BadArgument."""
    chosen = frozenset(filter(None, (way.strip() for way in (ways or ",".join(WAYS)).split(","))))
    if not chosen or not chosen <= set(WAYS):
        raise BadArgument("ways", ways or "", f"one or more of {', '.join(WAYS)}, parted by commas")
    return chosen


def checked_switch(name: str, value: str | None) -> bool:
    """Return whether a switch is on. Raises BadArgument."""
    if value not in (None, "0", "1"):
        raise BadArgument(name, str(value), "1 or 0")
    return value == "1"


def checked_mode(mode: str | None) -> Mode:
    """Return what a crawl visits, all where it is not given. Raises BadArgument."""
    for known in MODES:
        if mode in (known, None):
            return known
    raise BadArgument("mode", str(mode), f"one of {', '.join(MODES)}")


def checked_since(since: str | None, now: datetime) -> int | None:
    """Return a time in seconds since 1970 for a day, a time, or a span before now. Raises BadArgument."""
    if since is None:
        return None
    try:
        return int(moment(since, now=now).timestamp())
    except ValueError:
        raise BadArgument("since", since, "a day (2026-01-31), a time, or a span such as 12h, 7d, 4w") from None
