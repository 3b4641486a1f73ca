"""When a page is visited again, day for day."""

from hashlib import sha1
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier import due
from crawler.frontier.due import DAY, SELDOM
from crawler.frontier.interface import Answered, Lease, Page, Past

NOON = 1_700_000_000


def lease(page=None, *, at=NOON, status=200, name="a", url="https://news.example.com/a.html", near=False):
    past = None if page is None else Past(answer=Answered(at=at, http_status=status, etag=None), page=page)
    return Lease(key=sha1(name.encode()).digest()[:16], token=1, url=url, host="news.example.com", near=near, past=past)


def nights(published, *, until, edits=(), name="a"):
    """Return the nights in which an article is visited, one run a night; it is edited in some of them."""
    page, visited, at = None, [], NOON
    for night in range(until):
        now = NOON + night * DAY
        if page is not None and page.due_at > now:
            continue
        news = any(at < NOON + edit * DAY <= now for edit in edits)
        page = due.read_page(lease(page, at=at, name=name), kind="article", now=now, news=news, published_at=published)
        visited.append(night)
        at = now
    return visited


def test_a_young_article_is_visited_often_and_then_ever_more_seldom():
    seen = nights(NOON - DAY // 2, until=365)
    assert seen[:4] == [0, 1, 2, 4]
    gaps = [after - before for before, after in pairwise(seen)]
    assert gaps == sorted(gaps)
    assert 12 <= len(seen) <= 18
    assert max(gaps) <= SELDOM // DAY


def test_an_edit_makes_it_young_again():
    seen = nights(NOON - DAY, until=300, edits=[100.5])
    found = next(night for night in seen if night > 100)
    assert [night - found for night in seen if night >= found][:3] == [0, 1, 2]


def test_old_articles_of_a_first_crawl_are_spread_over_the_longest_interval():
    first = [nights(NOON - 1000 * DAY, until=62, name=str(number))[1] for number in range(300)]
    assert min(first) < 10
    assert max(first) > 50
    busiest = max(first.count(night) for night in first)
    assert busiest < 20


def test_an_article_that_says_no_day_is_neither_young_nor_forgotten():
    page = due.read_page(lease(), kind="article", now=NOON, news=False)
    assert DAY // 2 < page.due_at - NOON <= 7 * DAY


def test_an_article_whose_readers_grow_in_number_is_visited_twice_as_often():
    before = Page(kind="article", published_at=NOON - 40 * DAY, news_at=NOON - 40 * DAY, views=100, due_at=NOON)
    calm = due.read_page(lease(before, at=NOON - DAY), kind="article", now=NOON, news=False, views=101)
    lively = due.read_page(lease(before, at=NOON - DAY), kind="article", now=NOON, news=False, views=150)
    assert (calm.due_at - NOON) / (lively.due_at - NOON) == pytest.approx(2, rel=0.01)
    assert (calm.views, lively.views) == (101, 150)


def test_what_is_as_it_was_keeps_what_is_known_of_it():
    before = Page(kind="article", published_at=7, open_end=True, views=5, news_at=NOON - 9 * DAY, due_at=NOON)
    page = due.read_page(lease(before), kind=None, now=NOON + DAY, news=False)
    assert (page.kind, page.published_at, page.open_end, page.views) == ("article", 7, True, 5)
    assert page.news_at == NOON - 9 * DAY
    assert page.due_at > NOON + DAY


@pytest.mark.parametrize(
    ("near", "url", "days"),
    [
        (True, "https://news.example.com/list/", 1),
        (False, "https://news.example.com/list/", 7),
        (True, "https://news.example.com/list_2.html", 30),
        (False, "https://news.example.com/list?page=7", 30),
    ],
)
def test_lists_begin_by_where_they_stand(near, url, days):
    page = due.read_page(lease(near=near, url=url), kind="other", now=NOON, news=True)
    assert 0.2 * days * DAY < page.due_at - NOON <= days * DAY


def test_a_list_that_brings_nothing_is_visited_ever_more_seldom_and_one_that_brings_sooner():
    page = due.read_page(lease(near=True), kind="other", now=NOON, news=True)
    gaps, now = [], NOON
    for news in [False] * 6 + [True] * 4:
        at, now = now, page.due_at
        page = due.read_page(lease(page, at=at, near=True), kind="other", now=now, news=news)
        gaps.append(page.due_at - now)
    assert gaps[:6] == sorted(gaps[:6])
    assert gaps[6:] == sorted(gaps[6:], reverse=True)
    assert gaps[9] < 2 * DAY


def test_an_article_that_is_not_there_is_looked_for_in_the_next_run_and_then_seldom():
    before = Page(kind="article", due_at=NOON)
    once = due.missing_page(lease(before), NOON)
    twice = due.missing_page(lease(once, at=NOON, status=404), NOON + DAY)
    assert once.due_at == NOON
    assert twice.due_at - NOON - DAY > 20 * DAY


def test_what_fails_again_and_again_is_asked_ever_more_seldom():
    page, gaps = due.failed_page(lease(), NOON), []
    for _ in range(9):
        page = due.failed_page(lease(page, at=NOON, status=503), NOON)
        gaps.append(page.due_at - NOON)
    assert gaps == sorted(gaps)
    assert gaps[0] <= 2 * DAY
    assert max(gaps) <= SELDOM


PAGES = st.builds(
    Page,
    kind=st.sampled_from(["article", "other", None]),
    published_at=st.none() | st.integers(-(10**12), 10**12),
    views=st.none() | st.integers(0, 10**18),
    news_at=st.none() | st.integers(0, 2 * NOON),
    due_at=st.none() | st.integers(0, 2 * NOON),
)


@given(page=st.none() | PAGES, at=st.integers(0, NOON), now=st.integers(NOON, 2 * NOON),
       status=st.sampled_from([200, 304, 404, 503]), news=st.booleans(), kind=st.sampled_from(["article", "other", None]),
       views=st.none() | st.integers(0, 10**18), published=st.none() | st.integers(-(10**12), 10**12))  # fmt: skip
def test_whatever_is_known_no_page_is_forgotten_and_none_is_due_in_the_past(
    page, at, now, status, news, kind, views, published
):
    one = lease(page, at=at, status=status)
    read = due.read_page(one, kind=kind, now=now, news=news, views=views, published_at=published)
    for planned in (read, due.missing_page(one, now), due.failed_page(one, now), due.led_away_page(one, now),
                    due.refused_page(one, now, closed=news)):  # fmt: skip
        assert now <= planned.due_at <= now + SELDOM
