"""Servers that mean a crawl no good: each run ends by itself, has what is good, and says what it has refused."""

import re

import pytest

from archive.verify import verify
from tests.acts import endless
from tests.crawls import article, crawl_news, listing
from tests.hostile import BOUNDS, GOOD, hostile_servers, serving
from tests.servers import serve_raw

QUICK_ONES = (
    "chunks without end", "100,000 headers", "headers that are none", "redirects to private addresses",
    "redirects to other schemes and nonsense", "100 Continue without end", "a robots.txt that asks for 30 years",
    "redirects to other ports, and pictures there", "parameters that change each time",
)  # fmt: skip
"""One of a kind, in every test run; the others are as slow as they please."""
LONG_ONES = {
    "a sitemap of 50,000 lists",
    "1,000,000 subdomains",
    "folders below folders",
    "sitemaps that name sitemaps",
}
"""What benchmarks/hostile.py meets alone: each keeps a core busy for as long as many others together."""
NAMES = tuple(name for name in hostile_servers(type("Nobody", (), {"port": 1})()) if name not in LONG_ONES)


@pytest.mark.parametrize("name", [name if name in QUICK_ONES else pytest.param(name, marks=pytest.mark.slow) for name in NAMES])  # fmt: skip
def test_a_run_ends_by_itself_and_keeps_what_is_good(tmp_path, name):
    with serve_raw(lambda talk: talk.answer("private")) as canary:
        hostile = hostile_servers(canary)[name]
        with serving(hostile) as server:
            words = [word for name, value in hostile.arguments.items() for word in ("-a", f"{name}={value}")]
            run = crawl_news(server.url, tmp_path, *words, **{**BOUNDS, **hostile.settings})
        assert canary.paths == []
        assert len(server.paths) <= hostile.most
    assert run.code in (0, 4)
    assert "Traceback" not in run.err
    counted = set(re.findall(r"'guard/(\w+)':", run.err))
    assert not hostile.guards or counted & set(hostile.guards)
    assert hostile.has_good in (None, GOOD in run.urls())
    assert verify(tmp_path).findings == []


def test_what_was_stored_before_is_not_touched(site_server, tmp_path):
    good = site_server({"/": listing("/news/1.html"), "/news/1.html": article()})
    before = crawl_news(good.url, tmp_path)
    files = {path: path.read_bytes() for name in ("articles", "observations", "warc") for path in (tmp_path / name).rglob("*") if path.is_file()}  # fmt: skip
    assert before.urls() == ["/news/1.html"]
    with serve_raw(endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"x" * 65536)) as server:
        assert crawl_news(server.url, tmp_path, **BOUNDS).code == 4
    assert {path: path.read_bytes() for path in files} == files
    assert verify(tmp_path).findings == []


def test_requests_that_wait_for_a_host_end_when_it_asks_for_a_long_pause(tmp_path):
    with serving(hostile_servers(type("Nobody", (), {"port": 1})())["Retry-After of a thousand years"]) as server:
        run = crawl_news(server.url, tmp_path, DOWNLOAD_DELAY=0.2)
    assert run.code in (0, 4)
    assert len(server.paths) < 20
    assert "asks to be left alone" in run.err.strip().splitlines()[-1]
