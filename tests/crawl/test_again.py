"""Visits again: a run that does not visit all asks for what may be new, for what is due, and only for what has changed."""

from datetime import UTC, datetime, timedelta
from hashlib import sha1

import pytest

from tests.crawls import article, crawl_news, listing
from tests.servers import Answer

FIRST = datetime(2026, 3, 1, 2, tzinfo=UTC)
DUE, NEW = ("-a", "mode=due"), ("-a", "mode=new")
IN_TURN = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")


def page(number, day="2024-05-06", **words):
    return article(title=f"第{number}篇关于仪器的连续报道", **words).replace("2024-05-06", day)


def validated(body):
    """Answer with an ETag, and with 304 who has it."""
    etag = f'"{sha1(body.encode()).hexdigest()}"'

    def answer(request):
        if request.headers["If-None-Match"] == etag:
            return Answer(status=304, headers={"ETag": etag})
        return Answer(body, headers={"ETag": etag})

    return answer


def site(pages, **words):
    routes = {f"/news/{n}.html": page(n, **words) for n in pages}
    return {"/": listing(*routes), **{path: validated(body) for path, body in routes.items()}}


def asked(server, before=0):
    """Return what was asked for, but robots.txt and what a site may announce."""
    return [path for path in server.paths()[before:] if path not in ("/robots.txt", "/sitemap.xml")]


def run(server, folder, night, *words):
    before = len(server.paths())
    ran = crawl_news(server.url, folder, *words, at=FIRST + timedelta(days=night))
    return ran, asked(server, before)


def test_what_is_new_costs_the_start_page_and_itself(site_server, tmp_path):
    server = site_server(site(range(1, 30)))
    assert len(run(server, tmp_path, 0)[1]) == 30
    server.routes.update(site(range(1, 31)))
    ran, requests = run(server, tmp_path, 1, *NEW)
    assert requests == ["/", "/news/30.html"]
    assert ran.code == 0
    assert ran.outcomes("/30.html") == ["new"]
    assert ran.outcomes("/1.html") == ["new"]


@pytest.mark.slow
def test_a_run_with_nothing_to_do_is_a_good_run(site_server, tmp_path):
    server = site_server(site(range(1, 5)))
    run(server, tmp_path, 0)
    ran, requests = run(server, tmp_path, 0.01, *DUE)
    assert (ran.code, requests) == (0, ["/"])
    assert "0 articles" in ran.err


def test_a_young_article_is_looked_at_the_next_night_and_a_304_is_a_sighting(site_server, tmp_path):
    server = site_server(site([1], day="2026-03-01") | {"/": listing("/news/1.html")})
    run(server, tmp_path, 0)
    ran, requests = run(server, tmp_path, 1, *DUE, *IN_TURN)
    assert requests == ["/", "/news/1.html"]  # what may be new first
    assert ran.outcomes("/1.html") == ["new", "not_modified"]
    first, second = ran.lines("observations")
    assert (second["http_status"], second["digest"], second["view_count"]) == (304, first["digest"], None)
    assert [line["revision_id"] for line in ran.lines()] == [ran.lines()[0]["revision_id"]]


def test_an_edit_is_found_when_the_article_is_due(site_server, tmp_path):
    server = site_server(site([1], day="2026-03-01"))
    run(server, tmp_path, 0)
    server.routes["/news/1.html"] = validated(
        page(1, day="2026-03-01", body="这一段是后来改写的：仪器已经投入使用。" * 4)
    )
    ran, _ = run(server, tmp_path, 1, *DUE)
    assert ran.outcomes("/1.html") == ["new", "revised"]
    assert [line["extractor"]["cause"] for line in ran.lines()] == ["crawl", "crawl"]


@pytest.mark.slow
def test_old_articles_rest_and_none_is_forgotten(site_server, tmp_path):
    server = site_server(site(range(1, 21), day="2020-01-01"))
    run(server, tmp_path, 0)
    visited = set()
    for night in range(7, 64, 7):
        requests = run(server, tmp_path, night, *DUE)[1]
        assert len(requests) < 12
        visited.update(requests)
    assert {f"/news/{n}.html" for n in range(1, 21)} <= visited


