"""Sites with a trap without end, walked as a crawl walks them."""

import pytest

from benchmarks.traps import TRAPS
from benchmarks.walking import walk
from crawler.discovery.links import WAYS


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_takes_few_requests_and_hides_no_article(name):
    trap = TRAPS[name]()
    done = walk(lambda url: (trap.fetch(url), url), "http://site.test/", ways=frozenset(WAYS))
    assert trap.truth <= {"/" + url.split("/", 3)[3].partition("?")[0] for url in done.articles}
    assert sum(map(trap.is_trap, done.asked)) < 60
