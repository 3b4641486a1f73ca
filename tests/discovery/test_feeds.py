import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.entries import MOST_ENTRIES, Entry
from crawler.discovery.feeds import MOST_FEEDS, Unreadable, feeds_of, is_feed, read_feed
from crawler.discovery.links import LONGEST_URL
from crawler.extraction import parse

URL = "https://a.cn/news/feed.xml"
MAY_6, MAY_7 = (int(datetime(2024, 5, day, tzinfo=UTC).timestamp()) for day in (6, 7))
JSON_FEED = "https://jsonfeed.org/version/1.1"


def read(text, content_type="", charset="utf-8"):
    return read_feed(text.encode(charset), URL, content_type)


def rss(*items, attributes="version='2.0'"):
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss {attributes}><channel><title>no</title><link>https://a.cn/</link><image><url>/no.png</url></image>{inner}</channel></rss>"


def atom(*entries, attributes="xmlns='http://www.w3.org/2005/Atom'"):
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f"<feed {attributes}><title>no</title><link href='https://a.cn/' /><link rel='self' href='/feed.xml'/>{inner}</feed>"


def test_rss_2_names_articles():
    assert read(
        rss(
            "<title>Ships &amp;amp; &lt;b&gt;harbours&lt;/b&gt;</title><link>https://a.cn/1.html</link>"
            "<pubDate>Mon, 06 May 2024 08:00:00 +0800</pubDate><guid isPermaLink='false'>https://a.cn/?p=1</guid>"
            "<comments>https://a.cn/1#comments</comments><enclosure url='https://a.cn/1.mp3'/>",
            "<title><![CDATA[新闻 & 天气]]></title><link> 2.html </link>",
        )
    ) == [
        Entry("https://a.cn/1.html", MAY_6, MAY_6, "Ships & harbours"),
        Entry("https://a.cn/news/2.html", title="新闻 & 天气"),
    ]


def test_rss_1_and_0_9_name_articles():
    ns = "xmlns='http://purl.org/rss/1.0/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    text = (
        f"<rdf:RDF {ns}><channel rdf:about='https://a.cn/'><items><rdf:Seq><rdf:li resource='https://a.cn/1'/></rdf:Seq></items></channel>"
        "<item rdf:about='https://a.cn/1'><title>A</title><dc:date>2024-05-06</dc:date></item>"
        "<item rdf:about='https://a.cn/no'><link>https://a.cn/2</link></item></rdf:RDF>"
    )
    assert read(text) == [Entry("https://a.cn/1", MAY_6, MAY_6, "A"), Entry("https://a.cn/2")]
    old = "<rss version='0.91'><channel><item><title>A</title><link>https://a.cn/1</link></item></channel></rss>"
    assert read(old) == [Entry("https://a.cn/1", title="A")]


def test_atom_names_articles():
    assert read(
        atom(
            "<title type='xhtml'><div>Ships <b>and</b> harbours</div></title><link rel='enclosure' href='/1.mp3'/>"
            "<link rel='alternate' type='application/json' href='/1.json'/><link rel='alternate' type='text/html' href='/1'/>"
            "<published>2024-05-06T00:00:00Z</published><updated>2024-05-07T08:00:00+08:00</updated>"
            "<source><title>no</title><updated>2020-01-01</updated></source><author><name>no</name></author>",
            "<link href='/2'/><updated>2024-05-06T00:00:00Z</updated>",
            "<id>https://a.cn/3</id>",
            "<id>tag:a.cn,2024:4</id>",
        )
    ) == [
        Entry("https://a.cn/1", MAY_7, MAY_6, "Ships and harbours"),
        Entry("https://a.cn/2", MAY_6),
        Entry("https://a.cn/3"),
    ]


def test_addresses_are_relative_to_what_the_feed_says():
    feed = atom("<link href='1'/>", attributes="xml:base='https://a.cn/blog/'")
    assert read(feed) == [Entry("https://a.cn/blog/1")]
    assert read(
        "<feed xml:base='/x/'><entry xml:base='y/'><link href='1'/></entry><entry><link href='2'/></entry></feed>"
    ) == [
        Entry("https://a.cn/x/y/1"),
        Entry("https://a.cn/x/2"),
    ]


def test_the_title_is_the_articles_and_no_pictures():
    media = "xmlns:media='http://search.yahoo.com/mrss/'"
    assert read(rss("<media:title>no</media:title><title>A</title><link>/1</link>", attributes=media)) == [
        Entry("https://a.cn/1", title="A")
    ]


