import pytest
from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address as TxIPv4Address

from crawler.downloader.addresses import (
    BadConnectTo,
    GuardedResolver,
    is_public,
    literal_endpoint,
    parse_connect_to,
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)  # fmt: skip
def test_special_purpose_addresses_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"]
)
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


def test_only_a_literal_has_an_endpoint_of_its_own():
    assert literal_endpoint("http://127.0.0.1:8000/a") == ("127.0.0.1", 8000)
    assert literal_endpoint("https://[2001:DB8::1]/") == ("2001:db8::1", 443)
    assert literal_endpoint("http://localhost:8000/") is None
    assert literal_endpoint("http://2130706433/") is None


def test_connect_to_reads_text_and_dicts():
    expected = {("a.cn", 80): ("127.0.0.1", 8000), ("www.a.cn", 443): ("::1", 8443)}
    assert parse_connect_to("a.cn:80=127.0.0.1:8000, WWW.a.cn:443=[::1]:8443") == expected
    assert parse_connect_to({"a.cn:80": "127.0.0.1:8000", "www.a.cn:443": "[::1]:8443"}) == expected
    assert parse_connect_to("") == parse_connect_to(None) == {}


@pytest.mark.parametrize(
    "entry", ["a.cn", "a.cn:80", "a.cn:80=localhost:8000", "a.cn=127.0.0.1:80", "a.cn:x=127.0.0.1:1"]
)
def test_a_connect_to_that_does_not_read_names_its_entry(entry):
    with pytest.raises(BadConnectTo) as caught:
        parse_connect_to(entry)
    assert caught.value.entry == entry


class Names:
    """A resolver whose names have other addresses each time they are asked for."""

    def __init__(self, *turns):
        self.turns = list(turns)

    def resolveHostName(self, receiver, name, port, kinds=None, transport="TCP"):  # noqa: N802
        receiver.resolutionBegan(HostResolution(name))
        for address in self.turns.pop(0):
            receiver.addressResolved(TxIPv4Address("TCP", address, port))
        receiver.resolutionComplete()


class Addresses(list):
    def resolutionBegan(self, resolution):  # noqa: N802
        self.clear()

    def addressResolved(self, address):  # noqa: N802
        self.append(address.host)

    def resolutionComplete(self):  # noqa: N802
        pass


class Reactor:
    def __init__(self, resolver):
        self.nameResolver = resolver


def test_a_name_that_is_bound_again_to_a_private_address_leads_nowhere():
    resolver = GuardedResolver(
        Reactor(Names(["93.184.216.34"], ["127.0.0.1"], ["10.0.0.1", "8.8.8.8", "169.254.169.254"])), {}
    )
    found = Addresses()
    seen = []
    for _ in range(3):
        resolver.resolveHostName(found, "rebinds.example", 80)
        seen.append(list(found))
    assert seen == [["93.184.216.34"], [], ["8.8.8.8"]]
    assert ("rebinds.example", 80) in GuardedResolver.refused
