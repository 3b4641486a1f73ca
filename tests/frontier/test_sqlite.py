"""Whose turn it is, and whose alone."""

from crawler.frontier.interface import Handling
from tests.frontier.conftest import NOON, SITE, answered, found, key_of

NEWS, PICTURES = "news.example.com", "pictures.example.com"


# What is pushed. -------------------------------------------------------------------------------------------------


def test_an_address_that_is_pushed_twice_is_new_once(frontier):
    assert frontier.push([found("a")]) == [True]
    assert frontier.push([found("a"), found("b")]) == [False, True]
    assert frontier.urls() == [f"{SITE}/a", f"{SITE}/b"]


def test_an_address_that_one_batch_names_twice_is_new_once(frontier):
    assert frontier.push([found("a"), found("b"), found("a")]) == [True, True, False]
    assert frontier.counts() == {"waiting": 2}


def test_an_address_is_known_whatever_became_of_it(frontier):
    names = ["done", "failed", "refused", "leased", "dropped"]
    frontier.push([found(name) for name in names])
    leases = dict(zip(names, frontier.leased(), strict=True))
    for state in ("done", "failed", "refused"):
        frontier.end(leases[state], state=state)
    frontier.drop([key_of("dropped")])
    assert frontier.push([found(name) for name in names]) == [False] * 5
    assert frontier.counts() == dict.fromkeys(names, 1)


def test_nothing_is_pushed_where_nothing_is_named(frontier):
    assert frontier.push([]) == []
    assert frontier.lease().leases == []


def test_more_addresses_than_one_statement_takes_are_pushed_at_once(frontier):
    names = [str(number) for number in range(1300)]
    frontier.push([found(name) for name in names[::3]])
    assert frontier.push([found(name) for name in names]) == [number % 3 > 0 for number in range(1300)]
    assert frontier.counts() == {"waiting": 1300}


def test_the_page_that_named_an_address_first_is_kept(frontier):
    frontier.push([found("list")])
    frontier.push([found("a", found_on=key_of("list")), found("b", found_on=key_of("nobody knows"))])
    frontier.push([found("a", found_on=key_of("b"))])
    assert [frontier.state(key_of(name)).found_on for name in ("list", "a", "b")] == [None, f"{SITE}/list", None]


def test_a_lease_says_what_was_pushed(frontier):
    frontier.push([found("a", priority=3, way="chain", request='{"meta":{"深":1}}')])
    (lease,) = frontier.leased()
    assert (lease.key, lease.url, lease.host) == (key_of("a"), f"{SITE}/a", NEWS)
    assert (lease.priority, lease.way, lease.request, lease.failures) == (3, "chain", '{"meta":{"深":1}}', 0)


# Whose turn it is. -----------------------------------------------------------------------------------------------


def test_the_order_is_priority_and_then_first_come(frontier):
    frontier.push([found("a"), found("low", priority=-5), found("b"), found("high", priority=9)])
    frontier.push([found("c"), found("high too", priority=9)])
    names = ["high", "high too", "a", "b", "c", "low"]
    assert frontier.urls(2) + frontier.urls(3) + frontier.urls() == [f"{SITE}/{name}" for name in names]


def test_no_more_than_was_asked_for_is_leased(frontier):
    frontier.push([found(str(number)) for number in range(5)])
    assert frontier.urls(0) == []
    assert frontier.urls(2) == [f"{SITE}/0", f"{SITE}/1"]


def test_what_is_leased_is_leased_to_nobody_else(frontier, other):
    frontier.push([found("a"), found("b")])
    assert frontier.urls(1) == [f"{SITE}/a"]
    assert other.urls() == [f"{SITE}/b"]
    assert frontier.urls() == other.urls() == []


def test_of_a_host_no_more_are_leased_than_it_is_allowed(frontier):
    frontier.push([found(str(number)) for number in range(9)])
    assert frontier.urls(per_host=3) == [f"{SITE}/{number}" for number in range(3)]
    assert frontier.urls(per_host=4, held={NEWS: 3}) == [f"{SITE}/3"]
    batch = frontier.lease(per_host=4, held={NEWS: 4})
    assert (batch.leases, batch.more) == ([], {NEWS})


def test_a_host_with_thousands_waiting_does_not_keep_anothers_few_from_their_turn(frontier):
    frontier.push([found(str(number)) for number in range(10_000)])
    frontier.push([found(name, PICTURES) for name in ("x", "y", "z")])
    batch = frontier.lease(32)
    few = [f"https://{PICTURES}/{name}" for name in ("x", "y", "z")]
    assert [lease.url for lease in batch.leases] == [f"{SITE}/{number}" for number in range(29)] + few
    assert batch.more == {NEWS}


