"""Which network addresses may be connected to: public ones, and those that a person named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address as TxIPv4Address
from twisted.internet.address import IPv6Address as TxIPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IResolutionReceiver
from zope.interface import implementer, provider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_NAT64 = IPv6Network("64:ff9b::/96")

Endpoint = tuple[str, int]
"""A host (name or address, lower case) and a port."""


class PrivateAddress(IgnoreRequest):
    """A request to an address that is not public."""

    def __init__(self, host: str, port: int):
        self.host, self.port = host, port
        super().__init__(f"{host}:{port} is no public address")


def is_public(address: str) -> bool:
    """Return whether an address literal is one of the public Internet (IANA special-purpose registries).

    >>> is_public("93.184.216.34"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1"), is_public("64:ff9b::7f00:1")
    (True, False, False, False)
    """
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        # An IPv6 address that carries an IPv4 one leads to that one.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = IPv4Address(ip.packed[-4:])
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast


def is_name(host: str) -> bool:
    """Return whether the domain name system can have a name: labels of 1 to 63 bytes, 253 together (RFC 1035, 2.3.4).

    >>> is_name("news.example."), is_name("a..example"), is_name("a" * 64 + ".example")
    (True, False, False)
    """
    labels = host.removesuffix(".").split(".")
    return len(host) <= 253 and all(0 < len(label) < 64 for label in labels)


def literal_endpoint(url: str) -> Endpoint | None:
    """Return the address and port of a URL whose host is an address literal, None for a name.

    >>> literal_endpoint("http://[::1]:8080/a"), literal_endpoint("https://127.0.0.1"), literal_endpoint("http://a.cn")
    (('::1', 8080), ('127.0.0.1', 443), None)
    """
    parts = urlsplit(url)
    try:
        host = str(ip_address(parts.hostname or ""))
    except ValueError:
        return None
    return host, parts.port or (443 if parts.scheme == "https" else 80)


class BadConnectTo(ValueError):
    """A CONNECT_TO that does not read `host:port=address:port`."""

    def __init__(self, entry: str):
        self.entry = entry
        super().__init__(f"CONNECT_TO: {entry!r} does not read host:port=address:port")


def parse_connect_to(value: str | Mapping[str, str] | None) -> dict[Endpoint, Endpoint]:
    """Return the mapping that the setting CONNECT_TO states, as text (`a.cn:80=127.0.0.1:8000,…`) or as a dict.

    Raises BadConnectTo.

    >>> parse_connect_to("a.cn:80=127.0.0.1:8000")
    {('a.cn', 80): ('127.0.0.1', 8000)}
    """
    pairs: Iterable[Sequence[str]]
    if isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        pairs = [entry.strip().split("=", 1) for entry in (value or "").split(",") if entry.strip()]
    found = {}
    for pair in pairs:
        try:
            host, address = pair
            mapped = _endpoint(address)
            ip_address(mapped[0])
            found[_endpoint(host)] = mapped
        except ValueError:
            raise BadConnectTo("=".join(pair)) from None
    return found


def _endpoint(text: str) -> Endpoint:
    host, _, port = text.strip().rpartition(":")
    if not host:
        raise ValueError(text)
    return host.strip("[]").lower(), int(port)


@implementer(IHostnameResolver)
class GuardedResolver:
    """A resolver that gives public addresses only; installed once for the process, as the reactor's."""

    named: ClassVar[set[Endpoint]] = set()
    """Address literals that a person or a spider named as a start URL."""
    refused: ClassVar[set[Endpoint]] = set()

    def __init__(self, reactor: Any, connect_to: Mapping[Endpoint, Endpoint]):
        self._reactor = reactor
        self._inner: Any = reactor.nameResolver
        self._connect_to = connect_to

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        """Return the resolver that the settings describe. Raises BadConnectTo."""
        return cls(reactor, parse_connect_to(crawler.settings.get("CONNECT_TO")))

    def install_on_reactor(self) -> None:
        """Make the reactor resolve names by this resolver."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802, these names are Twisted's; its interfaces are no types to mypy
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve a name for a connection to a port (IHostnameResolver)."""
        endpoint = (hostName.lower(), portNumber)
        mapped = self._connect_to.get(endpoint)
        if mapped is not None or not is_name(hostName):
            resolution = HostResolution(hostName)
            resolutionReceiver.resolutionBegan(resolution)
            if mapped is not None:
                resolutionReceiver.addressResolved(_address(*mapped))
            # A name that cannot be would raise in Twisted's resolver, and whoever waits for it would hear nothing.
            resolutionReceiver.resolutionComplete()
            return resolution
        return self._inner.resolveHostName(
            resolutionReceiver if endpoint in self.named else _PublicOnly(resolutionReceiver, endpoint),
            hostName,
            portNumber,
            addressTypes,
            transportSemantics,
        )


def _address(host: str, port: int) -> IAddress:
    kind: Any = TxIPv6Address if ":" in host else TxIPv4Address
    address: IAddress = kind("TCP", host, port)
    return address


@provider(IResolutionReceiver)
class _PublicOnly:
    """Passes on the public ones of the addresses that it is told of."""

    def __init__(self, receiver: Any, endpoint: Endpoint):
        self._receiver, self._endpoint = receiver, endpoint

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        if is_public(getattr(address, "host", "0.0.0.0")):  # noqa: S104, an address to refuse
            self._receiver.addressResolved(address)
        else:
            GuardedResolver.refused.add(self._endpoint)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


class AddressGuardMiddleware:
    """Tells the resolver which address literals were named, and a refused address from a name that does not resolve."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware, connected to the spider's opening."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.spider_opened, signal=signals.spider_opened)
        return middleware

    def spider_opened(self, spider: Spider) -> None:
        """Exempt the address literals among the start URLs: each with its port, and no other."""
        GuardedResolver.named.update(filter(None, map(literal_endpoint, spider.start_urls)))

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Give a refused address its own error, which is not retried."""
        parts = urlsplit(request.url)
        endpoint = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        if isinstance(exception, CannotResolveHostError) and endpoint in GuardedResolver.refused:
            if self._crawler.stats:
                self._crawler.stats.inc_value("guard/private_address")
            raise PrivateAddress(*endpoint) from exception
