from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.recent import Recent


def test_what_is_met_again_stays_among_many_that_are_not():
    recent = Recent(1024)
    for number in range(100_000):
        recent.add(f"https://a.cn/n/{number}.html")
        recent.add("https://a.cn/")
        assert not recent.add("https://a.cn/")


def test_most_of_a_site_that_fills_a_quarter_of_it_is_remembered():
    recent = Recent(4096)
    addresses = [f"https://a.cn/n/{number}.html" for number in range(1024)]
    assert sum(map(recent.add, addresses)) == 1024
    # Three that fall on two places chase each other out: of so many a tenth does.
    assert sum(map(recent.add, addresses)) < 200


def test_its_memory_is_what_it_begins_with():
    recent = Recent(1024)
    for number in range(10_000):
        recent.add(str(number))
    assert recent._places.itemsize * len(recent._places) == 8 * 1024


@given(st.lists(st.text(max_size=3)))
def test_nothing_is_known_that_was_not_added(things):
    recent, added = Recent(1024), set()
    for thing in things:
        fresh = recent.add(thing)
        assert fresh or thing in added
        added.add(thing)
