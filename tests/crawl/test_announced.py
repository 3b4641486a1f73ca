"""What sitemaps and feeds announce is found, each way alone and all together."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from crawler.frontier.place import folder_of
from tests.crawls import article, crawl_news, listing
from tests.servers import Answer

FIRST = datetime(2026, 3, 1, 2, tzinfo=UTC)
XML = {"Content-Type": "application/xml"}
MAP = '<?xml version="1.0"?><{0} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{1}</{0}>'
FEED = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'


def page(number, **words):
    return article(title=f"第{number}篇关于仪器的连续报道", **words)


def urlset(server, *paths, modified="2026-02-01"):
    return MAP.format(
        "urlset", "".join(f"<url><loc>{server.url}{path}</loc><lastmod>{modified}</lastmod></url>" for path in paths)
    )


def rss(server, *paths):
    items = "".join(f"<item><title>报道</title><link>{server.url}{path}</link></item>" for path in paths)
    return Answer(f'<rss version="2.0"><channel><title>仪器</title>{items}</channel></rss>', headers=XML)


@pytest.fixture
def server(site_server):
    """A site each of whose articles is named by one way alone: 1 by a list, 2 by a sitemap, 3 by a feed, 4 by a chain."""
    server = site_server()
    index = MAP.format("sitemapindex", f"<sitemap><loc>{server.url}/maps/news.xml.gz</loc></sitemap>")
    server.routes.update({
        "/": listing("/n/1.html").replace("<head>", f"<head>{FEED}"),
        "/robots.txt": f"User-agent: *\nDisallow:\n\nSitemap: {server.url}/maps/index.xml\n",
        "/maps/index.xml": Answer(index, headers=XML),
        "/maps/news.xml.gz": Answer(gzip.compress(urlset(server, "/n/2.html").encode()), headers={"Content-Type": "application/gzip"}),
        "/rss.xml": rss(server, "/n/3.html"),
        "/n/1.html": page(1, links='<p>下一篇：<a href="/n/4.html">第四篇</a></p>'),
        **{f"/n/{n}.html": page(n) for n in (2, 3, 4)},
    })  # fmt: skip
    return server


@pytest.mark.parametrize(
    ("ways", "found"),
    [
        pytest.param("lists", [1], marks=pytest.mark.slow),
        pytest.param("sitemaps", [2], marks=pytest.mark.slow),
        pytest.param("feeds", [3], marks=pytest.mark.slow),
        pytest.param("chain,lists", [1, 4], marks=pytest.mark.slow),
        ("chain,lists,links,sitemaps,feeds", [1, 2, 3, 4]),
    ],
)
def test_each_way_finds_what_it_names(server, tmp_path, ways, found):
    run = crawl_news(server.url, tmp_path, "-a", f"ways={ways}")
    assert run.urls() == [f"/n/{n}.html" for n in found]


@pytest.mark.slow
def test_a_sitemap_where_none_is_named_is_looked_for_where_most_have_it(server, tmp_path):
    server.routes |= {
        "/robots.txt": "User-agent: *\nDisallow:\n",
        "/sitemap.xml": Answer(urlset(server, "/n/2.html"), headers=XML),
    }
    assert "/n/2.html" in crawl_news(server.url, tmp_path).urls()


def test_the_ledger_knows_which_way_named_what(server, tmp_path):
    import asyncio

    from scrapy.settings import Settings

    from crawler.frontier.sqlite import SqliteFrontier

    crawl_news(server.url, tmp_path)

    async def ledger():
        frontier = SqliteFrontier(folder_of(Settings({"ARCHIVE": str(tmp_path)})), "127.0.0.1", exclusive=False)
        try:
            return await frontier.ledger(behind=0, limit=100)
        finally:
            await frontier.close()

    known = {one.url.removeprefix(server.url): [way.way for way in one.ways] for one in asyncio.run(ledger())}
    articles = {path: ways for path, ways in known.items() if path.startswith("/n/")}
    assert articles == {
        "/n/1.html": ["lists"],
        "/n/2.html": ["sitemaps"],
        "/n/3.html": ["feeds"],
        "/n/4.html": ["chain"],
    }
    assert known["/maps/news.xml.gz"] == ["sitemaps"]


@pytest.mark.slow
def test_what_a_sitemap_says_was_changed_is_visited_and_what_it_does_not_is_not(server, tmp_path):
    server.routes["/maps/index.xml"] = Answer(urlset(server, "/n/2.html", "/n/5.html"), headers=XML)
    server.routes["/n/5.html"] = page(5)
    crawl_news(server.url, tmp_path, at=FIRST)
    before = len(server.paths())
    changed = urlset(server, "/n/2.html", modified="2026-03-02T01:00:00Z").replace("</urlset>", "")
    rest = urlset(server, "/n/5.html").partition("<url>")[2]
    server.routes["/maps/index.xml"] = Answer(f"{changed}<url>{rest}", headers=XML)
    crawl_news(server.url, tmp_path, "-a", "mode=new", at=FIRST + timedelta(days=2))
    again = server.paths()[before:]
    assert "/n/2.html" in again
    assert "/n/5.html" not in again


@pytest.mark.slow
def test_an_index_that_names_others_for_ever_is_read_to_an_end(site_server, tmp_path):
    server = site_server()

    def index(request):
        number = int(request.path.strip("/m.xl")) if request.path != "/m0.xml" else 0
        maps = "".join(f"<sitemap><loc>{server.url}/m{10 * number + n}.xml</loc></sitemap>" for n in range(1, 10))
        return Answer(MAP.format("sitemapindex", maps), headers=XML)

    class Routes(dict):
        def get(self, path, default=None):
            return index if path.startswith("/m") else super().get(path, default)

    server.routes = Routes(
        {"/": listing("/n/1.html"), "/n/1.html": page(1), "/robots.txt": f"Sitemap: {server.url}/m0.xml"}
    )
    run = crawl_news(server.url, tmp_path, timeout=120)
    assert run.urls() == ["/n/1.html"]
    assert sum(path.startswith("/m") for path in server.paths()) <= 1_001


def test_what_is_no_sitemap_and_no_feed_is_passed_over(server, tmp_path):
    server.routes |= {"/maps/index.xml": "<html><p>not here</p></html>", "/rss.xml": Answer("{]", headers=XML)}
    run = crawl_news(server.url, tmp_path)
    assert (run.code, run.urls()) == (0, ["/n/1.html", "/n/4.html"])


def test_a_crawl_that_begins_at_an_article_looks_for_sitemaps_too(server, tmp_path):
    run = crawl_news(f"{server.url}/n/1.html", tmp_path, "-a", "ways=sitemaps")
    assert run.urls() == ["/n/1.html", "/n/2.html"]
