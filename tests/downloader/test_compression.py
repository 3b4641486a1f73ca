import gzip
import zlib

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.downloader.compression import BoundedCompressionMiddleware, CannotUnpack, TooPacked

MIB = 1 << 20


@pytest.fixture
def crawler():
    return get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": MIB})


def unpack(crawler, body, *encodings):
    headers = {"Content-Encoding": [*encodings], "Content-Type": "text/html"}
    middleware = BoundedCompressionMiddleware.from_crawler(crawler)
    return middleware.process_response(Request("http://a.cn/"), Response("http://a.cn/", headers=headers, body=body))


def guards(crawler):
    return {name: count for name, count in crawler.stats.get_stats().items() if name.startswith("guard/")}


def test_what_is_packed_twice_is_a_page(crawler):
    response = unpack(crawler, gzip.compress(zlib.compress(b"<p>x")), "deflate, gzip")
    assert (type(response), response.body) == (HtmlResponse, b"<p>x")
    assert guards(crawler) == {}


@pytest.mark.parametrize("encodings", [("gzip, gzip, gzip, gzip",), ("gzip", "br", "gzip", "br"), ("br," * 9999,)])
def test_what_is_packed_again_and_again_is_refused(crawler, encodings):
    with pytest.raises(TooPacked):
        unpack(crawler, b"", *encodings)
    assert guards(crawler) == {"guard/encodings": 1}


def test_what_unpacks_to_more_than_a_page_is_refused(crawler):
    with pytest.raises(IgnoreRequest):
        unpack(crawler, gzip.compress(b" " * 2 * MIB), "gzip")
    assert guards(crawler) == {"guard/unpacked_size": 1}


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd"])
def test_what_is_not_packed_as_it_says_is_refused(crawler, encoding):
    with pytest.raises(CannotUnpack):
        unpack(crawler, b"<p>plain and long enough for any decoder", encoding)
    assert guards(crawler) == {"guard/bad_encoding": 1}
