"""Cookies and headers: to the site alone, and nowhere else."""

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.access import Access
from crawler.access.keys import MOST, Keys
from tests.crawl.asked import crawl_members, places_of
from tests.crawls import article, listing, scrapy
from tests.servers import Answer, redirect

TOKEN, SESSION = "t0ken-of-the-test", "s3ssion-of-the-test"
SAID = """access = Access(
        cookies={"consent": "yes", "session": Secret("MEMBERS_SESSION")},
        headers={"Authorization": Secret("MEMBERS_TOKEN", "Bearer {}"), "X-Edition": "evening"},
    )"""
ENV = {"MEMBERS_SESSION": SESSION, "MEMBERS_TOKEN": TOKEN}


def has_keys(request):
    cookies = dict(pair.strip().split("=", 1) for pair in (request.headers["Cookie"] or "").split(";") if pair)
    return (
        cookies.get("session", "").startswith("s3ssion")
        and cookies.get("consent") == "yes"
        and request.headers["Authorization"] == f"Bearer {TOKEN}"
        and request.headers["X-Edition"] == "evening"
    )


def gated(pages):
    """Return routes of a site that shows nothing to who lacks the keys."""

    def gate(page):
        return lambda request: (
            (page if isinstance(page, Answer) else Answer(page)) if has_keys(request) else Answer("no", status=403)
        )

    return {path: gate(page) for path, page in pages.items()}


@pytest.fixture
def golden(site_server):
    """A site that demands cookies and headers, and renews the session on its first page."""
    renewed = Answer(
        listing("/news/1.html", "/news/2.html"), headers={"Set-Cookie": "session=s3ssion-renewed; Path=/; HttpOnly"}
    )
    pages = {
        "/": renewed,
        "/news/1.html": article(title="只给会员看的第一篇报道"),
        "/news/2.html": article(title="只给会员看的第二篇报道"),
    }
    return site_server(gated(pages))


def test_a_site_that_demands_cookies_and_headers_is_read(golden, tmp_path):
    run = crawl_members(tmp_path, f"{golden.url}/", SAID, env=ENV)
    assert run.code == 0, run.err
    assert sorted(line["title"] for line in run.lines()) == ["只给会员看的第一篇报道", "只给会员看的第二篇报道"]
    assert all(map(has_keys, golden.requests))
    by_path = {request.path: request.headers["Cookie"] for request in golden.requests}
    assert by_path["/"] == f"consent=yes; session={SESSION}"
    assert by_path["/news/1.html"] == "consent=yes; session=s3ssion-renewed"


def test_what_is_secret_is_nowhere_in_the_archive_and_the_log(golden, tmp_path):
    run = crawl_members(tmp_path, f"{golden.url}/", SAID, "-L", "DEBUG", env=ENV)
    assert len(run.lines()) == 2
    assert places_of(run, TOKEN, SESSION, "s3ssion-renewed") == []
    asked = [record.http for record in run.warc("request") if record.path == "/news/1.html"]
    assert [(http.get("X-Edition"), "Cookie" in http, "Authorization" in http) for http in asked] == [("evening", False, False)]  # fmt: skip
    assert all("Set-Cookie" not in record.http for record in run.warc("response"))
    why = scrapy(
        "frontier", "members", "--why", f"{golden.url}/news/1.html", archive=run.archive, modules=tmp_path / "modules"
    )
    assert "fetched" in why.out
    assert places_of(why, TOKEN, SESSION) == []


def test_a_secret_may_be_in_a_file_that_the_environment_names(golden, tmp_path):
    (tmp_path / "token").write_text(TOKEN + "\n")
    env = {"MEMBERS_SESSION": SESSION, "MEMBERS_TOKEN_FILE": str(tmp_path / "token")}
    assert len(crawl_members(tmp_path, f"{golden.url}/", SAID, env=env).lines()) == 2


@pytest.mark.parametrize(
    ("env", "said", "named"),
    [
        ({"MEMBERS_SESSION": SESSION}, SAID, "MEMBERS_TOKEN"),
        ({**ENV, "MEMBERS_TOKEN": ""}, SAID, "MEMBERS_TOKEN"),
        ({"MEMBERS_SESSION": SESSION, "MEMBERS_TOKEN_FILE": "/there/is/none"}, SAID, "MEMBERS_TOKEN_FILE"),
        ({**ENV, "MEMBERS_TOKEN": f"{TOKEN}\r\nX-Evil: 1"}, SAID, "MEMBERS_TOKEN"),
        ({}, 'access = Access(headers={"Authorization": "Bearer written-down"})', "Authorization"),
        ({}, 'access = Access(headers={"Cookie": "a=b"})', "Cookie"),
        ({}, 'access = Access(cookies={"a b": "c"})', "a b"),
    ],
    ids=["missing", "empty", "no file", "line break", "in the spider's file", "a cookie header", "no name"],
)
def test_what_is_missing_or_wrong_is_named_before_anything_starts(golden, tmp_path, env, said, named):
    run = crawl_members(tmp_path, f"{golden.url}/", said, env=env)
    assert run.code == 2
    assert f"{named}: " in run.err
    assert "Traceback" not in run.err
    assert golden.requests == []
    assert places_of(run, TOKEN, SESSION, "written-down") == []


