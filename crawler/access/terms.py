"""What a spider's file may say of how its site is asked, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.access.login import Login
from crawler.access.proxy import Proxy
from crawler.access.secret import Secret, Word
from crawler.errors import NotReady

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, 5.6.2: what the name of a header or cookie is made of."""
_SECRET = ("authorization", "proxy-authorization")
_OURS = ("cookie", "host", "content-length", "transfer-encoding", "connection")


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """How a site is asked; to its own hosts alone, those of the spider's start URLs and `hosts`."""

    cookies: Mapping[str, Word] = field(default_factory=dict)
    """Sent with each request; what the site sets itself is kept for the run beside them."""
    headers: Mapping[str, Word] = field(default_factory=dict)
    """Sent with each request, instead of the usual ones of the same name."""
    login: Login | None = None
    """A form that is filled first."""
    proxy: str | Proxy | None = None
    """Where all requests of the run go through, whichever host they are for."""
    hosts: tuple[str, ...] = ()
    """Further hosts of the site, `host` or `host:port`, that get cookies and headers too."""

    @property
    def keeps_cookies(self) -> bool:
        """Whether what the site sets is sent back to it."""
        return bool(self.cookies) or self.login is not None

    def check(self) -> None:
        """Raise NotReady for what cannot be sent, or should not stand in a file."""
        for name, value in (*self.headers.items(), *self.cookies.items()):
            if not _TOKEN.fullmatch(name):
                raise NotReady(name, "no name of a header or cookie")
            if isinstance(value, str) and not (value.isprintable() and value.isascii()):
                raise NotReady(name, "its value has characters that cannot be sent")
        for name, value in self.headers.items():
            if name.lower() in _OURS:
                raise NotReady(name, "a header that newsreel sends itself; cookies are said as cookies={…}")
            if name.lower() in _SECRET and not isinstance(value, Secret):
                raise NotReady(name, 'keep it out of the file, and name a variable: Secret("NAME", "Bearer {}")')