@pytest.mark.slow
def test_a_budget_bounds_what_is_visited_again(site_server, tmp_path):
    server = site_server(site(range(1, 21), day="2026-03-01"))
    run(server, tmp_path, 0)
    assert len(run(server, tmp_path, 1, *DUE, "-a", "budget=3")[1]) == 1 + 3


@pytest.mark.slow
def test_since_leaves_older_articles_alone(site_server, tmp_path):
    server = site_server(
        site([1], day="2026-03-01") | site([2], day="2026-02-01") | {"/": listing("/news/1.html", "/news/2.html")}
    )
    run(server, tmp_path, 0)
    assert run(server, tmp_path, 30, *DUE, *IN_TURN, "-a", "since=2026-02-20")[1] == [
        "/",
        "/news/1.html",
    ]


@pytest.mark.slow
def test_in_a_full_crawl_nothing_is_asked_conditionally(site_server, tmp_path):
    server = site_server(site([1, 2]))
    run(server, tmp_path, 0)
    run(server, tmp_path, 30)
    assert all("If-None-Match" not in request.headers for request in server.requests)


@pytest.mark.slow
def test_a_page_whose_article_the_archive_does_not_have_is_asked_for_whole(site_server, tmp_path):
    server = site_server(site([1], day="2026-03-01"))
    crawl_news(server.url, tmp_path / "old", at=FIRST, FRONTIER=tmp_path / "frontier")
    ran = crawl_news(server.url, tmp_path / "new", *DUE, at=FIRST + timedelta(days=1), FRONTIER=tmp_path / "frontier")
    assert ran.outcomes("/1.html") == ["new"]


@pytest.mark.slow
def test_the_end_of_a_chain_is_looked_behind(site_server, tmp_path):
    def chained(*numbers):
        routes = {}
        for n in numbers:
            around = [(label, other) for label, other in (("上一篇", n - 1), ("下一篇", n + 1)) if other in numbers]
            links = "".join(f'<p>{label}：<a href="/news/{other}.html">第{other}篇</a></p>' for label, other in around)
            routes[f"/news/{n}.html"] = validated(page(n, links=links))
        return {"/": listing("/news/3.html"), **routes}

    server = site_server(chained(*range(1, 6)))
    assert set(run(server, tmp_path, 0)[1]) == {"/", *(f"/news/{n}.html" for n in range(1, 6))}
    server.routes.update(chained(*range(1, 7)))
    ran, requests = run(server, tmp_path, 1, *NEW)
    assert ran.outcomes("/6.html") == ["new"]
    assert set(requests) == {"/", "/news/1.html", "/news/5.html", "/news/6.html"}


@pytest.mark.slow
def test_what_is_missing_once_is_asked_for_in_the_next_run_and_then_left(site_server, tmp_path):
    server = site_server(site([1], day="2020-01-01") | {"/": listing("/news/1.html")})
    run(server, tmp_path, 0)
    server.routes["/news/1.html"] = Answer("nothing here", status=404)
    nights, visits = [70, 71, 72, 73], []
    for night in nights:
        ran, requests = run(server, tmp_path, night, *DUE)
        visits.append("/news/1.html" in requests)
    assert visits == [True, True, False, False]
    assert ran.outcomes("/1.html") == ["new", "gone", "gone"]


def test_since_nothing_is_followed_behind_an_older_article(site_server, tmp_path):
    chain = {
        f"/news/{n}.html": page(
            n, day=f"2026-02-{n:02}", links=f'<p>上一篇：<a href="/news/{n - 1}.html">前一篇</a></p>'
        )
        for n in range(1, 21)
    }
    server = site_server({"/": listing("/news/20.html"), **chain})
    assert set(run(server, tmp_path, 0, "-a", "since=2026-02-15")[1]) == {
        "/",
        *(f"/news/{n}.html" for n in range(15, 21)),
    }
