"""Crawl after crawl, and what a person does to a frontier and asks it."""

import os

import pytest

from crawler.frontier.interface import Handling, Pushed
from tests.frontier.conftest import NOON, SITE, answered, found, key_of

NEWS, PICTURES = "news.example.com", "pictures.example.com"
STATES = ("waiting", "leased", "done", "failed", "refused", "dropped")


@pytest.fixture
def varied(frontier):
    """A frontier with one address in each state, by its name; `leases` are those that were."""
    frontier.push([found(state, priority=state == "leased") for state in STATES])
    frontier.leases = {lease.url.rpartition("/")[2]: lease for lease in frontier.leased()}
    for state in ("done", "failed", "refused"):
        frontier.end(frontier.leases[state], state=state, reason=f"it {state}", answer=answered(200))
    frontier.give_back([frontier.leases["waiting"], frontier.leases["dropped"]])
    frontier.drop([key_of("dropped")])
    assert frontier.counts() == dict.fromkeys(STATES, 1)
    return frontier


# Crawls. ---------------------------------------------------------------------------------------------------------


def test_the_first_crawl_is_begun_and_a_later_run_resumes_it(open_frontier, clock):
    first = open_frontier()
    crawl = first.begin(fresh=False, mark=7)
    assert (crawl.number, crawl.began_at, crawl.mark, crawl.resumed, crawl.facts) == (1, NOON, 7, False, {})
    first.push([found("a")])
    first.close()
    clock.now += 3600
    second = open_frontier()
    crawl = second.begin(fresh=False, mark=9)
    assert (crawl.number, crawl.began_at, crawl.mark, crawl.resumed) == (1, NOON, 7, True)
    assert second.urls() == [f"{SITE}/a"]


def test_after_a_crawl_that_has_ended_another_begins(frontier, clock):
    assert frontier.finish(None)
    assert frontier.overview().finished_at == NOON
    clock.now += 60
    crawl = frontier.begin(fresh=False, mark=9)
    assert (crawl.number, crawl.began_at, crawl.mark, crawl.resumed) == (2, NOON + 60, 9, False)
    assert frontier.overview().finished_at is None


def test_a_fresh_crawl_leaves_one_that_had_not_ended(frontier):
    frontier.push([found("a"), found("b")])
    (lease,) = frontier.leased(1)
    assert frontier.begin(fresh=True, mark=9).number == 2
    assert frontier.counts() == {}
    assert frontier.urls() == []
    assert frontier.end(lease) == 0, "what was under way is still acknowledged"
    assert frontier.push([found("b")]) == [Pushed.AGAIN]
    assert frontier.counts() == {"waiting": 1}


def test_in_a_new_crawl_all_may_be_pushed_again_but_what_was_dropped(varied, clock):
    varied.begin(fresh=True, mark=9)
    assert varied.counts() == {"dropped": 1}
    clock.now += 60
    again = varied.push([found(state, priority=2) for state in (*STATES, "new")])
    assert list(map(bool, again)) == [True, True, True, True, True, False, True]
    assert varied.counts() == {"waiting": 6, "dropped": 1}
    state = varied.state(key_of("failed"))
    assert (state.crawl, state.state, state.reason, state.failures, state.priority) == (2, "waiting", None, 0, 2)
    assert (state.first_seen, state.changed_at, state.http_status) == (NOON, NOON + 60, 200)
    assert varied.end(varied.leases["leased"]) == 1, "its lease was of the crawl before"


def test_a_page_that_moved_is_pushed_with_its_new_address_and_host(frontier):
    frontier.push([found("a")])
    frontier.end(*frontier.leased())
    frontier.begin(fresh=True, mark=9)
    frontier.push([found("a", "www.example.com", way="lists")])
    assert [(lease.url, lease.host) for lease in frontier.leased()] == [
        ("https://www.example.com/a", "www.example.com")
    ]
    assert frontier.counts("www.example.com") == {"leased": 1}


