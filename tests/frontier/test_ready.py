"""Whose turn it is among what is leased."""

from scrapy import Request

from crawler.frontier.interface import Lease
from crawler.frontier.ready import Ready


def filled(ready, **hosts):
    """Add so many requests of each host; return them by host."""
    requests = {host: [Request(f"http://{host}/{n}") for n in range(count)] for host, count in hosts.items()}
    for host, some in requests.items():
        for request in some:
            ready.add(Lease(key=request.url.encode(), token=1, url=request.url, host=host), request)
    return requests


def test_requests_of_one_host_come_in_the_order_in_which_they_were_leased():
    ready = Ready(per_host=10)
    requests = filled(ready, a=3)
    assert [ready.take() for _ in range(4)] == [*requests["a"], None]


def test_a_slow_host_fills_its_own_share_and_nobody_elses():
    ready = Ready(per_host=2)
    requests = filled(ready, slow=5, quick=2)
    taken = [ready.take() for _ in range(9)]
    assert {request.url for request in taken if request} == {
        request.url for request in (*requests["slow"][:2], *requests["quick"])
    }
    assert taken[4:] == [None] * 5
    ready.sent(requests["quick"][0])
    assert ready.take() is None
    ready.sent(requests["slow"][0])
    assert ready.take() is requests["slow"][2]


def test_who_has_fewest_under_way_comes_first():
    ready = Ready(per_host=3)
    requests = filled(ready, a=3)
    ready.take()
    requests |= filled(ready, b=1)
    assert ready.take() is requests["b"][0]


def test_what_is_answered_is_not_held_but_keeps_its_lease_until_it_is_through():
    ready = Ready(per_host=2)
    (request,) = filled(ready, a=1)["a"]
    assert ready.take() is request
    assert ready.held == {"a": 1}
    ready.sent(request)
    ready.sent(request)
    assert ready.held == {}
    assert ready.lease_of(request) in list(ready.leases())
    assert ready.end(request).url == request.url
    assert ready.end(request) is None
    assert list(ready.leases()) == []


def test_one_that_ends_unsent_gives_its_place_to_the_next():
    ready = Ready(per_host=1)
    first, second = filled(ready, a=2)["a"]
    assert ready.take() is first
    ready.end(first)
    assert ready.take() is second


def test_what_was_not_given_out_can_be_taken_back():
    ready = Ready(per_host=1)
    requests = filled(ready, a=2, b=1)
    given = ready.take()
    rest = {request.url for some in requests.values() for request in some} - {given.url}
    assert {lease.url for lease in ready.drain()} == rest
    assert len(ready) == 0
    assert ready.take() is None
    assert ready.held == {"a": 1}
