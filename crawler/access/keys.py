"""What a run sends to a site's own hosts beside its requests, and what the site has given it for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from crawler.access.secret import Secret, said
from crawler.access.terms import Access
from crawler.discovery.scope import Scope
from crawler.errors import NotReady

MOST = 200
"""Cookies that are kept of a site, no more than a browser keeps of one."""


class Keys:
    """The cookies and headers of one run."""

    def __init__(self, access: Access, homes: Sequence[str], environ: Mapping[str, str]) -> None:
        """`homes` are addresses on the site's own hosts. Raises NotReady."""
        access.check()
        if access.login is not None:
            access.login.check_stated(environ)
        schemes = [urlsplit(home).scheme for home in homes]
        self._scopes = [Scope.of(home) for home in homes]
        self._scopes += [Scope(schemes[0] if schemes else "https", host.lower()) for host in access.hosts]
        if access.login is not None and not self.are_for(access.login.url):
            raise NotReady("login.url", f"{access.login.url} is on none of the site's own hosts, or lacks its TLS")
        self._cookies = {name: said(word, environ) for name, word in access.cookies.items()}
        self._jar = CookieJar() if access.keeps_cookies else None
        self.plain = {name: word for name, word in access.headers.items() if isinstance(word, str)}
        """Headers that anybody may read."""
        self.secret = {name: word.value(environ) for name, word in access.headers.items() if isinstance(word, Secret)}
        """Headers that nobody may, beside the site."""

    def are_for(self, url: str) -> bool:
        """Return whether an address is the site's own; not without TLS where the site is known with it."""
        return any(url in scope and (scope.scheme == "http" or url[:6].lower() == "https:") for scope in self._scopes)

    @property
    def are_cookies_kept(self) -> bool:
        """Whether what the site sets is kept for the run: then its answers are archived without it."""
        return self._jar is not None

    def cookie_header(self, url: str) -> str | None:
        """Return the Cookie header of a request; None where there is nothing to send."""
        if self._jar is None:
            return None
        probe = Request(url)
        self._jar.add_cookie_header(probe)
        given = (probe.headers.get(b"Cookie") or b"").decode("latin-1")
        names = {pair.partition("=")[0].strip() for pair in given.split(";")}
        # What the site has set anew counts more than what it once gave the person who wrote the spider.
        stated = [f"{name}={value}" for name, value in self._cookies.items() if name not in names]
        return "; ".join(filter(None, (*stated, given))) or None

    def take(self, response: Response, request: Request) -> None:
        """Keep the cookies that an answer of the site sets."""
        if self._jar is None:
            return
        self._jar.extract_cookies(response, request)
        for cookie in list(self._jar)[MOST:]:
            self._jar.clear(cookie.domain, cookie.path, cookie.name)

    def forget(self) -> None:
        """Drop the cookies that the site has set."""
        if self._jar is not None:
            self._jar.clear()