def test_a_crawl_ends_only_when_nothing_of_the_host_is_left(frontier):
    frontier.push([found("a"), found("x", PICTURES)])
    assert not frontier.finish(NEWS)
    (lease,) = frontier.leased(closed={PICTURES})
    assert not frontier.finish(NEWS)
    frontier.end(lease, state="failed")
    assert not frontier.finish(None)
    assert frontier.overview().finished_at is None
    assert frontier.finish(NEWS)
    assert frontier.begin(fresh=False, mark=9).number == 2


def test_facts_are_remembered_for_later_runs_of_the_crawl_and_not_for_the_next(open_frontier):
    first = open_frontier()
    first.begin(fresh=False, mark=0)
    facts = {
        "scope": SITE, "": "empty", 'quo"te': 'a"b', "back\\slash": "\\", "点.$[0]": "新闻\n", "null": "", "a.b": "\ud800",
    }  # fmt: skip
    for name, value in facts.items():
        first.remember(name, "another")
        first.remember(name, value)
    first.close()
    second = open_frontier()
    assert second.begin(fresh=False, mark=0).facts == facts
    assert second.overview().crawl.facts == facts
    assert second.begin(fresh=True, mark=0).facts == {}


# By hand. --------------------------------------------------------------------------------------------------------


def test_a_crawl_that_ended_without_what_waits_of_another_host_goes_on_when_that_is_requeued(frontier):
    frontier.push([found("x", PICTURES)])
    assert frontier.finish(NEWS)
    assert frontier.requeue([key_of("x")]) == 0, "it waits already"
    assert frontier.begin(fresh=False, mark=9).number == 1
    assert frontier.urls() == ["https://pictures.example.com/x"]


def test_what_is_requeued_waits_again_whatever_became_of_it(varied):
    keys = [key_of(state) for state in STATES]
    assert varied.requeue([*keys, key_of("unknown"), keys[0]]) == 4, "one waited, one is being fetched"
    assert varied.counts() == {"waiting": 5, "leased": 1}
    assert varied.end(varied.leases["leased"]) == 0
    for name in ("done", "failed", "refused", "dropped"):
        state = varied.state(key_of(name))
        assert (state.state, state.reason, state.failures) == ("waiting", None, 0)
    requests = {lease.url.rpartition("/")[2]: lease.request for lease in varied.leased()}
    assert requests == {"waiting": None} | dict.fromkeys(
        ["done", "failed", "refused", "dropped"], '{"meta":{"again":true}}'
    )


def test_what_is_requeued_belongs_to_the_newest_crawl_which_goes_on_with_it(varied):
    varied.begin(fresh=True, mark=9)
    varied.finish(None)
    assert varied.requeue([key_of(state) for state in STATES]) == 6
    assert varied.counts() == {"waiting": 6}
    assert varied.begin(fresh=False, mark=11).number == 2
    assert varied.urls() == [f"{SITE}/{name}" for name in ("leased", "waiting", "done", "failed", "refused", "dropped")]


def test_a_crawl_that_has_ended_stays_so_where_nothing_is_requeued(frontier):
    frontier.finish(None)
    assert frontier.requeue([key_of("unknown")]) == 0
    assert frontier.overview().finished_at == NOON


def test_what_is_dropped_is_fetched_no_more(varied):
    keys = [key_of(state) for state in STATES]
    assert varied.drop([*keys, key_of("unknown"), keys[0]]) == 5
    assert varied.counts() == {"dropped": 6}
    assert varied.urls() == []
    assert varied.end(varied.leases["leased"]) == 1, "it was dropped while it was fetched"
    assert varied.counts() == {"dropped": 6}


def test_what_an_older_crawl_had_is_dropped_as_well(varied):
    varied.begin(fresh=True, mark=9)
    assert varied.drop([key_of(state) for state in STATES]) == 5
    assert varied.counts() == {"dropped": 6}


