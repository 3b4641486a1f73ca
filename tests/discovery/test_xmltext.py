from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.xmltext import Escaping, root_of, text_from_root

PARTS = st.sampled_from(
    [
        "&",
        "&amp;",
        "&#38;",
        "&#x26;",
        "&nbsp;",
        "&b=1",
        "<",
        "</",
        "<a>",
        "<![CDATA[",
        "]]>",
        "]",
        "<!--",
        "-->",
        "<?a",
        "新",
        "x",
        " ",
        "\x08",
    ]
)


def escaped(*pieces):
    return b"".join(Escaping().escaped(iter(pieces)))


def test_an_ampersand_and_what_opens_no_tag_are_references_by_number():
    assert escaped("?a=1&b=2 &amp;lt; &lt; &#9; &nbsp; 1 < 2 <a></a><!-- -->") == (
        b"?a=1&#38;b=2 &#38;lt; &#60; &#9; &#38;nbsp; 1 &#60; 2 <a></a><!-- -->"
    )


def test_cdata_stays_as_it_is():
    assert escaped("&b <![CDATA[ &b <br &lt; ]] ]]> &b") == b"&#38;b <![CDATA[ &b <br &lt; ]] ]]> &#38;b"


@given(st.lists(PARTS, max_size=30), st.lists(st.integers(0, 120), max_size=20))
def test_where_a_file_is_cut_into_pieces_makes_no_difference(parts, cuts):
    text = "".join(parts)
    edges = [0, *sorted(cuts), len(text)]
    assert escaped(*(text[start:end] for start, end in pairwise(edges))) == escaped(text)


def test_the_root_is_found_behind_what_stands_before_it():
    assert root_of(b"\xef\xbb\xbf\n<?xml version='1.0'?><!-- <html> --><!DOCTYPE rss><ns:RSS >", "") == "rss"
    assert root_of('<?xml version="1.0"?><urlset>'.encode("utf-16"), "") == "urlset"
    assert root_of(b"<!DOCTYPE html><html><body><feed>", "") == "html"
    assert root_of(b"<rsss><kml>", "") is None


def test_a_document_type_is_not_read():
    assert (
        "".join(text_from_root(b'<!DOCTYPE r [<!ENTITY a "b">]><urlset>&a;</urlset>', "utf-8"))
        == "<urlset>&a;</urlset>"
    )


@given(st.binary())
def test_any_bytes_have_a_root_or_none(body):
    assert root_of(body, "") in (None, "urlset", "sitemapindex", "rss", "rdf", "feed", "search", "html")
