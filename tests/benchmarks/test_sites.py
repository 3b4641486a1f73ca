"""The made-up sites are what their truth says: what each way names, the same each time, and what changes when they change."""

import random
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from benchmarks.sites import MADE, WAYS, make

LINK = re.compile(r"""<a\b[^>]*?\bhref=['"]?([^'"\s>]+)""")
CHAIN = re.compile(
    r"""(?:(?:上一篇|下一篇)：|<div class=nav-(?:previous|next)>)<a href=['"]([^'"]+)['"](?![^>]*>(?:Older|Newer))"""
)
LOC = re.compile(r"<loc>([^<]+)</loc>")
ITEM = re.compile(r"<item>.*?<link>([^<]+)</link>", re.DOTALL)
FEED = re.compile(r"""type=['"]?application/rss\+xml['"]? [^>]*href=['"]([^'"]+)['"]""")
LISTING = {"list", "tag", "category", "author", "date archive", "calendar"}


@pytest.fixture(params=MADE)
def site(request):
    return make(request.param, articles=120)


def text_of(page):
    return page.body.decode("gb18030" if b"charset=gb2312" in page.body else "utf-8")


def ask(site, url):
    parts = urlsplit(url)
    return site.answer(parts.hostname, f"{parts.path}?{parts.query}" if parts.query else parts.path)


def is_turn_of_calendar(url, site):
    """The calendar goes on for ever: only the months in which the site has articles are looked at."""
    if not (found := re.search(r"y=(\d+)&m=(\d+)(&d=)?", url)):
        return False
    month = (int(found[1]), int(found[2]))
    return bool(found[3]) or not (
        (site.posts[0].at.year, site.posts[0].at.month) <= month <= (site.now.year, site.now.month)
    )


def walked(site):
    """What each way names, by following everything on the site's own first host."""
    named = {way: set() for way in WAYS}
    queue, seen = [site.url, urljoin(site.url, "/wp-sitemap.xml")], set()
    while queue:
        url = queue.pop().partition("#")[0]
        parts = urlsplit(url)
        if url in seen or parts.hostname != site.hosts[0] or is_turn_of_calendar(url, site):
            continue
        seen.add(url)
        page = ask(site, url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        kind = site.kind_of(target)
        text = unescape(text_of(page)) if page.status == 200 and b"%PDF" not in page.body[:8] else ""
        if kind in ("search", "attachment") or ("没有更多了" in text):
            continue
        links = {urljoin(url, one) for one in LINK.findall(text)}
        articles = {urlsplit(one).path for one in links} & site.by_path.keys()
        if kind == "article":
            chain = {urlsplit(urljoin(url, one)).path for one in CHAIN.findall(text)} & site.by_path.keys()
            named["chain"] |= chain
            named["links"] |= articles - {parts.path}
        elif kind in LISTING:
            named["lists"] |= articles
        locs, items = LOC.findall(text), ITEM.findall(text)
        named["sitemaps"] |= {urlsplit(one).path for one in locs} & site.by_path.keys()
        named["feeds"] |= {urlsplit(one).path for one in items} & site.by_path.keys()
        queue += [one for one in links if one.startswith("http://")] + locs + items
        queue += [urljoin(url, one) for one in FEED.findall(text)]
    return named


def test_each_way_names_what_the_truth_says(site):
    named = walked(site)
    for way in ("chain", "lists", "sitemaps", "feeds"):
        said = {one.path for one in site.truth() if way in one.ways}
        assert named[way] == said, way
    # The chain and a sidebar of the newest are links of an article's page too.
    assert {one.path for one in site.truth() if "links" in one.ways} <= named["links"]


def test_every_article_is_named_by_something_and_some_by_one_way_alone(site):
    ways = [one.ways for one in site.truth()]
    assert all(ways)
    alone = {ways[0] for ways in ways if len(ways) == 1}
    assert alone >= {"chain", "links"}
    assert ("feeds" in alone) == bool(site.fed())


def test_a_site_is_the_same_for_the_same_seed_and_another_for_another(site):
    again, other = make(site.name, articles=120), make(site.name, articles=120, seed=2)
    assert again.truth() == site.truth()
    assert other.truth() != site.truth()
    for post in site.posts:
        assert ask(again, urljoin(site.url, post.path)) == ask(site, urljoin(site.url, post.path))


def test_an_article_says_its_title_and_all_its_paragraphs(site):
    for post in site.posts:
        text = text_of(ask(site, urljoin(site.url, post.path)))
        assert unescape(text).count(post.title) >= 1
        assert all(line in text for line in post.paragraphs)


def test_an_edit_adds_a_paragraph_and_moves_the_time_of_the_last_change(site):
    post = site.posts[40]
    words = site.edit(post, site.now)
    page = ask(site, urljoin(site.url, post.path))
    assert words in text_of(page)
    assert page.modified_at == site.now.replace(microsecond=0)
    assert words != site.edit(post, site.now)


@pytest.mark.parametrize("status", [404, 410, 200])
def test_a_deleted_article_is_gone_and_named_by_nothing(site, status):
    post = site.posts[60]
    site.delete(post, status)
    page = ask(site, urljoin(site.url, post.path))
    # Some servers know no 404: their error page is a 200, whatever the site was told.
    assert page.status == (200 if site.name == "portal" and status == 404 else status)
    assert post.title not in text_of(page)
    assert post.path not in set().union(*walked(site).values())


def test_an_article_of_the_future_comes_with_its_time(site):
    post = site.publish(site.now + timedelta(hours=3))
    url = urljoin(site.url, post.path)
    assert post.title not in text_of(ask(site, url))
    site.now += timedelta(hours=3)
    assert post.title in text_of(ask(site, url))
    assert site.newest("lists")[0] is post


def test_ticking_counters_change_no_text(site):
    before = [post.paragraphs for post in site.posts]
    site.tick(site.posts, random.Random(1))
    assert [post.paragraphs for post in site.posts] == before
    assert all(post.views > 0 for post in site.posts)


def test_holes_are_made_where_they_are_asked_for(site):
    week = site.hide(site.of_days(site.posts[30].at, 7), "lists")
    section = site.hide(site.of_section(site.posts[70].section), "lists")
    out = site.hide(site.newest("chain")[20:21], "chain")
    named = walked(site)
    assert not {post.path for post in [*week, *section]} & named["lists"]
    assert out[0].path not in named["chain"]


def test_an_outage_answers_503_to_everything(site):
    site.down = True
    assert {ask(site, urljoin(site.url, path)).status for path in ("", site.posts[0].path)} == {503}
