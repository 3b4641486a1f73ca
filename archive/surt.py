"""SURT: the form of an address by which web archives sort."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_WWW = re.compile(r"^www\d*\.")


def surt(url: str) -> str:
    """Return an address with its host turned around, so that a site's pages sort together.

    As pywb and the CDX servers have it: lower case, no scheme, no www., no default port, the query's parts sorted.

    >>> surt("https://www.Example.com:443/News/1.html?b=2&a=1#top")
    'com,example)/news/1.html?a=1&b=2'
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _one_word(url)
    if not host:
        return _one_word(url)
    host = _WWW.sub("", host)
    labels = [host] if ":" in host else host.split(".")[::-1]
    place = ",".join(labels) + (f":{port}" if port and port != {"http": 80, "https": 443}.get(parts.scheme) else "")
    query = "&".join(sorted(parts.query.split("&")))
    path = parts.path.rstrip("/") or "/"
    return _one_word(f"{place}){path}{'?' + query if query else ''}")


def _one_word(text: str) -> str:
    return "%20".join(text.lower().split())
