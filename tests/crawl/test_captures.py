"""What a crawl keeps of each answer, byte for byte."""

import gzip
import hashlib

import pytest

import archive
from tests.crawls import UNFIT, article, crawl_news, listing, scrapy
from tests.servers import ONCE, Answer, redirect

PAGE = "/news/1.html"


def packed(text):
    return Answer(gzip.compress(text.encode(), mtime=0), headers={"Content-Encoding": "gzip"})


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """A crawl of a site that answers in many ways."""
    from tests.servers import serve_faults

    pages = {
        "/robots.txt": "User-agent: *\nDisallow: /no/\n",
        "/": listing(PAGE, "/news/2.html", "/moved.html", "/missing.html", "/broken.html", "/news/5.html"),
        PAGE: article(title="第一篇关于仪器的报道"),
        "/news/2.html": packed(article(title="第二篇关于仪器的报道")),
        "/news/3.html": article(title="第三篇关于仪器的报道"),
        "/moved.html": redirect("/news/3.html", 301),
        "/broken.html": [Answer("later", status=503), Answer("later still", status=503)],
        "/news/5.html": Answer(b"%PDF-1.4", headers={"Content-Type": "application/pdf", "X-Name": "r\xe9sum\xe9"}),
    }
    with serve_faults(pages) as server:
        run = crawl_news(server.url, tmp_path_factory.mktemp("everything"))
        return run, pages, server


def test_every_answer_is_a_record_with_its_request(everything):
    run, _, server = everything
    got = sorted((raw.path, raw.status) for raw in run.warc("response", "revisit"))
    assert got == sorted([
        ("/robots.txt", 200), ("/", 200), (PAGE, 200), ("/news/2.html", 200), ("/news/3.html", 200), ("/moved.html", 301),
        ("/missing.html", 404), ("/broken.html", 503), ("/broken.html", 503), ("/news/5.html", 200),
        *((path, 404) for path in ONCE),
    ])  # fmt: skip
    asked = sorted(request.path for request in server.requests)
    assert sorted(raw.path for raw in run.warc("request")) == sorted(path for path, _ in got) == asked


def test_bodies_are_as_they_were_sent(everything):
    run, pages, _ = everything
    bodies = {raw.path: raw.body for raw in run.warc("response") if raw.status == 200}
    for path, body in bodies.items():
        sent = pages[path].body if isinstance(pages[path], Answer) else pages[path].encode()
        assert body == sent
    (line,) = [line for line in run.lines() if line["url"].endswith("/news/2.html")]
    assert line["title"] == "第二篇关于仪器的报道"


def test_headers_go_both_ways(everything):
    run, _, server = everything
    sent = {raw.path: raw.http for raw in run.warc("request")}
    for request in server.requests:
        assert sent[request.path]["Host"] == request.headers["Host"]
        assert sent[request.path]["User-Agent"] == request.headers["User-Agent"]
        assert sent[request.path]["Accept-Encoding"] == request.headers["Accept-Encoding"]
    got = {raw.path: raw.http for raw in run.warc("response")}
    assert got["/news/2.html"]["Content-Encoding"] == "gzip"
    assert got["/news/5.html"]["Content-Type"] == "application/pdf"
    assert got["/moved.html"]["Location"] == "/news/3.html"


def test_lines_name_the_records_that_they_come_from(everything):
    run, _, _ = everything
    records = {raw.headers["WARC-Record-ID"]: raw for raw in run.warc("response")}
    named = {line["url"].partition("/news/")[2]: line["captures"] for line in run.lines()}
    assert [records[one["record_id"]].path for one in named["1.html"]] == [PAGE]
    assert [records[one["record_id"]].path for one in named["3.html"]] == ["/moved.html", "/news/3.html"]
    for line in run.lines():
        for one in line["captures"]:
            body = records[one["record_id"]].body
            assert one["payload_digest"] == "sha256:" + hashlib.sha256(body).hexdigest()
            assert one["url"].endswith(records[one["record_id"]].path)
    for seen in run.lines("observations"):
        assert seen["captures"] == named[seen["url"].partition("/news/")[2]]


