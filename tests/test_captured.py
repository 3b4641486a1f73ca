"""Raw captures read again."""

import gzip
import zlib
from datetime import UTC, datetime

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from scrapy.downloadermiddlewares.httpcompression import ACCEPTED_ENCODINGS, HttpCompressionMiddleware

from archive import Exchange
from crawler.captured import read_captured, unpacked
from crawler.extraction import Unreadable
from crawler.spiders.news import News
from tests.crawls import article

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PAGE = article().encode()
PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def exchange(body=PAGE, *headers, status=200, content_type="text/html; charset=utf-8"):
    return Exchange(url="http://a.cn/1.html", status=status, headers=(("Content-Type", content_type), *headers), body=body, fetched_at=AT)  # fmt: skip


def test_the_internals_that_are_leant_on_are_still_there():
    assert set(PACKERS) == {encoding.decode() for encoding in ACCEPTED_ENCODINGS} | {"x-gzip"}
    assert HttpCompressionMiddleware._split_encodings([b"gzip, br"]) == ([b"br", b"gzip"], [])
    assert HttpCompressionMiddleware._decode(gzip.compress(b"x"), b"gzip", 9) == b"x"


@pytest.mark.parametrize("encoding", PACKERS)
def test_what_a_server_may_have_packed_is_unpacked(encoding):
    assert unpacked(exchange(PACKERS[encoding](PAGE), ("content-encoding", encoding.upper()))) == PAGE


def test_packed_twice_is_unpacked_twice():
    twice = brotli.compress(gzip.compress(PAGE))
    assert unpacked(exchange(twice, ("Content-Encoding", "gzip, br"))) == PAGE
    assert unpacked(exchange(twice, ("Content-Encoding", "gzip"), ("Content-Encoding", "br"))) == PAGE


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_bytes_that_are_none_of_an_encoding_hold_no_page(encoding):
    broken = exchange(b"no such thing" * 9, ("Content-Encoding", encoding))
    with pytest.raises(Unreadable):
        unpacked(broken)
    assert News(url="a.cn").read_captured(broken) is None


def test_a_bomb_is_no_page():
    bomb = exchange(gzip.compress(b" " * (65 << 20), 1), ("Content-Encoding", "gzip"))
    with pytest.raises(Unreadable):
        unpacked(bomb)


def test_what_is_packed_again_and_again_is_no_page():
    body = PAGE
    for _ in range(4):
        body = gzip.compress(body)
    with pytest.raises(Unreadable):
        unpacked(exchange(body, ("Content-Encoding", "gzip, gzip"), ("Content-Encoding", "gzip, gzip")))


def test_a_capture_reads_as_its_page_did():
    item = News(url="a.cn").read_captured(exchange(gzip.compress(PAGE), ("Content-Encoding", "gzip")))
    assert (item.title, item.views, item.source) == ("一台新的光谱仪投入使用了", "12", "测试社")
    assert (item.url, item.http_status, item.fetched_at) == ("http://a.cn/1.html", 200, "2026-01-02T03:04:05+00:00")


@pytest.mark.parametrize(
    "raw",
    [exchange(b""), exchange(status=404), exchange(status=301), exchange(content_type="application/pdf"), exchange(b"%PDF-1.4")],
    ids=["empty", "not found", "redirect", "declared PDF", "PDF"],
)  # fmt: skip
def test_what_is_no_page_reads_as_none(raw):
    assert News(url="a.cn").read_captured(raw) is None


@given(st.binary(), st.sampled_from([*PACKERS, "identity", "nonsense"]))
def test_any_bytes_read_as_something_or_nothing(body, encoding):
    read_captured([exchange(body, ("Content-Encoding", encoding))], News(url="a.cn").read_page)
