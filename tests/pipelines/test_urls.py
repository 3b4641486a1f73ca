import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.urls import canonical_url, is_web, site_of


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://Example.COM:80/a#b", "http://example.com/a"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("http://example.com/a?utm_source=x&id=1&spm=2&UTM_Medium=y&from=z", "http://example.com/a?id=1"),
        ("http://example.com/a?fbclid=1", "http://example.com/a"),
        ("http://example.com/a?b=2&a=1", "http://example.com/a?a=1&b=2"),
        ("http://example.com/%7eu/%e6%96%b0", "http://example.com/~u/%E6%96%B0"),
        ("http://example.com/新", "http://example.com/%E6%96%B0"),
        ("http://example.com/%D0%C2.html", "http://example.com/%D0%C2.html"),
        ("http://example.com/a;jsessionid=F00?id=1", "http://example.com/a?id=1"),
        ("http://me:secret@example.com/a", "http://example.com/a"),
        ("http://example.com/index.html", "http://example.com/index.html"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_one_form_for_one_page(url, canonical):
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "link", "canonical"),
    [
        ("http://example.com/m/1", "https://www.example.com/1?utm_source=m", "https://www.example.com/1"),
        ("http://example.com/1", "http://other.com/1", "http://example.com/1"),
        ("http://example.com/1", "http://example.com/", "http://example.com/1"),
        ("http://example.com/1", "javascript:;", "http://example.com/1"),
        ("http://example.com/1", "http://[", "http://example.com/1"),
        ("http://example.com/show?id=5", "http://example.com/show", "http://example.com/show?id=5"),
        ("http://example.com/show?id=5&page=2", "http://example.com/show?id=5", "http://example.com/show?id=5"),
        ("http://example.com/?p=5", "http://example.com/2021/five", "http://example.com/2021/five"),
    ],
)
def test_a_canonical_link_is_believed_where_it_can_be_the_article_s(url, link, canonical):
    assert canonical_url(url, link=link) == canonical


def test_a_site_may_name_query_parameters_that_are_no_part_of_its_addresses():
    url, tracking = "http://example.com/a?Column=7&id=1&utm_source=x", frozenset({"column"})
    assert canonical_url(url, tracking=tracking) == "http://example.com/a?id=1"
    assert canonical_url("http://example.com/m/1", link=url, tracking=tracking) == "http://example.com/a?id=1"
    assert canonical_url(url) == "http://example.com/a?Column=7&id=1"


@given(st.text(), st.none() | st.text())
def test_no_text_is_too_strange(url, link):
    canonical_url(url, link=link)
    canonical_url("http://example.com/" + url, link=link and "http://example.com/" + link)
    is_web(url)
    assert site_of("//" + url)


@given(st.text())
def test_a_canonical_url_is_its_own(path):
    once = canonical_url("http://example.com/a?" + path)
    assert canonical_url(once) == once


def test_what_is_no_address_of_the_web():
    assert [is_web(url) for url in (None, "", "data:image/png;base64,x", "/a", "https:///a")] == [False] * 5