def test_where_the_link_goes_through_a_counter_the_article_is_named():
    ns = "xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'"
    item = "<link>https://feeds.example/~r/a/1</link><f:origLink>https://a.cn/1</f:origLink>"
    assert read(rss(item, attributes=ns)) == [Entry("https://a.cn/1")]


def test_a_guid_is_the_address_where_no_link_is():
    assert read(
        rss("<guid>https://a.cn/1</guid>", "<guid isPermaLink='false'>https://a.cn/2</guid>", "<guid>77</guid><link/>")
    ) == [
        Entry("https://a.cn/1"),
        Entry("https://a.cn/news/77"),
    ]


def test_json_feed_names_articles():
    items = [
        {
            "id": "1",
            "url": "/1",
            "title": "A",
            "date_published": "2024-05-06T00:00:00Z",
            "date_modified": "2024-05-07T00:00:00Z",
            "tags": [],
        },
        {"id": "https://a.cn/2", "date_published": "2024-05-06T00:00:00Z"},
        {"id": 3, "url": None, "title": 3},
        {"url": "4", "title": {"deep": [1]}, "date_published": 5},
    ]
    text = json.dumps({"version": JSON_FEED, "title": "no", "items": items})
    expected = [
        Entry("https://a.cn/1", MAY_7, MAY_6, "A"),
        Entry("https://a.cn/2", MAY_6, MAY_6),
        Entry("https://a.cn/news/4"),
    ]
    assert read(text) == read("\ufeff " + text) == expected


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>feed", b"{}", b'{"version": "1", "items": []}', b'{"items": [{"url": "/1"}]}', b"[]", b"text",
     b'{"version": "https://jsonfeed.org/version/1", "items": 5}', b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"[" * 99_999,
     b'{"version": "https://jsonfeed.org/version/1", "items": [' + b"{}," * 600_000 + b"{}]}", b"<urlset><url><loc>https://a.cn/1</loc></url></urlset>"],
)  # fmt: skip
def test_what_is_no_feed_is_unreadable(body):
    with pytest.raises(Unreadable, match=r"https://a\.cn/news/feed\.xml: it is "):
        read_feed(body, URL)


def test_broken_feeds_are_read_as_they_were_meant():
    items = (
        "<description>a<br>b & c < d</description><link>/0</link>",
        "<link>/1?a=1&b=2</link>",
        "</p><link>/no</link>",
        "<link>/2</link>",
    )
    paths = ("/0", "/1?a=1&b=2", "/2")
    assert [entry.url for entry in read("PHP Notice: x\n" + rss(*items))] == [f"https://a.cn{path}" for path in paths]


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "gb18030", "big5"])
def test_titles_are_read_in_their_charset(charset):
    text = f"<?xml version='1.0' encoding='{charset}'?>" + rss("<title>新聞標題就是這樣</title><link>/1</link>")
    assert read(text, charset=charset) == [Entry("https://a.cn/1", title="新聞標題就是這樣")]


def test_a_packed_feed_is_unpacked():
    assert read_feed(gzip.compress(rss("<link>/1</link>").encode()), URL) == [Entry("https://a.cn/1")]


def test_the_first_fifty_thousand_are_read_and_an_address_once():
    found = read(rss(*(f"<link>/{number}</link>" for number in range(MOST_ENTRIES + 100))))
    assert [entry.url for entry in found] == [f"https://a.cn/{number}" for number in range(MOST_ENTRIES)]
    assert read(rss(*["<link>/1</link>"] * 9, f"<link>/{'x' * LONGEST_URL}</link>")) == [Entry("https://a.cn/1")]


def test_ten_thousand_links_and_categories_of_an_entry_are_no_matter():
    assert read(atom("<link rel='enclosure' href='/x'/><category term='x'/>" * 10_000 + "<id>https://a.cn/1</id>")) == [
        Entry("https://a.cn/1")
    ]


@given(st.binary(max_size=200), st.sampled_from(["", "text/xml; charset=gbk", "\x00"]))
def test_any_bytes_are_read_or_unreadable(body, content_type):
    for start in (
        b"",
        b"<rss><item><link>",
        b"<feed><entry>",
        b'{"version":"https://jsonfeed.org/version/1","items":[{"url":"',
    ):
        try:
            found = read_feed(start + body, URL, content_type)
        except Unreadable:
            continue
        assert all(entry.url.startswith(("http://", "https://")) for entry in found)


JSON = st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=9)  # fmt: skip
FIELDS = st.sampled_from(["url", "id", "title", "date_published", "date_modified", "x"])


