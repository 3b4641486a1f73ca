from urllib.parse import urljoin

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.extraction import parse

BASES = (
    "https://www.a.cn",
    "https://www.a.cn/",
    "http://a.cn:8080/n/2024/1.html?a=/b#c",
    "https://[::1]/n/",
    "https://a.cn?x=/y",
)


@given(st.sampled_from(BASES), st.text("/ab.1?=&-%#;:报[]", max_size=12))
@example("https://a.cn/n/1.html", "/a//b")
@example("https://a.cn/n/1.html", "/../b")
@example("https://a.cn/n/1.html", "//b.cn/")
@example("https://a.cn/n/1.html", "/?")
def test_a_link_is_joined_as_the_standard_joins_it(base, href):
    try:
        joined = urljoin(base, href)
    except ValueError:
        joined = None
    found = parse(b"<p>a</p>", base).link(href)
    assert found == joined or found is None


@pytest.mark.parametrize("href", ["/a/b", "/", "/n/?id=3&b=/c", "c", "?page=2", "//b.cn/d", "https://b.cn/e"])
def test_a_link_of_the_web_is_followed(href):
    assert parse(b"<p>a</p>", "https://a.cn/n/1.html").link(href) == urljoin("https://a.cn/n/1.html", href)


@pytest.mark.parametrize("href", ["javascript:void(0)", "mailto:a@b.cn", "tel:110", "http://[", "data:,x"])
def test_a_link_of_something_else_is_none(href):
    assert parse(b"<p>a</p>", "https://a.cn/").link(href) is None
