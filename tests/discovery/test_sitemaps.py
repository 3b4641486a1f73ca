import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.entries import MOST_ENTRIES, Entry
from crawler.discovery.links import LONGEST_URL
from crawler.discovery.records import MOST_ELEMENTS
from crawler.discovery.sitemaps import MOST_SITEMAPS, Unreadable, is_sitemap, read_sitemap, sitemaps_of, trusted

URL = "https://a.cn/maps/sitemap.xml"
DAY = 86_400
NOW = int(datetime(2024, 6, 1, 12, tzinfo=UTC).timestamp())
MAY_6 = int(datetime(2024, 5, 6, tzinfo=UTC).timestamp())
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def read(text, content_type="", charset="utf-8"):
    return read_sitemap(text.encode(charset), URL, content_type)


def urlset(*urls, attributes=XMLNS):
    return f"<urlset {attributes}>" + "".join(f"<url>{url}</url>" for url in urls) + "</urlset>"


def urls(text, **kwargs):
    return [entry.url for entry in read(text, **kwargs).entries]


def test_a_urlset_names_pages_and_when_they_changed():
    found = read(
        '<?xml version="1.0" encoding="UTF-8"?>'
        + urlset(
            "<loc>https://a.cn/1</loc><lastmod>2024-05-06</lastmod>", "<loc>https://a.cn/2</loc><priority>1</priority>"
        )
    )
    assert found.kind == "urlset"
    assert found.entries == [Entry("https://a.cn/1", MAY_6), Entry("https://a.cn/2")]
    assert (found.sitemaps, found.skipped, found.surplus, found.is_whole) == ([], 0, 0, True)


def test_an_index_names_further_sitemaps_but_not_itself():
    found = read(
        f"<sitemapindex {XMLNS}><sitemap><loc>https://a.cn/1.xml.gz</loc><lastmod>2024-05-06T00:00:00Z</lastmod></sitemap>"
        f"<sitemap><loc>2.xml</loc></sitemap><sitemap><loc>{URL}</loc></sitemap></sitemapindex>"
    )
    assert found.kind == "sitemapindex"
    assert found.sitemaps == [Entry("https://a.cn/1.xml.gz", MAY_6), Entry("https://a.cn/maps/2.xml")]
    assert found.entries == []


def test_a_news_sitemap_says_when_and_what():
    news = (
        "<loc>https://a.cn/1</loc><image:image><image:loc>https://a.cn/x.png</image:loc><image:title>no</image:title></image:image>"
        "<news:news><news:publication><news:name>no</news:name></news:publication>"
        "<news:publication_date>2024-05-06</news:publication_date><news:title>Ships &amp; harbours</news:title></news:news>"
    )
    declared = f'{XMLNS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://x"'
    expected = [Entry("https://a.cn/1", MAY_6, MAY_6, "Ships & harbours")]
    assert read(urlset(news, attributes=declared)).entries == expected
    # Prefixes that nothing declares.
    assert read(urlset(news)).entries == expected


@pytest.mark.parametrize("attributes", ["", 'xmlns="http://www.google.com/schemas/sitemap/0.84"', 'xmlns="nonsense"'])
def test_any_namespace_will_do(attributes):
    assert urls(urlset("<loc>https://a.cn/1</loc>", attributes=attributes)) == ["https://a.cn/1"]
    assert urls("<s:urlset xmlns:s='x'><s:url><s:loc>https://a.cn/1</s:loc></s:url></s:urlset>") == ["https://a.cn/1"]


def test_an_address_is_read_as_it_was_meant():
    assert urls(
        urlset(
            "<loc>\n  https://a.cn/1?a=1&b=2&copy=3\n </loc>",
            "<loc><![CDATA[ https://a.cn/2?a=1&amp;b=2 ]]></loc>",
            "<LOC>/3</LOC>",
            "<loc>https://a.cn/新闻/4</loc>",
            "<loc>//a.cn/5#top</loc>",
            "<loc>https://a.cn/6?a=1&amp;b=2</loc>",
        )
    ) == [
        "https://a.cn/1?a=1&b=2&copy=3",
        "https://a.cn/2?a=1&b=2",
        "https://a.cn/3",
        "https://a.cn/新闻/4",
        "https://a.cn/5",
        "https://a.cn/6?a=1&b=2",
    ]


def test_what_is_no_address_is_counted_and_left_out():
    long = "https://a.cn/" + "x" * LONGEST_URL
    found = read(
        urlset("", "<loc></loc>", "<loc>mailto:a@a.cn</loc>", f"<loc>{long}</loc>", f"<loc>{'y' * 65_536}</loc>",
               "<loc>http://[/</loc>", "<loc>http://a.cn:x/</loc>", "<loc>https://a.cn/1</loc>", "<loc>https://a.cn/1</loc>")
    )  # fmt: skip
    assert [entry.url for entry in found.entries] == ["https://a.cn/1"]
    assert found.skipped == 7


