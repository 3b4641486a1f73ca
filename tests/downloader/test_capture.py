from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Headers, Response

import archive
from crawler.downloader.capture import exchange_of
from tests.crawls import article, crawl_news
from tests.servers import Answer

AT = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_an_exchange_is_what_went_both_ways():
    request = Request("http://user:secret@a.cn:8080/1?x=1#top", headers={"User-Agent": "newsreel/1", "Accept": "*/*"})
    headers = Headers([(b"Content-Length", b"2"), (b"Set-Cookie", [b"a=1", b"b=\xe9"])])
    response = Response("http://a.cn:8080/1?x=1", status=404, headers=headers, body=b"no", ip_address="1.2.3.4", protocol="HTTP/1.1")  # fmt: skip
    assert exchange_of(request, response, AT) == archive.Exchange(
        url="http://a.cn:8080/1?x=1",
        method="GET",
        request_headers=(("Host", "a.cn:8080"), ("User-Agent", "newsreel/1"), ("Accept", "*/*")),
        status=404,
        reason="Not Found",
        headers=(("Content-Length", "2"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=\xe9")),
        body=b"no",
        fetched_at=AT,
        ip="1.2.3.4",
        protocol="http/1.1",
    )


def test_what_nobody_knows_is_not_made_up():
    exchange = exchange_of(Request("http://a.cn/", headers={"Host": "b.cn"}), Response("http://a.cn/", status=599), AT)
    assert (exchange.reason, exchange.ip, exchange.protocol, exchange.truncated) == ("", None, None, None)
    assert exchange.request_headers == (("Host", "b.cn"),)


@given(st.integers(100, 999), st.binary())
def test_any_status_and_body_is_kept(status, body):
    exchange = exchange_of(Request("http://a.cn/"), Response("http://a.cn/", status=status, body=body), AT)
    assert (exchange.status, exchange.body) == (status, body)


def test_a_body_that_breaks_off_says_so(site_server, tmp_path):
    page = article().encode()
    server = site_server({"/": Answer(page, length=len(page) + 10)})
    run = crawl_news(server.url, tmp_path, DOWNLOAD_FAIL_ON_DATALOSS=0)
    (raw,) = [raw for raw in run.warc("response") if raw.path == "/"]
    assert raw.headers["WARC-Truncated"] == "disconnect"
    assert raw.body == page
    opened = archive.open(tmp_path)
    (line,) = opened.articles()
    assert opened.exchange(line.captures[0]).truncated == "disconnect"
