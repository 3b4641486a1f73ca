"""The canonical URL: one form for every address by which an article is found."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

# Where a reader came from, never what is read.
_TRACKING = frozenset(
    "spm scm from fbclid gclid gclsrc dclid msclkid yclid igshid mc_cid mc_eid _ga _gl _hsenc _hsmi mkt_tok "
    "isappinstalled nsukey share_token sharesource weibo_id wt_mc phpsessid jsessionid".split()
)
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_PORTS = {"http": ":80", "https": ":443"}


def canonical_url(url: str, *, link: str | None = None, tracking: Collection[str] = frozenset()) -> str:
    """Return the normal form of `url`, or of `link`, the page's rel=canonical, where that can be believed.

    RFC 3986 6.2: host in lower case, default port dropped, percent-encoding normalised; beyond it the fragment and
    tracking parameters are dropped and the query is sorted. An address that cannot be parsed comes back as it is.
    `tracking` names parameters (lower case) by which this site alone says where a reader came from.

    >>> canonical_url("HTTP://News.example.com:80/a%7eb?b=2&utm_source=x&a=1#top")
    'http://news.example.com/a~b?a=1&b=2'
    >>> canonical_url("http://example.com/a?id=1", link="https://www.example.com/")
    'http://example.com/a?id=1'
    >>> canonical_url("http://example.com/a?id=1&column=7", tracking={"column"})
    'http://example.com/a?id=1'
    """
    own = _normal(url, tracking)
    if own is None:
        return url
    named = _normal(link, tracking) if link else None
    return named if named is not None and _believable(named, own) else own


def is_web(url: str | None) -> bool:
    """Tell whether this is an absolute address of the web: no `javascript:`, no `data:`.

    >>> is_web("https://example.com/"), is_web("javascript:;")
    (True, False)
    """
    return url is not None and url[:8].lower().startswith(("http://", "https://")) and _normal(url) is not None


def site_of(url: str) -> str:
    """Return the host without www., as sites are called that have no spider of their own.

    >>> site_of("https://www.Example.com:8080/1.html")
    'example.com'
    """
    try:
        return (urlsplit(url).hostname or "unknown").removeprefix("www.")
    except ValueError:
        return "unknown"


def _normal(url: str, tracking: Collection[str] = ()) -> str | None:
    try:
        parts = urlsplit(canonicalize_url(url))
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    # Who a page is fetched as is no part of what it is, and a password has no place in an archive.
    host = parts.netloc.rpartition("@")[2].removesuffix(_PORTS[parts.scheme])
    query = "&".join(pair for pair in parts.query.split("&") if not _tracks(pair.partition("=")[0].lower(), tracking))
    return urlunsplit((parts.scheme, host, _SESSION.sub("", parts.path) or "/", query, ""))


def _tracks(name: str, tracking: Collection[str]) -> bool:
    return name in _TRACKING or name in tracking or name.startswith("utm_")


def _believable(named: str, own: str) -> bool:
    """Tell whether a rel=canonical can be this article's: many templates name the home page, or drop the id."""
    there, here = urlsplit(named), urlsplit(own)
    if there.netloc.removeprefix("www.") != here.netloc.removeprefix("www."):
        return False
    if there.path == "/" and not there.query:
        return here.path == "/" and not here.query
    lost = dict(parse_qsl(here.query)).keys() - dict(parse_qsl(there.query)).keys()
    return there.path != here.path or not any(name.lower().endswith("id") for name in lost)
