"""A proxy, as a spider's file or the environment names it: where it is, and what it wants to be told."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies

from crawler.access.secret import Secret, Word, said
from crawler.errors import NotReady


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """A proxy that speaks HTTP; pages with TLS go through it by CONNECT."""

    url: Word
    """Such as `http://proxy.example:3128`; as a Secret it may hold name and password (`http://name:password@…`)."""
    user: Word = ""
    password: Secret | None = None

    def door(self, environ: Mapping[str, str]) -> Door:
        """Return where it is and what is told to it. Raises NotReady."""
        if isinstance(self.url, str) and "@" in self.url:
            raise NotReady("proxy", 'keep its password out of the file: say url=Secret("NAME"), or user= and password=')
        name = self.url.name if isinstance(self.url, Secret) else "proxy"
        user, password = said(self.user, environ), self.password.value(environ) if self.password else ""
        return Door.of(said(self.url, environ), name, user=user, password=password)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a proxy is, and what it is told."""

    host: str
    """Lower case."""
    port: int
    credentials: str | None
    """The value of Proxy-Authorization."""

    @classmethod
    def of(cls, url: str, name: str, *, user: str = "", password: str = "") -> Door:
        """Return what a proxy's address says, and name and password where they are not in it.

        Raises NotReady, which gives `name` and not the address: a password may be in it.

        >>> Door.of("proxy.example:3128", "proxy", user="a", password="b")
        Door(host='proxy.example', port=3128, credentials='Basic YTpi')
        """
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            port = parts.port or 80
        except ValueError:
            raise NotReady(name, "no address of a proxy, such as http://proxy.example:3128") from None
        if parts.scheme != "http" or not parts.hostname:
            raise NotReady(name, "no address of a proxy that speaks HTTP, such as http://proxy.example:3128")
        user, password = user or unquote(parts.username or ""), password or unquote(parts.password or "")
        told = f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}" if user else None
        return cls(parts.hostname, port, told)

    @property
    def url(self) -> str:
        """Its address, without what is secret."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"


def doors_of_environment() -> dict[str, Door]:
    """Return the proxies that `http_proxy` and `https_proxy` name, by scheme. Raises NotReady."""
    named = getproxies()
    return {scheme: Door.of(named[scheme], f"{scheme}_proxy") for scheme in ("http", "https") if named.get(scheme)}
