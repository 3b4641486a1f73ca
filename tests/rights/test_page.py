"""What one answer says of its page's uses, in its headers and in its markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction import parse
from crawler.rights import of_page
from crawler.rights.directives import directives
from crawler.rights.preferences import preferences

URL = "https://news.example/2024/1.html"


def said(markup="", *headers):
    document = parse(f"<html><head>{markup}</head><body><p>正文</p></body></html>".encode(), URL)
    return [(right.by, right.says, right.url) for right in of_page(document, headers)]


def test_a_page_that_says_nothing_says_nothing():
    assert said('<meta name="description" content="noai">', ("Content-Type", "text/html")) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("noindex, nofollow", ["noindex"]),
        ("NOAI,noimageai", ["noai", "noimageai"]),
        ("googlebot: noindex, nosnippet", []),
        ("noarchive, googlebot: noindex, gptbot: noai, nosnippet", ["noarchive", "GPTBot: noai", "GPTBot: nosnippet"]),
        ("newsreel: noarchive", ["newsreel: noarchive"]),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST", ["unavailable_after: 25 Jun 2010 15:00:00 PST"]),
        ("unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT, noai", ["unavailable_after: Fri, 25 Jun 2010 15:00:00 GMT", "noai"]),
        ("GPTBot: unavailable_after: 2010-06-25", ["GPTBot: unavailable_after: 2010-06-25"]),
        ("max-snippet: 20, max-image-preview: large, nosnippet", ["nosnippet"]),
        ("none", ["none"]),
        (",, ,:,: noai", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_header_to_robots(value, words):
    assert said("", ("X-Robots-Tag", value)) == [("X-Robots-Tag", one, None) for one in words]


def test_several_headers_are_all_read_and_each_word_is_kept_once():
    headers = (("x-robots-tag", "noai"), ("X-ROBOTS-TAG", "GPTBot: noindex"), ("X-Robots-Tag", "noai, noarchive"))
    assert [words for _, words, _ in said("", *headers)] == ["noai", "GPTBot: noindex", "noarchive"]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ('<meta name="robots" content="noai, index">', ["noai"]),
        ('<META NAME="ROBOTS" CONTENT="NOARCHIVE">', ["noarchive"]),
        ('<meta name="newsreel" content="noarchive">', ["newsreel: noarchive"]),
        ('<meta name="gptbot" content="noindex">', ["GPTBot: noindex"]),
        ('<meta name="googlebot" content="noarchive">', []),
        ('<meta content="noai">', []),
        ('<meta name="robots">', []),
    ],
)
def test_a_meta_element_to_robots(markup, words):
    assert said(markup) == [("meta robots", one, None) for one in words]


def test_mining_reserved_by_header_and_by_meta():
    header = (("TDM-Reservation", "1"), ("tdm-policy", "/policy.json"))
    meta = '<meta name="tdm-reservation" content="0"><meta name="tdm-policy" content="https://x.example/p">'
    assert said(meta, *header) == [
        ("TDM-Reservation", "1", "https://news.example/policy.json"),
        ("meta tdm", "0", "https://x.example/p"),
    ]
    assert said('<meta name="tdm-reservation" content="yes">', ("TDM-Reservation", "2")) == []


def test_a_license_by_link_and_by_header():
    markup = '<link rel="license" href="/terms"><a rel="nofollow License" href="https://cc.example/by">x</a>'
    markup += '<a rel="license" href="javascript:void(0)">x</a><a rel="licensed" href="/no">x</a>'
    link = ("Link", '<https://cc.example/by,4>; rel="license", </style.css>; rel=preload; title="license"')
    assert [url for _, _, url in said(markup, link)] == [
        "https://cc.example/by,4",
        "https://news.example/terms",
        "https://cc.example/by",
    ]


def test_preferences_by_header():
    assert said("", ("Content-Usage", "train-ai=n, search=y")) == [
        ("Content-Usage", "train-ai=n", None),
        ("Content-Usage", "search=y", None),
    ]


def test_a_page_that_goes_on_and_on_is_kept_in_part():
    many = "".join(f'<a rel="license" href="/{number}">x</a>' for number in range(5000))
    assert len(said(many)) == 50


@given(words=st.text(max_size=400), agent=st.sampled_from(["", "GPTBot"]))
def test_any_words_to_robots_are_read(words, agent):
    for directive in directives(words, agent):
        assert len(directive) < 160


TOKENS = st.sampled_from(
    ["noai", "noarchive", ",", ":", " ", "gptbot", "googlebot", "unavailable_after", "1 Jan", "x=", "=n"]
)


@given(words=st.lists(TOKENS, max_size=30).map("".join))
def test_words_next_to_directives_are_read(words):
    assert all(isinstance(one, str) for one in (*directives(words), *preferences(words)))


@given(
    names=st.lists(st.tuples(st.sampled_from(["X-Robots-Tag", "TDM-Policy", "TDM-Reservation", "Link", "Content-Usage"]),
                             st.text(max_size=60) | st.just("1") | st.just('<http://[>; rel="license"')), max_size=6)
)  # fmt: skip
def test_any_headers_are_read(names):
    assert all(url is None or url.startswith("http") for _, _, url in said("", *names))
