import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.downloader.redirects import (
    BadRedirect,
    BoundedMetaRefreshMiddleware,
    BoundedRedirectMiddleware,
    TooManyRedirects,
)


def made(kind, **settings):
    return kind.from_crawler(
        get_crawler(settings_dict={"REDIRECT_MAX_TIMES": 3, "METAREFRESH_MAXDELAY": 5, **settings})
    )


def led(location, middleware=None, request=None):
    middleware = middleware or made(BoundedRedirectMiddleware)
    response = Response("http://a.cn/", status=302, headers={"Location": location})
    return middleware.process_response(request or Request("http://a.cn/"), response)


def refreshed(body, charset="utf-8"):
    response = HtmlResponse("http://a.cn/", body=body, headers={"Content-Type": f"text/html; charset={charset}"})
    found = made(BoundedMetaRefreshMiddleware).process_response(Request("http://a.cn/"), response)
    return found.url if isinstance(found, Request) else found is response


def test_redirects_are_followed_as_often_as_the_setting_says():
    middleware, request = made(BoundedRedirectMiddleware), Request("http://a.cn/")
    for number in range(3):
        request = led(f"/{number}", middleware, request)
        assert request.url == f"http://a.cn/{number}"
    with pytest.raises(TooManyRedirects):
        led("/3", middleware, request)
    assert middleware.crawler.stats.get_value("guard/redirects") == 1


def test_what_is_no_address_is_not_followed():
    middleware = made(BoundedRedirectMiddleware)
    with pytest.raises(BadRedirect):
        led("http://[::1", middleware)
    assert middleware.crawler.stats.get_value("guard/bad_redirect") == 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "data:text/html,x", "ftp://a.cn/", "javascript://a.cn/"])
def test_other_schemes_are_not_followed(location):
    assert isinstance(led(location), Response)


@given(st.binary(max_size=60).filter(lambda value: b"\n" not in value))
def test_any_location_leads_somewhere_or_is_refused(location):
    try:
        found = led(location)
    except IgnoreRequest:
        return
    assert isinstance(found, Response) or found.url.startswith(("http://", "https://"))


def test_a_page_says_in_its_first_lines_where_it_leads():
    refresh = b'<meta http-equiv="refresh" content="0; url=/b">'
    assert refreshed(refresh) == "http://a.cn/b"
    assert refreshed("<title>时间</title>".encode("gbk") + refresh, "gbk") == "http://a.cn/b"
    assert refreshed(refresh, "punycode") == "http://a.cn/b"
    assert refreshed(b" " * 20_000 + refresh) is True
    assert refreshed(b"<p>nothing") is True
