"""What becomes of leases: how they end, and what is left of those whose holder is dead."""

import pytest

from crawler.frontier.interface import Handling
from tests.frontier.conftest import NOON, SITE, answered, found, key_of

# Ends. -----------------------------------------------------------------------------------------------------------


def test_what_is_acknowledged_says_what_came_of_it(frontier, clock):
    frontier.push([found("a")])
    (lease,) = frontier.leased()
    clock.now += 2
    answer = answered(304, etag='"é"', last_modified="Mon", digest=b"\0" * 32)
    assert frontier.end(lease, answer=answer, reason="no page of the site", led_to=f"{SITE}/b") == 0
    state = frontier.state(key_of("a"))
    assert (state.state, state.reason, state.led_to) == ("done", "no page of the site", f"{SITE}/b")
    assert (state.visited_at, state.http_status, state.etag, state.last_modified, state.digest) == (
        NOON, 304, '"é"', "Mon", b"\0" * 32,
    )  # fmt: skip
    assert (state.first_seen, state.changed_at, state.leased_until, state.holder) == (NOON, NOON + 2, None, None)


def test_what_is_acknowledged_twice_counts_once(frontier):
    frontier.push([found("a"), found("b")])
    first, second = frontier.leased()
    assert frontier.end(first, first) == 1
    assert frontier.end(first, second, state="failed") == 1
    assert frontier.counts() == {"done": 1, "failed": 1}


def test_the_last_answer_stays_where_there_is_none_and_its_digest_where_it_was_not_captured(frontier):
    frontier.push([found("a")])
    (lease,) = frontier.leased()
    frontier.end(lease, answer=answered(200, etag="1", last_modified="Mon", digest=b"d" * 32))
    for state, answer in (("failed", None), ("done", answered(304, etag="2"))):
        frontier.requeue([key_of("a")])
        (lease,) = frontier.leased()
        frontier.end(lease, state=state, answer=answer)
        seen = frontier.state(key_of("a"))
        kept = (200, "1", "Mon", b"d" * 32) if answer is None else (304, "2", None, b"d" * 32)
        assert (seen.http_status, seen.etag, seen.last_modified, seen.digest) == kept


def test_a_retry_keeps_the_address_and_counts_a_failure(frontier):
    frontier.push([found("a", way="chain"), found("b")])
    (lease,) = frontier.leased(1)
    assert frontier.hand_over(lease, found("a", priority=-1, request='{"retry":1}'), answered(503), failed=True)
    assert frontier.counts() == {"waiting": 2}
    _, again = frontier.leased()
    assert (again.url, again.priority, again.request) == (f"{SITE}/a", -1, '{"retry":1}')
    assert (again.way, again.failures) == ("chain", 1)


def test_a_redirect_to_another_form_of_the_address_is_no_failure_and_goes_to_its_host(frontier):
    frontier.push([found("a")])
    (lease,) = frontier.leased()
    assert frontier.hand_over(lease, found("a", "www.example.com"), answered(301), failed=False)
    assert (frontier.counts(), frontier.counts("www.example.com")) == ({}, {"waiting": 1})
    (again,) = frontier.leased()
    assert (again.url, again.host, again.failures) == ("https://www.example.com/a", "www.example.com", 0)
    frontier.end(again)
    assert frontier.counts("www.example.com") == {"done": 1}


def test_a_redirect_to_another_address_ends_the_one_and_pushes_the_other(frontier):
    frontier.push([found("a")])
    (lease,) = frontier.leased()
    assert frontier.hand_over(lease, found("b"), answered(302), failed=False)
    state = frontier.state(key_of("a"))
    assert (state.state, state.http_status, state.led_to) == ("done", 302, f"{SITE}/b")
    assert frontier.urls() == [f"{SITE}/b"]


@pytest.mark.parametrize("drop", [False, True])
def test_a_redirect_to_an_address_that_is_known_changes_nothing(frontier, drop):
    frontier.push([found("a"), found("b")])
    (lease,) = frontier.leased(1)
    if drop:
        frontier.drop([key_of("b")])
    before = [frontier.state(key_of(name)) for name in "ab"]
    assert not frontier.hand_over(lease, found("b"), answered(302), failed=False)
    assert [frontier.state(key_of(name)) for name in "ab"] == before
    assert frontier.end(lease) == 0


# What others left. -----------------------------------------------------------------------------------------------


def test_who_comes_after_a_kill_gets_what_was_leased_and_what_was_read(frontier, other):
    frontier.push([found("read"), found("leased"), found("done")])
    read, leased, done = frontier.leased()
    answer = answered(200, etag="e", last_modified="m", digest=b"d" * 32)
    handling = Handling(lease=read, answer=answer, proof="visit:1", after=12)
    assert frontier.push([found("link", found_on=read.key)], by=handling) == [True]
    frontier.end(done)
    assert other.abandoned() == [handling, leased]
    assert other.end(read, leased) == 0
    assert other.abandoned() == []
    assert frontier.counts() == {"waiting": 1, "done": 3}


@pytest.mark.parametrize("proof", ["", "capture:<urn:uuid:1>"])
def test_a_page_of_which_nothing_is_kept_is_told_from_one_that_was_not_read(frontier, other, proof):
    frontier.push([found("a"), found("b")])
    first, second = frontier.leased()
    frontier.push([], by=Handling(lease=first, answer=answered(), proof=proof, after=0))
    frontier.push([], by=Handling(lease=second, answer=answered(), proof=None, after=0))
    assert other.abandoned() == [Handling(lease=first, answer=answered(), proof=proof, after=0), second]


def test_what_was_left_is_ones_own_and_does_not_expire(frontier, other, clock):
    frontier.push([found("a")])
    frontier.lease()
    clock.now += 1000
    (left,) = other.abandoned()
    assert frontier.leased() == other.leased() == []
    clock.now += 1000
    assert other.end(left) == 0


def test_a_page_that_was_given_back_was_not_read(frontier, other):
    frontier.push([found("a")])
    (lease,) = frontier.leased()
    frontier.push([], by=Handling(lease=lease, answer=answered(), proof="visit:1", after=0))
    frontier.give_back([lease])
    (lease,) = frontier.leased()
    assert [one.token for one in other.abandoned()] == [lease.token]
