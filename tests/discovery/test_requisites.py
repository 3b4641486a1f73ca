from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.requisites import requisites_of, requisites_of_css
from crawler.extraction import parse


def of(html, url="https://a.cn/news/1.html"):
    return requisites_of(parse(html.encode(), url))


def test_pictures_styles_and_icons_are_requisites():
    html = (
        '<html><head><link rel="StyleSheet" href="/a.css"><link rel=icon href=i.ico><link rel=canonical href=/1></head>'
        '<body><img src="a.png#x"><img src=a.png><picture><source srcset=" b.webp 2x, c.webp"><img src="d.jpg"></picture>'
        '<img src="  "><img><img src="data:image/gif;base64,AA=="><img src="javascript:x"><script src=s.js></script></body></html>'
    )
    names = ("/a.css", "/news/i.ico", "/news/a.png", "/news/b.webp", "/news/d.jpg")
    assert of(html) == [f"https://a.cn{name}" for name in names]


def test_a_picture_that_counts_visits_is_not_asked_for():
    assert of('<p>text <img src="/plus/count.php?id=3"><img src="/a.png">') == ["https://a.cn/a.png"]


def test_base_href_counts():
    assert of('<html><head><base href="https://b.cn/x/"></head><body>t<img src="a.png"></body></html>') == [
        "https://b.cn/x/a.png"
    ]


def test_what_a_stylesheet_names():
    text = """@import url("one.css"); @import "two.css"; a{background:url('../x.png')}b{background:URL( y.png )}
    i{src:url(data:font/woff;base64,AA)} u{background:url()} s{background:url(#id)} /* url(z.png) */"""
    named = requisites_of_css(text, "https://a.cn/css/a.css")
    assert sorted(named) == sorted(["https://a.cn/css/two.css", "https://a.cn/css/one.css", "https://a.cn/x.png", "https://a.cn/css/y.png"])  # fmt: skip


@given(st.text(), st.text())
def test_any_text_is_a_stylesheet(text, name):
    requisites_of_css(text, "https://a.cn/a.css")
    requisites_of_css(f"a{{background:url({name})}}", "https://a.cn/a.css")
