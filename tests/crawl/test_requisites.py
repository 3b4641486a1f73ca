"""Pictures and styles of archived articles, where somebody asked for them."""

import pytest

from tests.crawls import UNFIT, article, crawl_news, listing
from tests.servers import ONCE, Answer, serve_faults

CSS = "@import 'more.css'; body { background: url(/back.png) }"
PICTURES = '<link rel="stylesheet" href="/css/site.css"><link rel="shortcut icon" href="/favicon.ico"><link rel="next" href="/n.html">'
IMAGES = (
    '<p><img src="/a.png"><img srcset="/b-1x.png 1x, /b-2x.png 2x"><img src="data:image/png;base64,AAAA">'
    '<img src="http://pictures.example/c.png"><img src="/hits.php?id=1"><img src="/missing.png">'
    '<img src="http://127.0.0.1:9/private.png"><img src="/no/forbidden.png"></p>'
)


def png(name):
    return Answer(name.encode(), headers={"Content-Type": "image/png"})


def css(text):
    return Answer(text, headers={"Content-Type": "text/css"})


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """A crawl with requisites of a site with one article, one page for quarantine and one that is no article."""
    pages = {
        "/robots.txt": "User-agent: *\nDisallow: /no/\n",
        "/": listing("/news/1.html", "/news/2.html") + '<img src="/list.png">',
        "/news/1.html": article(head=PICTURES, links=IMAGES),
        "/news/2.html": UNFIT + '<img src="/quarantined.png">',
        "/css/site.css": css(CSS),
        "/css/more.css": css("i { background: url(third-level.png) }"),
        **{f"/{name}": png(name) for name in ("a.png", "b-1x.png", "back.png", "c.png", "favicon.ico")},
    }
    with serve_faults(pages) as server:
        connect = ",".join(f"{host}:80=127.0.0.1:{server.port}" for host in ("site.example", "pictures.example"))
        folder = tmp_path_factory.mktemp("requisites")
        run = crawl_news("http://site.example/", folder, "-a", "requisites=1", "-L", "INFO", CONNECT_TO=connect)
        return run, server


def test_they_are_fetched_from_anywhere_as_robots_allow_and_no_further_than_one_level_of_styles(crawled):
    _, server = crawled
    asked = {(request.host, request.path) for request in server.requests}
    site = {(host, path) for host, path in asked if host == "site.example"}
    assert site == {("site.example", path) for path in (
        "/robots.txt", "/", "/news/1.html", "/news/2.html", "/css/site.css", "/css/more.css", "/back.png", "/favicon.ico", "/a.png",
        "/b-1x.png", "/missing.png", *ONCE,
    )}  # fmt: skip
    assert asked - site == {("pictures.example", "/robots.txt"), ("pictures.example", "/c.png")}


def test_they_are_kept_as_they_came(crawled):
    run, server = crawled
    kept = {raw.path: raw.body for raw in run.warc("response")}
    for path in ("/a.png", "/b-1x.png", "/back.png", "/c.png", "/favicon.ico"):
        assert kept[path] == server.routes[path].body


def test_they_are_neither_pages_nor_articles_nor_problems(crawled):
    run, _ = crawled
    assert run.code == 0
    # robots.txt of two hosts, the list, the article and the one in quarantine.
    assert "1 articles (1 new, 0 revised, 0 unchanged), 1 quarantined, 5 pages" in run.err.strip().splitlines()[-1]
    assert sorted(run.outcomes()) == ["new", "quarantined"]
    assert "Traceback" not in run.err


def test_nobody_gets_them_unasked(site_server, tmp_path):
    server = site_server({"/": listing("/news/1.html"), "/news/1.html": article(head=PICTURES, links=IMAGES)})
    crawl_news(server.url, tmp_path)
    assert sorted(server.paths()) == ["/", "/news/1.html", "/robots.txt"]


def test_a_run_that_has_its_articles_still_gets_their_pictures(site_server, tmp_path):
    paths = [f"/news/{n}.html" for n in range(30)]
    pages = {
        path: article(title=f"{path}关于仪器的报道", links=f"<img src='/{n}.png'>") for n, path in enumerate(paths)
    }
    pictures = {f"/{n}.png": png(str(n)) for n in range(30)}
    server = site_server({"/": listing(*paths), **pages, **pictures})
    run = crawl_news(server.url, tmp_path, "-a", "limit=3", "-a", "requisites=1")
    assert run.code == 0
    numbers = {path[len("/news/") : -len(".html")] for path in run.urls()}
    assert len(numbers) == 3
    assert {path for path in server.paths() if path.endswith(".png")} == {f"/{number}.png" for number in numbers}
    assert len([path for path in server.paths() if path.startswith("/news/")]) < 15


def test_a_word_that_is_no_switch_is_named(tmp_path):
    run = crawl_news("http://127.0.0.1:1/", tmp_path, "-a", "requisites=yes")
    assert run.code == 2
    assert "requisites='yes': 1 or 0" in run.err
