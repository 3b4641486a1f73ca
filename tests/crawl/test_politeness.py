"""Manners, from the server's own log."""

import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from tests.crawls import ROOT, article, crawl_news, listing
from tests.servers import ONCE, Answer, redirect, retry_after

PAGES = [f"/news/{n}.html" for n in range(1, 6)]


def site(**routes):
    return {"/": listing(*PAGES), **{path: article(title=f"第{path}篇报道的标题很长") for path in PAGES}, **routes}


def gaps(server):
    times = [request.at for request in server.requests]
    return [later - earlier for earlier, later in pairwise(times)]


@pytest.mark.slow
def test_the_delay_is_the_least_gap(site_server, tmp_path):
    server = site_server(site())
    assert crawl_news(server.url, tmp_path, DOWNLOAD_DELAY=0.3).code == 0
    assert len(server.requests) == 7 + len(ONCE)
    assert min(gaps(server)[1:]) >= 0.29


@pytest.mark.slow
def test_crawl_delay_raises_the_gap(site_server, tmp_path):
    server = site_server(site(**{"/robots.txt": "User-agent: *\nCrawl-delay: 0.5\n"}))
    assert crawl_news(server.url, tmp_path, DOWNLOAD_DELAY=0.05).code == 0
    assert len(server.requests) == 7 + len(ONCE)
    assert min(gaps(server)) >= 0.49


@pytest.mark.parametrize("form", ["seconds", pytest.param("date", marks=pytest.mark.slow)])
def test_retry_after_pauses_the_whole_host(site_server, tmp_path, form):
    def busy(_):
        at = datetime.now(UTC) + timedelta(seconds=3)
        return retry_after(2 if form == "seconds" else format_datetime(at, usegmt=True))

    turns = []

    def page(request):
        turns.append(request.at)
        return busy(request) if len(turns) == 1 else Answer(article())

    server = site_server(site(**{"/news/1.html": page}))
    run = crawl_news(server.url, tmp_path, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert run.code == 0
    assert run.urls() == PAGES
    after = [request.at for request in server.requests if request.at > turns[0]]
    # A date has whole seconds: of three asked for, two at least are left.
    assert min(after) - turns[0] >= 1.95


def test_a_host_that_asks_for_more_than_a_run_waits_is_left_alone(site_server, tmp_path):
    server = site_server({"/": retry_after(7200), "/robots.txt": Answer(status=404)})
    run = crawl_news(server.url, tmp_path)
    assert run.code == 4
    assert "asks to be left alone for 7200 s" in run.err
    assert server.paths() == ["/robots.txt", "/"]


def test_robots_txt_comes_first_and_is_obeyed(site_server, tmp_path):
    server = site_server(site(**{"/robots.txt": "User-agent: newsreel\nDisallow: /news/3\n"}))
    run = crawl_news(server.url, tmp_path)
    assert run.urls() == ["/news/1.html", "/news/2.html", "/news/4.html", "/news/5.html"]
    assert server.paths()[0] == "/robots.txt"
    assert "/news/3.html" not in server.paths()


@pytest.mark.parametrize("status", [404, *(pytest.param(status, marks=pytest.mark.slow) for status in (401, 403, 410))])
def test_a_robots_txt_that_is_not_there_frees(site_server, tmp_path, status):
    server = site_server(site(**{"/robots.txt": Answer("no", status=status)}))
    assert crawl_news(server.url, tmp_path).urls() == PAGES


@pytest.mark.parametrize("status", [503, *(pytest.param(status, marks=pytest.mark.slow) for status in (500, 429))])
def test_a_robots_txt_in_trouble_forbids_everything_for_now(site_server, tmp_path, status):
    server = site_server(site(**{"/robots.txt": Answer("no", status=status)}))
    run = crawl_news(server.url, tmp_path)
    assert run.code == 4
    assert f"robots.txt can't be read (HTTP {status})" in run.err
    assert set(server.paths()) == {"/robots.txt"}


def test_robots_txt_that_comes_back_is_waited_for(site_server, tmp_path):
    server = site_server(site(**{"/robots.txt": [Answer(status=503), Answer("User-agent: *\nAllow: /\n")]}))
    assert crawl_news(server.url, tmp_path).urls() == PAGES


def test_the_agent_is_honest_and_names_the_contact(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path, CONTACT="https://example.org/crawler")
    agents = {request.headers["User-Agent"] for request in server.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("newsreel/")
    assert {"(+https://example.org/crawler)" in request.headers["User-Agent"] for request in server.requests} == {True}


def test_counters_are_never_requested(site_server, tmp_path):
    links = '<a href="/hits.php?id=1">1</a><a href="/news/2.html?addclick=1">2</a><a href="/plus/count.php?aid=3">3</a><a href="/news/1.html">4</a>'
    server = site_server(site(**{"/": listing(*PAGES) + links, "/news/5.html": redirect("/count.php?to=5")}))
    assert crawl_news(server.url, tmp_path).urls() == PAGES[:4]
    assert not [path for path in server.paths() if "hits.php" in path or "count.php" in path or "addclick" in path]


def test_no_more_requests_at_once_than_allowed(site_server, tmp_path):
    slow = {path: Answer(article(), delay=0.1) for path in PAGES}
    server = site_server(site(**slow))
    crawl_news(server.url, tmp_path, CONCURRENT_REQUESTS_PER_DOMAIN=2)
    assert server.most_at_once == 2


def test_a_run_that_has_its_articles_asks_for_no_more(site_server, tmp_path):
    paths = [f"/news/{n}.html" for n in range(30)]
    server = site_server({"/": listing(*paths), **{path: article(title=f"{path}关于仪器的报道") for path in paths}})
    run = crawl_news(server.url, tmp_path, "-a", "limit=3", DOWNLOAD_DELAY=0.2)
    assert run.code == 0
    assert len(run.lines()) == 3
    assert len(server.paths()) <= 6


def test_a_run_that_is_told_to_end_does_not_sit_out_a_pause(site_server, tmp_path):
    paused = threading.Event()

    def busy(_):
        paused.set()
        return retry_after(60)

    server = site_server({"/": listing(*PAGES), PAGES[0]: article(), PAGES[1]: busy})
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "crawl",
        "news",
        "-a",
        f"url={server.url}",
        "-s",
        f"ARCHIVE={tmp_path}",
        "-s",
        "DOWNLOAD_DELAY=0",
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert paused.wait(20)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=15)
    assert process.returncode == 130
    assert "stopped before its end" in err.strip().splitlines()[-1]
