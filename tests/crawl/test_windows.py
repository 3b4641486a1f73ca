"""A site is asked in its hours alone."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.crawls import article, crawl_news, listing, scrapy

PAGES = [f"/news/{n}.html" for n in range(1, 6)]


def site(**routes):
    return {"/": listing(*PAGES), **{path: article(title=f"第{path}篇报道的标题很长") for path in PAGES}, **routes}


def window(begins, ends):
    """Return a window (UTC) from so many minutes after now until so many."""
    now = datetime.now(UTC)
    begin, end = (f"{now + timedelta(minutes=minutes):%H:%M}" for minutes in (begins, ends))
    return f"{begin}-{end}"


def test_outside_its_window_a_site_hears_nothing_and_the_next_run_goes_on(site_server, tmp_path):
    server = site_server(site())
    run = crawl_news(server.url, tmp_path, WINDOWS=window(120, 180))
    assert run.code == 4
    assert "is asked at" in run.err.strip().splitlines()[-1]
    assert "again from" in run.err.strip().splitlines()[-1]
    assert server.requests == []
    assert crawl_news(server.url, tmp_path, WINDOWS=window(-60, 60)).urls() == PAGES


def test_any_of_several_windows_will_do(site_server, tmp_path):
    server = site_server(site())
    run = crawl_news(server.url, tmp_path, WINDOWS=f"{window(120, 180)} UTC, {window(-60, 60)}")
    assert run.urls() == PAGES


@pytest.mark.slow
def test_a_spider_has_the_windows_of_its_site(site_server, tmp_path):
    server = site_server(site())
    (tmp_path / "spiders").mkdir()
    (tmp_path / "spiders" / "by_night.py").write_text(
        f"from crawler.spider import ArticleSpider\n\n\nclass ByNight(ArticleSpider):\n    name = 'by_night'\n"
        f"    start_urls = ['{server.url}/']\n    windows = ('{window(120, 180)}',)\n"
    )
    run = scrapy("crawl", "by_night", archive=tmp_path / "data", modules=tmp_path / "spiders")
    assert run.code == 4
    assert server.requests == []
    now = scrapy("crawl", "by_night", archive=tmp_path / "data", modules=tmp_path / "spiders",
                 settings={"WINDOWS": window(-60, 60)})  # fmt: skip
    assert now.urls() == PAGES


def test_what_robots_txt_says_of_visits_is_heard(site_server, tmp_path):
    hours = f"User-agent: *\nVisit-time: {window(120, 180).replace(':', '')}\n"
    server = site_server(site(**{"/robots.txt": hours}))
    run = crawl_news(server.url, tmp_path)
    assert run.code == 4
    assert server.paths() == ["/robots.txt"]
    assert "is asked at" in run.err.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "value",
    ["22-6", *(pytest.param(value, marks=pytest.mark.slow) for value in ("22:00-06:00 Mars/Olympus", "06:00-06:00"))],
)
def test_a_window_that_does_not_read_is_said_before_anything_starts(tmp_path, value):
    run = crawl_news("http://127.0.0.1:1/", tmp_path, WINDOWS=value)
    assert run.code == 2
    assert "WINDOWS=" in run.err
    assert "Traceback" not in run.err


@pytest.mark.slow
def test_a_run_waits_for_a_window_that_opens_soon(site_server, tmp_path):
    server = site_server(site())
    opens = (datetime.now(UTC) + timedelta(minutes=1)).replace(second=0, microsecond=0)
    began = time.monotonic()
    run = crawl_news(server.url, tmp_path, WINDOWS=window(1, 60))
    assert run.urls() == PAGES
    assert server.requests[0].at - began > 0
    assert datetime.now(UTC) > opens


@pytest.mark.slow
def test_a_run_whose_window_closes_ends_in_good_order_and_goes_on_later(site_server, tmp_path):
    paths = [f"/news/{n}.html" for n in range(1, 100)]
    server = site_server({"/": listing(*paths), **{path: article(title=f"第{path}篇报道的标题很长") for path in paths}})
    left = 60 - datetime.now(UTC).second
    if left < 8:
        time.sleep(left)
        left = 60
    closes = time.monotonic() + left
    settings = {"WINDOWS": window(-60, 1), "DOWNLOAD_DELAY": max(0.5, left / 40)}
    run = scrapy("crawl", "news", "-a", f"url={server.url}", archive=tmp_path, settings=settings, timeout=150)
    assert run.code == 0
    assert "wait, the same command goes on" in run.err
    assert "is asked at" in run.err
    assert max(request.at for request in server.requests) < closes + 1
    before = run.urls()
    assert 0 < len(before) < len(paths)
    assert crawl_news(server.url, tmp_path, WINDOWS=window(-60, 60)).urls() == sorted(paths)
