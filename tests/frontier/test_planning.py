"""What a crawl that does not visit all begins with, and what it passes over."""

import pytest

from crawler.frontier.interface import Handling, Page, Plan, Pushed
from tests.frontier.conftest import NOON, answered, found, key_of

DAY = 86_400


def visited(frontier, pages, **words):
    """Let a first, full crawl have visited pages: name -> Page."""
    frontier.push([found(name, way="lists", **words) for name in pages])
    for lease in frontier.leased():
        frontier.end(lease, answer=answered(), page=pages[lease.url.rpartition("/")[2]])
    assert frontier.finish(None)


def again(frontier, clock, days=1.0, **words):
    clock.now += days * DAY
    crawl = frontier.begin(fresh=False, mark=0, plan=Plan(**words))
    return crawl, sorted(url.rpartition("/")[2] for url in frontier.urls())


def article(due, **words):
    return Page(kind="article", due_at=int(NOON + due * DAY), **words)


def a_list(due):
    return Page(kind="other", due_at=int(NOON + due * DAY))


def test_the_first_crawl_is_full_whatever_is_asked_for(frontier, clock):
    frontier.push([found("a")])
    frontier.begin(fresh=True, mark=0, plan=Plan(mode="due"))
    assert frontier.overview().crawl.mode == "full"


def test_what_is_due_waits_and_what_is_not_does_not(frontier, clock):
    visited(frontier, {"late": article(0.5), "early": article(9), "list": a_list(0.9), "page9": a_list(30)})
    crawl, urls = again(frontier, clock, mode="due")
    assert (crawl.mode, urls) == ("due", ["late", "list"])


def test_for_what_is_new_alone_no_article_is_visited_again(frontier, clock):
    visited(frontier, {"late": article(0.5), "list": a_list(0.9)})
    assert again(frontier, clock, mode="new")[1] == ["list"]


def test_the_ends_of_chains_that_were_published_last_are_looked_behind(frontier, clock):
    visited(frontier, {f"{n:02}": article(99, open_end=True, published_at=n) for n in range(15)})
    assert again(frontier, clock, mode="new")[1] == [f"{n:02}" for n in range(5, 15)]


def test_a_budget_is_for_lists_first_and_for_articles_that_are_due_longest(frontier, clock):
    visited(frontier, {"a": article(0.1), "b": article(0.2), "c": article(0.3), "list": a_list(0.9)})
    assert again(frontier, clock, mode="due", budget=3)[1] == ["a", "b", "list"]


def test_since_leaves_out_what_was_published_before(frontier, clock):
    pages = {"old": article(0.1, published_at=NOON - 90 * DAY), "young": article(0.1, published_at=NOON - DAY)}
    visited(frontier, pages)
    assert again(frontier, clock, mode="due", since=NOON - 7 * DAY)[1] == ["young"]


def test_what_failed_or_was_never_read_is_tried_again_when_it_is_due(frontier, clock):
    frontier.push([found("failed"), found("refused")])
    failed, refused = frontier.leased()
    frontier.end(failed, state="failed", reason="HTTP 500", page=Page(due_at=NOON + 10))
    frontier.end(refused, state="refused", reason="robots", page=Page(due_at=NOON + 40 * DAY))
    frontier.finish(None)
    assert again(frontier, clock, mode="new")[1] == ["failed"]


def test_what_an_abandoned_crawl_has_left_is_taken_up(frontier, clock):
    visited(frontier, {"a": article(99)})
    frontier.begin(fresh=False, mark=0)
    frontier.push([found("b", way="lists")])
    crawl = frontier.begin(fresh=True, mark=0, plan=Plan(mode="due"))
    assert (crawl.number, frontier.urls()) == (3, ["https://news.example.com/b"])


def test_a_link_to_what_is_known_brings_no_visit(frontier, clock):
    visited(frontier, {"a": article(99)})
    again(frontier, clock, mode="new")
    assert frontier.push([found("a", way="lists"), found("b", way="lists")]) == [Pushed.KNOWN, Pushed.NEW]


@pytest.mark.parametrize(("modified", "pushed"), [(NOON - 1, Pushed.KNOWN), (NOON + 1, Pushed.AGAIN)])
def test_a_sitemap_that_says_when_it_was_changed_does(frontier, clock, modified, pushed):
    visited(frontier, {"a": article(99)})
    again(frontier, clock, mode="new")
    assert frontier.push([found("a", way="sitemaps", modified_at=modified)]) == [pushed]