def test_a_visit_is_when_the_server_answered(everything):
    run, _, _ = everything
    dates = {raw.headers["WARC-Record-ID"]: raw.headers["WARC-Date"] for raw in run.warc("response")}
    for line in run.lines():
        assert dates[line["captures"][-1]["record_id"]][:19] == line["fetched_at"][:19]


def test_a_doubled_header_is_kept_doubled(tmp_path, site_server):
    # A server's headers are a dict here: the second line is put into the first one's value.
    server = site_server({"/": Answer(article(), headers={"Set-Cookie": "a=1\r\nSet-Cookie: b=2"})})
    run = crawl_news(server.url, tmp_path)
    opened = archive.open(run.archive)
    (line,) = opened.articles()
    exchange = opened.exchange(line.captures[0])
    assert [value for name, value in exchange.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert exchange.ip == "127.0.0.1"
    assert exchange.protocol == "http/1.1"


def test_an_unchanged_page_is_a_revisit(site_server, tmp_path):
    server = site_server({"/": listing(PAGE), PAGE: article()})
    first = crawl_news(server.url, tmp_path)
    again = crawl_news(server.url, tmp_path)
    (original,) = [raw for raw in first.warc("response") if raw.path == PAGE]
    (revisit,) = [raw for raw in again.warc("revisit") if raw.path == PAGE]
    assert revisit.headers["WARC-Refers-To"] == original.headers["WARC-Record-ID"]
    assert revisit.headers["WARC-Refers-To-Target-URI"] == f"{server.url}{PAGE}"
    assert revisit.headers["WARC-Refers-To-Date"] == original.headers["WARC-Date"]
    assert revisit.headers["WARC-Payload-Digest"] == original.headers["WARC-Payload-Digest"]
    assert again.lines("observations")[1]["captures"][0]["record_id"] == revisit.headers["WARC-Record-ID"]


def test_without_captures_there_is_no_raw_page(site_server, tmp_path):
    server = site_server({"/": listing(PAGE), PAGE: article()})
    run = crawl_news(server.url, tmp_path, CAPTURES=0)
    assert run.urls() == [PAGE]
    assert run.lines()[0]["captures"] == []
    assert run.warc() == []


def visits(server, folder, *pages, code=0, **settings):
    """Crawl once for each of these contents of the page; return whether each visit kept it, and the last run."""
    for page in pages:
        server.routes[PAGE] = page
        run = crawl_news(server.url, folder, **{"CAPTURE_EVERY": 3, **settings})
        assert run.code in (0, code)
    return [bool(seen["captures"]) for seen in run.lines("observations")], run


@pytest.mark.slow
def test_of_an_unchanged_wording_every_third_page_is_kept(site_server, tmp_path):
    server = site_server({"/": listing(PAGE)})
    kept, run = visits(server, tmp_path, *(article(views=n) for n in range(1, 8)))
    assert kept == [True, False, False, True, False, False, True]
    assert len([raw for raw in run.warc("response") if raw.path == PAGE]) == 3
    assert [seen["view_count"] for seen in run.lines("observations")] == list(range(1, 8))
    assert len(run.lines()) == 1


@pytest.mark.slow
def test_a_new_wording_is_kept_out_of_turn_and_the_same_bytes_always(site_server, tmp_path):
    server = site_server({"/": listing(PAGE)})
    pages = [article(views=1), article(views=2), article(views=3, title="另一个标题的仪器报道"), article(views=3, title="另一个标题的仪器报道"), article(views=4, title="另一个标题的仪器报道")]  # fmt: skip
    kept, run = visits(server, tmp_path, *pages)
    assert kept == [True, False, True, True, False]
    assert [raw.kind for raw in run.warc("response", "revisit") if raw.path == PAGE] == [
        "response",
        "response",
        "revisit",
    ]
    revision = run.lines()[1]
    assert revision["captures"][0]["record_id"] in {raw.headers["WARC-Record-ID"] for raw in run.warc("response")}


@pytest.mark.slow
def test_a_known_page_that_is_no_article_any_more_is_kept(site_server, tmp_path):
    server = site_server({"/": listing(PAGE)})
    _, run = visits(
        server,
        tmp_path,
        article(),
        "<html><body><h1>目录</h1><ul><li><a href='/x.html'>一</a></ul></body></html>",
        code=5,
    )
    assert len([raw for raw in run.warc("response") if raw.path == PAGE]) == 2


def test_a_known_page_that_goes_to_quarantine_is_kept(site_server, tmp_path):
    server = site_server({"/": listing(PAGE)})
    kept, run = visits(server, tmp_path, article(), UNFIT, code=5)
    (line,) = run.lines("quarantine")
    assert line["reason"] == "no_body"
    assert kept == [True, True]
    assert line["captures"] == run.lines("observations")[1]["captures"]


FAILING = """
from crawler.spiders.news import News

class Failing(News):
    name = "failing"

    def read_document(self, document):
        if document.url.endswith("/news/1.html"):
            raise ZeroDivisionError
        return super().read_document(document)
"""


def test_a_known_page_on_which_a_spider_fails_is_kept(site_server, tmp_path):
    server = site_server({"/": listing(PAGE)})
    visits(server, tmp_path / "data", article(views=1))
    (tmp_path / "failing.py").write_text(FAILING)
    server.routes[PAGE] = article(views=2)
    run = scrapy("crawl", "failing", "-a", f"url={server.url}", archive=tmp_path / "data", modules=tmp_path, settings={"CAPTURE_EVERY": 3})  # fmt: skip
    assert run.code == 1
    assert len([raw for raw in run.warc("response") if raw.path == PAGE]) == 2


@pytest.mark.slow
def test_a_known_page_that_cannot_be_unpacked_is_kept(site_server, tmp_path):
    server = site_server({"/": listing(PAGE)})
    visits(server, tmp_path, article())
    bomb = Answer(gzip.compress(b" " * (4 << 20)), headers={"Content-Encoding": "gzip"})
    kept, run = visits(server, tmp_path, bomb, code=5, DOWNLOAD_MAXSIZE=1 << 20)
    assert kept == [True]
    assert [raw.body == bomb.body for raw in run.warc("response") if raw.path == PAGE] == [False, True]


def test_rules_that_change_keep_the_page_that_shows_it(site_server, tmp_path):
    server = site_server({"/": listing(PAGE)})
    visits(server, tmp_path / "data", article(views=1))
    (tmp_path / "other.py").write_text(FAILING.replace("raise ZeroDivisionError", "document.tree.xpath('//h1')[0].text += '（一）'").replace('"failing"', '"other"'))  # fmt: skip
    server.routes[PAGE] = article(views=2)
    run = scrapy("crawl", "other", "-a", f"url={server.url}", archive=tmp_path / "data", modules=tmp_path, settings={"CAPTURE_EVERY": 3})  # fmt: skip
    revision = run.lines()[1]
    assert revision["extractor"]["cause"] == "rules"
    assert len(revision["captures"]) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAPTURE_EVERY", "two"),
        *(
            pytest.param(name, value, marks=pytest.mark.slow)
            for name, value in (("CAPTURE_EVERY", "0"), ("ARCHIVE_COMPRESSION", "zip"), ("COMMIT_DELAY", "-1"))
        ),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(tmp_path, name, value):
    run = crawl_news("http://127.0.0.1:1/", tmp_path, **{name: value})
    assert run.code == 2
    assert f"{name}='{value}'" in run.err
    assert "Traceback" not in run.err


@pytest.mark.slow
def test_an_erased_article_is_not_asked_for_again(site_server, tmp_path):
    server = site_server({"/": listing(PAGE, "/news/2.html", "/moved.html", "/copy.html"), PAGE: article(title="第一篇关于仪器的报道"),
                          "/news/2.html": article(title="第二篇关于仪器的报道")})  # fmt: skip
    crawl_news(server.url, tmp_path)
    erase(tmp_path, f"{server.url}{PAGE}")
    server.requests.clear()
    server.routes["/moved.html"] = redirect(PAGE)
    copy = article(title="第一篇关于仪器的报道", head=f'<link rel="canonical" href="{server.url}{PAGE}">')
    server.routes["/copy.html"] = copy
    run = crawl_news(server.url, tmp_path)
    assert PAGE not in server.paths()
    assert run.urls() == ["/news/2.html"]
    assert all("第一篇".encode() not in raw.body for raw in run.warc())


def erase(folder, url):
    import subprocess
    import sys

    command = [sys.executable, "-m", "archive.cli", "erase", "--archive", str(folder), url, "--reason", "test", "--yes"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
