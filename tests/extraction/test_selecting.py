"""Selectors find what XPath finds, in the same order."""

import pytest
from cssselect import SelectorError
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction import parse
from crawler.extraction.selecting import Finder, compiled

SELECTORS = (
    ".a", "#a", "p", "P", "div.a", ".a p", ".a > p", ".a > p:first-of-type", "#a span", "#b > div.a p", ".a, .b", "p::attr(id)",
    ".a p::attr(class)", ".a::attr(id)", "*", ".a *", "[id]", ".a [id='b']", "p.a.b", "div:last-of-type", ".a ~ p", ".a + p", "div p, .b",
)  # fmt: skip
MARKUP = st.recursive(
    st.just("words"),
    lambda inner: st.builds(
        lambda tag, name, own, parts: f"<{tag} class='{name}' id='{own}'>{''.join(parts)}</{tag}>",
        st.sampled_from(["div", "p", "span"]),
        st.sampled_from(["", "a", "b a", "a  a", "b"]),
        st.sampled_from(["", "a", "b"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("selector", SELECTORS)
@settings(deadline=None, max_examples=25)
@given(markup=MARKUP)
def test_a_selector_finds_what_its_path_finds(selector, markup):
    tree = parse(f"<html><body>{markup}</body></html>".encode()).tree
    assert Finder(tree).matches(selector) == compiled(selector)(tree)


@pytest.mark.parametrize("selector", ["p[", ".a >", "::nonsense(", "a b >"])
def test_what_is_no_css_is_refused(selector):
    with pytest.raises(SelectorError):
        Finder(parse(b"<p class=a>x").tree).matches(selector)