def test_another_host_gets_neither_cookies_nor_headers_by_redirect_or_picture(site_server, tmp_path):
    foreign = site_server({"/": article(), "/a.css": Answer("", headers={"Content-Type": "text/css"})})
    style = '<link rel="stylesheet" href="http://other.example/a.css">'
    pages = {
        "/": listing("/news/1.html", "/news/2.html"),
        "/news/1.html": redirect("http://other.example/"),
        "/news/2.html": article(head=style),
    }
    server = site_server(gated(pages))
    names = f"news.example:80=127.0.0.1:{server.port},other.example:80=127.0.0.1:{foreign.port}"
    run = crawl_members(tmp_path, "http://news.example/", SAID, "-a", "requisites=1", env=ENV, CONNECT_TO=names)
    assert run.urls() == ["/news/2.html"]
    assert [request.path for request in foreign.requests if request.path == "/a.css"] == ["/a.css"]
    for request in foreign.requests:
        assert {"Cookie", "Authorization", "X-Edition"}.isdisjoint(request.headers), request.path


def test_a_start_page_that_has_moved_to_another_host_does_not_take_them_along(site_server, tmp_path):
    other = site_server({"/": listing("/news/1.html"), "/news/1.html": article()})
    server = site_server(gated({"/": redirect("http://other.example/")}))
    names = f"news.example:80=127.0.0.1:{server.port},other.example:80=127.0.0.1:{other.port}"
    run = crawl_members(tmp_path, "http://news.example/", SAID, env=ENV, CONNECT_TO=names)
    assert run.urls() == ["/news/1.html"]
    assert all({"Cookie", "Authorization", "X-Edition"}.isdisjoint(request.headers) for request in other.requests)


def test_an_address_that_a_person_types_does_not_get_the_keys_of_the_site(site_server, golden, tmp_path):
    other = site_server({"/": listing("/news/1.html"), "/news/1.html": article()})
    crawl_members(tmp_path, f"{golden.url}/", SAID, "-a", f"url={other.url}/", env=ENV)
    assert "/news/1.html" in other.paths()
    assert all({"Cookie", "Authorization", "X-Edition"}.isdisjoint(request.headers) for request in other.requests)


def test_keys_are_for_the_site_under_each_of_its_names_and_never_without_its_tls():
    keys = Keys(Access(cookies={"a": "b"}, hosts=("members.example",)), ["https://www.news.example/start"], {})
    urls = ("https://news.example/1.html", "https://www.news.example/", "https://members.example/", "http://www.news.example/",
            "http://members.example/", "https://news.example:8443/", "https://evil-news.example/", "https://news.example.evil/", "https://a@evil.example/")  # fmt: skip
    assert [url for url in urls if keys.are_for(url)] == list(urls[:3])
    assert [
        Keys(Access(cookies={"a": "b"}), ["http://news.example/"], {}).are_for(f"{scheme}://news.example/")
        for scheme in ("http", "https")
    ] == [True, True]


def test_no_more_cookies_are_kept_than_a_browser_keeps():
    keys, request = Keys(Access(cookies={"a": "b"}), ["http://news.example/"], {}), Request("http://news.example/")
    for start in range(0, 1000, 50):
        headers = {"Set-Cookie": [f"n{number}=v" for number in range(start, start + 50)]}
        keys.take(Response(request.url, headers=headers), request)
    assert keys.cookie_header(request.url).count("; ") == MOST


def test_a_further_host_of_the_site_gets_them_where_the_file_names_it(site_server, tmp_path):
    server = site_server(gated({"/": redirect("http://members.example/"), "/home": listing("/news/1.html")}))
    members = site_server(gated({"/": listing("/news/1.html"), "/news/1.html": article()}))
    names = f"news.example:80=127.0.0.1:{server.port},members.example:80=127.0.0.1:{members.port}"
    said = SAID.replace("Access(", 'Access(hosts=("members.example",),')
    run = crawl_members(tmp_path, "http://news.example/", said, env=ENV, CONNECT_TO=names)
    assert run.urls() == ["/news/1.html"], run.err