def test_a_start_page_is_visited_in_each_crawl(frontier, clock):
    visited(frontier, {"home": a_list(99)})
    again(frontier, clock, mode="new")
    assert frontier.push([found("home")]) == [Pushed.AGAIN]


def test_further_pages_of_a_list_are_visited_where_it_names_anything_new(frontier, clock):
    visited(frontier, {"list": a_list(0.5), "quiet": a_list(0.5), "page2": a_list(99), "page3": a_list(99)})
    again(frontier, clock, mode="new")
    on = {"way": "lists", "found_on": key_of("list")}
    quiet = {"way": "lists", "found_on": key_of("quiet")}
    pushed = frontier.push([found("new", **on), found("page2", with_news=True, **on),
                         found("page3", with_news=True, **quiet)])  # fmt: skip
    assert pushed == [Pushed.NEW, Pushed.AGAIN, Pushed.KNOWN]


def test_a_full_crawl_visits_all_that_is_named(frontier, clock):
    visited(frontier, {"a": article(99)})
    again(frontier, clock)
    assert frontier.push([found("a", way="lists")]) == [Pushed.AGAIN]


def test_a_lease_says_what_the_last_visit_has_left(frontier, clock):
    visited(frontier, {"a": article(0.5, published_at=7, views=9, news_at=8)})
    clock.now += DAY
    frontier.begin(fresh=False, mark=0, plan=Plan(mode="due"))
    [lease] = frontier.leased()
    assert lease.past.page == article(0.5, published_at=7, views=9, news_at=8)
    assert lease.past.answer.http_status == 200


def test_what_a_dead_run_had_read_is_known_as_it_was_read(frontier, clock):
    frontier.push([found("a", way="lists")])
    [lease] = frontier.leased()
    page = article(3)
    frontier.push([], by=Handling(lease=lease, answer=answered(), proof="", after=0, page=page))
    frontier.end(lease, answer=answered())
    assert frontier.state(key_of("a")).kind == "article"


def test_what_was_read_and_not_kept_is_asked_for_whole(open_frontier, clock):
    first = open_frontier(lease_seconds=60)
    first.begin(fresh=False, mark=0)
    visited(first, {"a": article(0.5)})
    clock.now += DAY
    first.begin(fresh=False, mark=0, plan=Plan(mode="due"))
    [lease] = first.leased()
    answer = answered(etag='"new"', last_modified="today")
    first.push([], by=Handling(lease=lease, answer=answer, proof="visit:x", after=0, page=article(3)))
    first.give_back([lease])
    [lease] = first.leased()
    assert (lease.past.answer.etag, lease.past.answer.last_modified) == (None, None)


def test_an_address_that_leads_elsewhere_is_due_again(frontier, clock):
    frontier.push([found("a", way="lists")])
    [lease] = frontier.leased()
    frontier.hand_over(lease, found("b"), answered(302), failed=False, page=Page(due_at=NOON + DAY))
    frontier.end(*frontier.leased())
    frontier.finish(None)
    assert again(frontier, clock, 2, mode="new")[1] == ["a"]


def test_a_redirect_to_what_an_earlier_crawl_could_not_read_leads_there(frontier, clock):
    frontier.push([found("a", way="lists"), found("b", way="lists")])
    a, b = frontier.leased()
    frontier.end(a, answer=answered(), page=article(0.5))
    frontier.end(b, state="failed", reason="HTTP 503", page=Page(due_at=NOON + 9 * DAY))
    frontier.finish(None)
    clock.now += DAY
    frontier.begin(fresh=False, mark=0, plan=Plan(mode="due"))
    [lease] = frontier.leased()
    assert frontier.hand_over(lease, found("b", way="lists"), answered(301), failed=False)
    assert frontier.urls() == ["https://news.example.com/b"]


def test_a_start_page_that_is_due_is_asked_for_as_a_start_page(frontier, clock):
    visited(frontier, {"home": a_list(0.5)})
    clock.now += DAY
    frontier.begin(fresh=False, mark=0, plan=Plan(mode="due"))
    frontier.push([found("home", priority=100, request='{"meta":{"is_start_request":true}}')])
    [lease] = frontier.leased()
    assert (lease.priority, lease.request) == (100, '{"meta":{"is_start_request":true}}')