@given(st.lists(st.dictionaries(FIELDS, JSON)))
def test_any_items_are_a_json_feed(items):
    assert len(read(json.dumps({"version": JSON_FEED, "items": items}))) <= len(items)


def test_what_is_a_feed_is_told_by_its_bytes():
    for text in (
        rss(),
        atom(),
        f'{{"version": "{JSON_FEED}"',
        '{"version":"https:\\/\\/jsonfeed.org\\/version\\/1"',
        "\ufeff\n<rdf:RDF>",
    ):
        assert is_feed(text.encode())
        assert is_feed(gzip.compress(text.encode()))
    for text in ("<html><link type='application/rss+xml'>", "{}", "<urlset>", "", "https://a.cn/"):
        assert not is_feed(text.encode(), "application/rss+xml")


def feeds(html, url="https://a.cn/news/"):
    return feeds_of(parse(f"<html><body>{html}</body></html>".encode(), url))


def link(href, media="application/rss+xml", rel="alternate", title=""):
    return f'<link rel="{rel}" type="{media}" href="{href}" title="{title}">'


def test_feeds_are_named_for_readers():
    html = (
        link("/feed/") + link("x.atom", "Application/Atom+XML; charset=utf-8", "Alternate home") + link("/feed.json", "application/feed+json")
        + link("/feed.json?a", "application/json") + link("/rss.xml", "text/xml") + link("https://feeds.example/a") + link("/f", "", "feed")
        + link("/feed/") + "text"
    )  # fmt: skip
    paths = ("/feed/", "/news/x.atom", "/feed.json", "/feed.json?a", "/rss.xml")
    assert feeds(html) == [*(f"https://a.cn{path}" for path in paths), "https://feeds.example/a", "https://a.cn/f"]


def test_what_is_an_alternate_and_no_feed_is_left_out():
    html = (
        link("/wp-json/wp/v2/pages/2", "application/json") + link("/oembed", "application/json+oembed") + link("/en/", "text/html")
        + link("/feed/x.css", "text/css", "stylesheet") + link("javascript:feed", "application/rss+xml") + "text"
    )  # fmt: skip
    assert feeds(html) == []


def test_feeds_of_comments_are_left_out():
    html = (
        link("/comments/feed/", title="A » Comments Feed") + link("/1/feed/", title="A » Ships Comments Feed") + link("/c.xml", title="评论")
        + "<a href='/?feed=comments-rss2'>RSS</a><a href='/x/feed'>Comments RSS</a>" + link("/feed/", title="A » Feed") + "text"
    )  # fmt: skip
    assert feeds(html) == ["https://a.cn/feed/"]


def test_links_that_a_reader_sees_are_feeds_by_address_or_words():
    html = (
        "<a href='/rss.xml'>新闻</a><a href='/feed'><img></a><a href='/?feed=rss2'>x</a><a href='/s/index.php'>RSS订阅</a>"
        "<a href='/abo'>Subscribe via RSS</a><a href='http://www.a.cn/atom.xml'>x</a><a href='/rss/sport.xml'>Sport</a>"
    )
    paths = (
        "a.cn/rss.xml",
        "a.cn/feed",
        "a.cn/?feed=rss2",
        "a.cn/s/index.php",
        "a.cn/abo",
        "www.a.cn/atom.xml",
        "a.cn/rss/sport.xml",
    )
    assert [url.partition("//")[2] for url in feeds(html)] == list(paths)


def test_articles_that_speak_of_feeds_are_none():
    html = (
        "<a href='/1.html'>RSS is dead</a><a href='/2.html'>Atom 编辑器使用教程</a><a href='/3'>How to feed a cat</a><a href='/tags/RSS/'>RSS</a>"
        "<a href='/feeding/cats.html'>cats</a><a href='/feed/2024/1.html'>x</a><a href='https://b.cn/feed/'>RSS</a><a href='#'>RSS</a>"
        "<a href='http://[/feed'>RSS</a><a href='javascript:rss()'>RSS</a><a href='/4.html'>订阅号里的故事</a>"
    )
    assert feeds(html) == []


def test_ten_feeds_are_enough():
    assert len(feeds("".join(f"<a href='/{number}/feed/'>x</a>" for number in range(30)))) == MOST_FEEDS


@given(st.text(), st.text(), st.text())
def test_any_page_names_feeds_or_none(href, words, url):
    assert isinstance(feeds(f"{link(href)}<a href='{href}'>rss {words}</a>", url), list)