def test_a_host_of_which_nothing_is_held_comes_first(frontier):
    frontier.push([found("a"), found("x", PICTURES)])
    assert frontier.urls(1, held={NEWS: 1}) == [f"https://{PICTURES}/x"]


def test_of_a_closed_host_nothing_is_leased(frontier):
    frontier.push([found("a"), found("x", PICTURES)])
    batch = frontier.lease(closed={NEWS})
    assert [lease.host for lease in batch.leases] == [PICTURES]
    assert (batch.more, batch.again_at) == (frozenset(), None)


def test_a_host_that_asks_to_be_left_alone_waits_and_the_batch_says_how_long(frontier, clock):
    frontier.push([found("a"), found("x", PICTURES)])
    frontier.pause(NEWS, NOON + 30)
    batch = frontier.lease()
    assert ([lease.host for lease in batch.leases], batch.more, batch.again_at) == ([PICTURES], frozenset(), NOON + 30)
    assert frontier.state(key_of("a")).due == NOON + 30
    clock.now += 30
    assert frontier.urls() == [f"{SITE}/a"]


def test_a_longer_pause_that_is_under_way_stays(frontier, clock):
    frontier.push([found("a")])
    frontier.pause(NEWS, NOON + 60)
    frontier.pause(NEWS, NOON + 5)
    clock.now += 59
    assert frontier.lease().again_at == NOON + 60


def test_where_all_is_leased_by_others_there_may_be_more_when_that_expires(frontier, other):
    frontier.push([found("a")])
    assert frontier.urls() == [f"{SITE}/a"]
    assert other.lease().again_at == NOON + 60
    assert frontier.lease().again_at is None


# Leases. ---------------------------------------------------------------------------------------------------------


def test_an_expired_lease_is_taken_again_and_who_had_it_first_is_passed_over(frontier, other, clock):
    frontier.push([found("a")])
    (lost,) = frontier.leased()
    clock.now += 61
    (taken,) = other.leased()
    assert taken.url == lost.url
    assert frontier.end(lost, state="failed", reason="late") == 1
    assert frontier.renew([lost]) == 1
    frontier.give_back([lost])
    assert frontier.hand_over(lost, found("a", priority=5), None, failed=True)
    frontier.push([], by=Handling(lease=lost, answer=answered(500), proof="visit:late", after=1))
    assert frontier.counts() == {"leased": 1}
    assert other.end(taken, answer=answered(200)) == 0
    state = frontier.state(key_of("a"))
    assert (state.state, state.reason, state.failures, state.http_status) == ("done", None, 0, 200)


def test_ones_own_expired_lease_is_not_given_to_oneself_twice(frontier, clock):
    frontier.push([found("a")])
    (lease,) = frontier.leased()
    clock.now += 1000
    assert frontier.leased() == []
    assert frontier.end(lease) == 0


def test_a_lease_that_is_renewed_is_kept_for_longer(frontier, other, clock):
    frontier.push([found("a"), found("b")])
    first, _ = frontier.leased()
    clock.now += 50
    assert frontier.renew([first]) == 0
    clock.now += 50
    assert other.urls() == [f"{SITE}/b"]
    assert frontier.state(key_of("a")).leased_until == NOON + 110
    assert frontier.renew([]) == 0


def test_what_is_given_back_waits_in_its_old_place(frontier, other):
    frontier.push([found("a"), found("b")])
    frontier.give_back(frontier.leased(1))
    assert frontier.counts() == {"waiting": 2}
    assert other.urls() == [f"{SITE}/a", f"{SITE}/b"]


def test_who_holds_a_lease_is_told(frontier):
    frontier.push([found("a")])
    frontier.lease()
    state = frontier.state(key_of("a"))
    assert (state.state, state.leased_until, state.holder) == ("leased", NOON + 60, frontier.overview().holder)


def test_a_calls_lease_sees_what_the_call_before_it_pushed_even_in_one_transaction(frontier):
    _, batch, ended, overview = frontier.together(
        ("push", ([found("a")],), {}),
        ("lease", (1,), {"per_host": 1, "held": {}, "closed": ()}),
        ("finish", (None,), {}),
        ("overview", (), {}),
    )
    assert ([lease.url for lease in batch.leases], ended) == ([f"{SITE}/a"], False)
    assert [host.counts["leased"] for host in overview.hosts] == [1]