def test_what_was_read_and_is_dropped_and_requeued_is_read_once_more(frontier):
    frontier.push([found("a")])
    (lease,) = frontier.leased()
    frontier.push([], by=Handling(lease=lease, answer=answered(), proof="visit:1", after=0))
    frontier.drop([lease.key])
    frontier.requeue([lease.key])
    (lease,) = frontier.leased()
    assert [one.token for one in frontier.abandoned()] == [lease.token]


# Questions. ------------------------------------------------------------------------------------------------------


def test_of_an_address_nobody_knows_nothing_is_told(frontier):
    assert frontier.state(key_of("unknown")) is None


def test_what_waits_says_how_many_of_its_host_are_before_it(frontier):
    frontier.push([found("a"), found("b"), found("x", PICTURES), found("first", priority=1), found("c")])
    assert [frontier.state(key_of(name)).ahead for name in ("first", "a", "b", "c", "x")] == [0, 1, 2, 3, 0]
    frontier.lease(2, closed={PICTURES})
    assert [frontier.state(key_of(name)).ahead for name in ("first", "a", "b", "c")] == [None, None, 0, 1]


def test_due_is_when_its_host_may_be_asked_again_of_what_waits_for_that(frontier, clock):
    frontier.push([found("a"), found("b"), found("x", PICTURES)])
    frontier.lease(1)
    frontier.pause(NEWS, NOON + 5)
    assert [frontier.state(key_of(name)).due for name in "abx"] == [None, NOON + 5, None]
    clock.now += 5
    assert frontier.state(key_of("b")).due is None


def test_addresses_are_listed_by_state_and_pattern_oldest_first(varied):
    def urls(state=None, pattern=None, limit=100):
        return [one.url.removeprefix(SITE) for one in varied.listed(state, pattern=pattern, limit=limit)]

    assert urls() == [f"/{state}" for state in STATES]
    assert [urls(state) for state in STATES] == [[f"/{state}"] for state in STATES]
    assert urls(pattern="*/d*") == ["/done", "/dropped"]
    assert urls(pattern=f"{SITE}/[!a-o]*ed") == ["/refused"]
    assert urls("done", "*/failed") == urls(pattern="/done") == []
    assert urls(limit=2) == ["/waiting", "/leased"]


def test_one_crawl_alone_is_listed_with_what_was_dropped_and_what_changed_last_comes_first(varied, clock):
    varied.begin(fresh=True, mark=9)
    clock.now += 60
    varied.push([found("failed"), found("new")])

    def urls(**words):
        return [one.url.removeprefix(SITE) for one in varied.listed(None, limit=3, **words)]

    assert urls(crawl=2) == ["/failed", "/dropped", "/new"]
    assert urls(crawl=1) == ["/waiting", "/leased", "/done"]
    assert urls(latest=True) == ["/new", "/failed", "/dropped"]


def test_what_is_listed_says_what_is_asked_of_one(varied):
    for one in varied.listed(None, limit=100):
        alone = varied.state(one.key)
        assert all(getattr(one, name) == getattr(alone, name) for name in one.__slots__ if name != "ahead")


def test_the_overview_tells_of_crawl_hosts_and_holder(varied, clock):
    varied.push([found("x", PICTURES)])
    varied.pause(PICTURES, NOON + 9)
    clock.now += 1
    varied.report('{"pages": 3}')
    told = varied.overview()
    assert (told.crawl.number, told.crawl.mark, told.finished_at, told.known) == (1, 7, None, 7)
    assert [(host.name, host.resume_at, dict(host.counts)) for host in told.hosts] == [
        (NEWS, 0, dict.fromkeys(STATES, 1)),
        (PICTURES, NOON + 9, dict.fromkeys(STATES, 0) | {"waiting": 1}),
    ]
    assert (told.seen_at, told.report) == (NOON + 1, '{"pages": 3}')
    assert told.holder.endswith(f"/{os.getpid()}")
    varied.close()
    assert told.size == varied.frontier.path.stat().st_size


def test_a_frontier_in_which_no_crawl_has_begun_tells_that(open_frontier):
    told = open_frontier().overview()
    assert (told.crawl, told.finished_at, told.hosts, told.known) == (None, None, [], 0)
