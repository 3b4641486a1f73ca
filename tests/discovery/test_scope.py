import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.scope import Scope


@pytest.mark.parametrize(
    ("url", "asked_for"),
    [
        ("https://www.example.com/a.html", "https://www.example.com/a.html"),
        ("https://example.com/a.html", "https://www.example.com/a.html"),
        ("http://EXAMPLE.com/a.html#top", "https://www.example.com/a.html"),
        ("https://www.example.com", "https://www.example.com/"),
        ("http://example.com:80/a", "https://www.example.com/a"),
        ("https://example.com:8443/a", None),
        ("https://news.example.com/a", None),
        ("https://example.com.evil.test/", None),
        ("https://example.com@evil.test/", None),
        ("ftp://example.com/a", None),
        ("javascript:;", None),
        ("https://example.com:port/", None),
        ("https://[::1/", None),
    ],
)
def test_a_link_is_asked_for_under_the_sites_own_name_or_not_at_all(url, asked_for):
    assert Scope.of("https://www.example.com/news/").localise(url) == asked_for
    assert (url in Scope.of("https://www.example.com/news/")) == (asked_for is not None)


def test_a_site_on_a_port_of_its_own_is_that_port_alone():
    scope = Scope.of("http://127.0.0.1:8000/")
    assert scope.localise("http://127.0.0.1:8000/a?b=1") == "http://127.0.0.1:8000/a?b=1"
    assert scope.localise("http://127.0.0.1:8001/a") is None
    assert scope.localise("http://127.0.0.1/a") is None


@given(st.text())
def test_any_text_is_inside_or_outside(text):
    scope = Scope.of("https://example.com/")
    assert (scope.localise(text) is None) == (text not in scope)
