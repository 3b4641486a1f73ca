"""Selectors for an element."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction.selecting import compiled
from crawler.learning.names import Names
from crawler.learning.samples import sampled
from crawler.learning.selectors import selectors
from tests.learning.made import PAGE_URL, plain, samples, title

NAMES = st.sampled_from(["", "a", "b c", "post-12", 'x"y', "é", "css-1x2y3z", "1st", "a:b"])
MARKUP = st.recursive(
    st.just("words"),
    lambda inner: st.builds(
        lambda tag, name, own, parts: f"<{tag} class='{name}' id='{own}'>{''.join(parts)}</{tag}>",
        st.sampled_from(["div", "p", "span", "ul", "li", "h1", "time", "a"]),
        NAMES,
        NAMES,
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=60)
@given(MARKUP)
def test_every_selector_of_an_element_matches_it(markup):
    pages = samples(plain, (1,))
    page = sampled(PAGE_URL, plain(1).replace("<h1", f"{markup}<h1", 1).encode(), PAGE_URL) or pages[0]
    names = Names([page])
    for element in list(page.document.tree.iter("*"))[:60]:
        for css, cost in selectors(element, names, "title"):
            assert element in compiled(css)(page.document.tree), css
            assert cost >= 0


def test_no_selector_is_a_chain_of_positions():
    pages = samples(plain, (1, 2, 3))
    names = Names(pages)
    for element in pages[0].document.tree.iter("*"):
        for css, _ in selectors(element, names, "body"):
            assert len(css.split(" > ")) <= 4
            assert len(re.findall("of-type", css)) <= 3


def test_an_id_comes_before_a_class_and_a_class_before_a_way():
    [page] = samples(plain, (1,))
    heading = page.document.tree.find(".//h1")
    heading.set("id", "top")
    found = [css for css, _ in selectors(heading, Names([page]), "")]
    assert found[:2] == ["#top", ".headline"]
    assert found.index(".page > h1") > found.index("h1.headline")
    assert title(1) in heading.text
