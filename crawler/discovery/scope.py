"""Which addresses belong to a site, and the one form in which each is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def bare_host(host: str) -> str:
    """Return a host name without the alias `www.` and in lower case.

    >>> bare_host("WWW.Example.com"), bare_host("www2.example.com")
    ('example.com', 'www2.example.com')
    """
    return host.lower().removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Scope:
    """One site: a host and its `www.` alias, on one port."""

    scheme: str
    netloc: str
    """As the site calls itself: links to its aliases are asked for under this name."""

    @classmethod
    def of(cls, url: str) -> Scope:
        """Return the scope of the site that `url` is a page of."""
        parts = urlsplit(url)
        return cls(parts.scheme, parts.netloc.rpartition("@")[2].lower())

    def localise(self, url: str) -> str | None:
        """Return the form in which the site is asked for `url`, without fragment; None where it is another site's.

        >>> Scope("https", "www.example.com").localise("http://example.com/a?b=1#c")
        'https://www.example.com/a?b=1'
        >>> Scope("http", "example.com:8080").localise("http://example.com/") is None
        True
        """
        parts = _split(url)
        if parts is None or not self._is_alias(parts):
            return None
        return urlunsplit((self.scheme, self.netloc, parts.path or "/", parts.query, ""))

    def __contains__(self, url: str) -> bool:
        parts = _split(url)
        return parts is not None and self._is_alias(parts)

    def _is_alias(self, parts: SplitResult) -> bool:
        home = urlsplit(f"{self.scheme}://{self.netloc}")
        if bare_host(parts.hostname or "") != bare_host(home.hostname or ""):
            return False
        # http and https of one host are one site, each on its own default port; any other port is another server.
        return _port(parts) == _port(home) or (_is_default(parts) and _is_default(home))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return None
    return parts if parts.scheme in _DEFAULT_PORTS and parts.hostname else None


def _port(parts: SplitResult) -> int | None:
    return parts.port or _DEFAULT_PORTS.get(parts.scheme)


def _is_default(parts: SplitResult) -> bool:
    return parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme)