@pytest.mark.parametrize(
    "broken",
    [
        "<urlset><url><loc>https://a.cn/1</loc></url><url><loc>https://a.cn/2</loc></url><url><lo",
        "\n\n<br>Warning: x<?xml version='1.0'?><urlset><url><loc>https://a.cn/1</loc></url></p><url><loc>https://a.cn/2</loc>",
        "<urlset><url><loc>https://a.cn/1</loc><url><loc>https://a.cn/2</loc></urlset>",
        "<urlset><url><loc>https://a.cn/1</loc></url></urlset><?xml version='1.0'?><urlset><url><loc>https://a.cn/2</loc></url></urlset>",
        "<urlset><a></b></a><url><loc>&#104;ttps://a.cn&#47;1</loc></url><url><loc>https://a.cn/2</loc></url></urlset>",
        "<urlset><url><x>1 < 2 &nbsp; \x08</x><loc>https://a.cn/1</loc></url><url><loc>https://a.cn/2</loc></url></urlset>",
        "<urlset></x></x></x><url><loc>https://a.cn/1</loc></url><!DOCTYPE a><url><loc>https://a.cn/2</loc></url></urlset>",
    ],
)
def test_broken_xml_is_read_as_it_was_meant(broken):
    assert urls(broken) == ["https://a.cn/1", "https://a.cn/2"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_charset_is_the_one_of_the_bytes_whatever_is_declared(charset):
    text = '<?xml version="1.0" encoding="utf-8"?>' + urlset("<loc>https://a.cn/新闻/天气预报</loc>" * 2)
    assert urls(text, charset=charset, content_type="text/xml; charset=utf-8") == ["https://a.cn/新闻/天气预报"]


def test_an_ampersand_stays_behind_what_is_broken():
    assert urls("<urlset><a></b></a><url><loc>https://a.cn/?a=1&amp;b=2&c=3</loc></url>") == [
        "https://a.cn/?a=1&b=2&c=3"
    ]


def test_a_text_names_a_page_a_line():
    found = read(
        "\ufeffhttps://a.cn/1\r\n  https://a.cn/2  \n\nno address\nhttps://a.cn/新\nhttps://a.cn/1\nhttps://"
        + "x" * 2_000
    )
    assert found.kind == "text"
    assert [entry.url for entry in found.entries] == ["https://a.cn/1", "https://a.cn/2", "https://a.cn/新"]
    assert found.skipped == 1
    assert urls("https://a.cn/1\nhttps://a.cn/2", charset="utf-16") == ["https://a.cn/1", "https://a.cn/2"]


def test_a_packed_sitemap_is_unpacked_whatever_it_is_called():
    packed = gzip.compress(gzip.compress(urlset("<loc>https://a.cn/1</loc>").encode()))
    found = read_sitemap(packed, URL, "text/html")
    assert [entry.url for entry in found.entries] == ["https://a.cn/1"]
    assert is_sitemap(packed)
    torn = read_sitemap(
        gzip.compress(urlset("<loc>https://a.cn/1</loc>", "<loc>https://a.cn/2</loc>").encode(), 0)[:130], URL
    )
    assert [entry.url for entry in torn.entries] == ["https://a.cn/1"]
    assert not torn.is_whole


def test_a_feed_is_a_sitemap_too():
    found = read(
        "<rss><channel><item><title>A</title><link>/1</link><pubDate>2024-05-06</pubDate></item></channel></rss>"
    )
    assert found.kind == "feed"
    assert found.entries == [Entry("https://a.cn/1", MAY_6, MAY_6, "A")]


@pytest.mark.parametrize("body", [b"", b"  ", b"<html><body>https://a.cn/</body></html>", b"<!DOCTYPE html>", b"%PDF-1.4", b"\x00" * 99,
                                  b"{}", b"see https://a.cn/", gzip.compress(b"", mtime=0), b"\x1f\x8b\x08"])  # fmt: skip
def test_what_is_no_sitemap_is_unreadable(body):
    with pytest.raises(Unreadable, match=r"https://a\.cn/maps/sitemap\.xml: "):
        read_sitemap(body, URL)
    assert not is_sitemap(body)


def test_packing_without_end_is_unreadable():
    body = b"<urlset/>"
    for _ in range(5):
        body = gzip.compress(body)
    with pytest.raises(Unreadable, match="packed again and again"):
        read_sitemap(body, URL)


def test_entities_stand_for_nothing():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    subset = f'<!ENTITY e0 "{"x" * 100}">{levels}<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY % outer SYSTEM "http://127.0.0.1:9/"> %outer;'
    found = read(
        f'<?xml version="1.0"?><!DOCTYPE urlset [{subset}]><urlset><url><loc>https://a.cn/&e9;&file;&e0;</loc></url></urlset>'
    )
    assert [entry.url for entry in found.entries] == ["https://a.cn/&e9;&file;&e0;"]


def test_the_first_fifty_thousand_are_read_and_the_others_counted():
    found = read(urlset(*(f"<loc>https://a.cn/{number}</loc>" for number in range(MOST_ENTRIES + 5_000))))
    assert [entry.url for entry in found.entries] == [f"https://a.cn/{number}" for number in range(MOST_ENTRIES)]
    assert abs(found.surplus - 5_000) <= 2
    text = read("".join(f"https://a.cn/{number}\n" for number in range(MOST_ENTRIES + 7)))
    assert (text.entries[-1].url, text.surplus) == (f"https://a.cn/{MOST_ENTRIES - 1}", 7)


@pytest.mark.parametrize(
    "endless",
    [
        "<x>" * 50_000,
        "<x/>" * (MOST_ELEMENTS + 50_000),
        "&" * 3_000_000,
        "<x " + "a='>' " * 1_500_000,
        "<![CDATA[" + "x" * 9_000_000,
    ],
    ids=["depth", "elements", "strays", "a tag", "a text"],
)
def test_what_goes_on_and_on_is_given_up_and_what_came_before_is_kept(endless):
    found = read(urlset("<loc>https://a.cn/1</loc>").removesuffix("</urlset>") + endless)
    assert [entry.url for entry in found.entries] == ["https://a.cn/1"]
    assert not found.is_whole


@given(st.binary(max_size=200), st.sampled_from(["", "text/xml; charset=gbk", "x; charset=utf-16", "\x00"]))
def test_any_bytes_are_read_or_unreadable(body, content_type):
    for start in (b"", b"<urlset>", b"<urlset><url><loc>", b"https://a.cn/1\n", b"\x1f\x8b\x08", b"<rss><item>"):
        try:
            found = read_sitemap(start + body, URL, content_type)
        except Unreadable:
            continue
        assert all(
            entry.url.startswith(("http://", "https://")) and len(entry.url) <= LONGEST_URL for entry in found.entries
        )


TAGS = st.sampled_from(["url", "loc", "lastmod", "sitemap", "news:news", "news:title", "x", "urlset"])
PIECES = st.one_of(
    TAGS.map("<{}>".format), TAGS.map("</{}>".format), st.text(max_size=9),
    st.sampled_from(["https://a.cn/1", "2024-05-06", "<![CDATA[", "]]>", "<!--", "-->", "&amp;", "<?x", "?>", "<a b='", "<!DOCTYPE a [", "\x00"]),
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
def test_any_mark_up_is_read(pieces):
    found = read("<urlset>" + "".join(pieces))
    assert found.kind == "urlset"
    assert {entry.modified_at for entry in found.entries} <= {None, MAY_6} or "2024" in "".join(pieces)


def test_robots_txt_names_sitemaps():
    text = (
        "\ufeffSitemap: https://a.cn/1.xml\nUser-agent: *\r\nDisallow: /x\r\n  SITEMAP :/2.xml.gz # two\nsitemap:https://b.cn/3.xml\n"
        "Sitemap:\n# Sitemap: /no.xml\nSitemap: ftp://a.cn/no\nSitemap: /2.xml.gz\nNo-sitemap: /no"
    )
    named = ["https://a.cn/1.xml", "https://a.cn/2.xml.gz", "https://b.cn/3.xml"]
    assert sitemaps_of(text.encode(), "https://a.cn/robots.txt") == named
    assert len(sitemaps_of(b"".join(b"Sitemap: /%d\n" % number for number in range(2_000)), URL)) == MOST_SITEMAPS


@given(st.binary() | st.text("sitemap: /\n#\t").map(str.encode))
def test_any_bytes_are_a_robots_txt(body):
    assert all(url.startswith(("http://", "https://")) for url in sitemaps_of(body + b"\nSitemap:" + body, URL))


def entries(*times):
    return [Entry(f"https://a.cn/{number}", at) for number, at in enumerate(times)]


def times(found):
    return [entry.modified_at for entry in found]


def test_times_that_differ_are_trusted():
    told = [NOW - number * DAY for number in range(30)]
    assert times(trusted(entries(*told), NOW)) == told


def test_a_time_to_come_is_not_trusted():
    assert times(trusted(entries(NOW + 2 * DAY, NOW + 3_600, NOW - DAY, None), NOW)) == [
        None,
        NOW + 3_600,
        NOW - DAY,
        None,
    ]


def test_the_time_at_which_all_was_generated_is_not_trusted_and_others_are():
    told = [NOW - 90 * DAY + number for number in range(30)]
    assert times(trusted(entries(*told, NOW - 5 * DAY), NOW)) == [None] * 30 + [NOW - 5 * DAY]


def test_times_of_the_last_day_that_nearly_all_have_are_not_trusted():
    told = [NOW - number * 7_000 for number in range(12)]
    assert times(trusted(entries(*told, NOW - 9 * DAY), NOW)) == [None] * 12 + [NOW - 9 * DAY]


def test_few_entries_and_news_may_all_be_of_today():
    assert times(trusted(entries(*[NOW] * 9), NOW)) == [NOW] * 9
    news = [Entry(f"https://a.cn/{number}", NOW - 60, NOW - 60) for number in range(40)]
    assert trusted(news, NOW) == news


@given(st.lists(st.none() | st.integers(NOW - 10 * DAY, NOW + 3 * DAY)))
def test_trusted_only_takes_times_away(told):
    for before, after in zip(entries(*told), trusted(entries(*told), NOW), strict=True):
        assert after in (before, Entry(before.url))
