"""By which ways an address is known, and since when."""

from crawler.frontier.interface import Plan, Pushed
from tests.frontier.conftest import NOON, found, key_of

DAY = 86_400


def ways(frontier, name):
    return [(one.way, one.first_at, one.last_at, one.crawl) for one in frontier.state(key_of(name)).ways]


def test_each_way_that_names_an_address_is_known_once(frontier):
    frontier.push([found("a", way="lists"), found("a", way="chain"), found("a", way="lists")])
    assert ways(frontier, "a") == [("chain", NOON, NOON, 1), ("lists", NOON, NOON, 1)]


def test_a_way_that_names_it_again_in_a_later_crawl_was_there_since_the_first(frontier, clock):
    frontier.push([found("a", way="feeds")])
    frontier.end(*frontier.leased())
    frontier.finish(None)
    clock.now += DAY
    frontier.begin(fresh=False, mark=0, plan=Plan(mode="new"))
    assert frontier.push([found("a", way="feeds"), found("a", way="sitemaps")]) == [Pushed.KNOWN, Pushed.KNOWN]
    assert ways(frontier, "a") == [("sitemaps", NOON + DAY, NOON + DAY, 2), ("feeds", NOON, NOON + DAY, 2)]


def test_what_no_page_names_has_no_way(frontier):
    frontier.push([found("a")])
    assert ways(frontier, "a") == []


def test_the_ledger_is_read_in_parts_in_the_order_in_which_addresses_were_seen(frontier):
    frontier.push([found(name, way="lists") for name in "abc"] + [found("b", way="chain")])
    first = frontier.ledger(behind=0, limit=2)
    rest = frontier.ledger(behind=first[-1].number, limit=2)
    assert [(one.url[-1], [way.way for way in one.ways]) for one in (*first, *rest)] == [
        ("a", ["lists"]), ("b", ["chain", "lists"]), ("c", ["lists"]),
    ]  # fmt: skip
    assert frontier.ledger(behind=rest[-1].number, limit=2) == []
