"""What is left out of a page so that it can be opened from a disk."""

import re

import pytest

from crawler.explaining import find_regions, write_page
from crawler.explaining.cleaning import clean_style
from crawler.extraction import parse, read_with_places
from tests.explaining.frames import frame

TEXT = "研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意，读者可以在这里看到完整的说明。"
WILD = f"""<html onload="run()"><head><base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example/">
<script>document.write("<script>x()<\\/script>")</script><link rel=stylesheet href=https://evil.example/a.css>
<style>@import "https://evil.example/b.css"; p {{ background: url(https://evil.example/c.png); color: navy }} .bar {{ position: fixed }}</style></head>
<body background=https://evil.example/d.png onclick=x()><h1 onmouseover='y()'>一台新的光谱仪投入使用了</h1>
<svg><script>z()</script><a xlink:href="javascript:z()">图</a></svg><form action=https://evil.example/f><input type=hidden name=a><input type=text value=q><button formaction=//evil.example>去</button></form>
<div class=content style="background:url('https://evil.example/e.png');color:red" onfocus=a() autofocus>{f"<p>{TEXT}</p>" * 5}
<a href="javascript:b()" onclick="c()">链接</a><a href=https://else.example/x.html target=_top>别处</a>
<img src=https://evil.example/g.jpg onerror=d() alt=仪器><img src="data:image/png;base64,iVBORw0KGgo="><img src=count.php width=1 height=1>
<iframe src=https://evil.example/h></iframe><object data=i.swf></object><video src=j.mp4 autoplay></video></div>
<noscript><img src=https://evil.example/k.gif></noscript></body></html>"""


@pytest.fixture(scope="module")
def page():
    document = parse(WILD.encode(), "https://news.example/n/2.html")
    return write_page(find_regions(document, read_with_places(document)), "page.html")


def test_no_script_and_no_handler_is_left(page):
    tree = frame(page)
    assert {"script", "iframe", "object", "svg", "form", "video", "link", "noscript"}.isdisjoint(
        element.tag for element in tree.iter()
    )
    names = {name for element in tree.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith(("on", "form", "xlink")) or name in ("action", "target")}
    assert "javascript:" not in page
    assert "<script" not in page


def test_nothing_is_fetched(page):
    tree = frame(page)
    assert [element.get("href") for element in tree.iter() if element.get("href")] == ["about:srcdoc"]
    assert [element.get("src") for element in tree.iter() if element.get("src")] == [
        "data:image/png;base64,iVBORw0KGgo="
    ]
    assert not tree.xpath("//@background | //@data | //@srcset")
    assert not re.search(r"url\(|@import", page)


def test_the_frame_may_not_run_or_load_anything_whatever_is_in_it(page):
    assert re.search(r'<iframe [^>]*\bsandbox srcdoc="', page)
    assert page.count("default-src &#x27;none&#x27;") + page.count("default-src &amp;#x27;none&amp;#x27;") == 2


def test_text_structure_and_the_pages_own_style_are_kept(page):
    tree = frame(page)
    assert [p.text_content() for p in tree.iter("p")] == [TEXT] * 5
    assert tree.find(".//h1").text_content() == "一台新的光谱仪投入使用了"
    assert tree.find(".//div[@class='content']").get("style") == "background:none;color:red"
    assert "color: navy" in page
    assert "position: fixed" not in page


def test_links_tell_where_they_lead_and_do_not(page):
    links = {a.text_content(): a.get("title") for a in frame(page).iter("a")}
    assert links == {"链接": None, "别处": "https://else.example/x.html"}


def test_a_picture_is_a_box_with_its_name(page):
    boxes = frame(page).find_class("newsreel-image")
    assert [(box.tag, box.get("data-name")) for box in boxes] == [("span", "仪器"), ("img", "picture in the page")]
    assert "newsreel-image-taken" in boxes[0].get("class")


@pytest.mark.parametrize(
    ("style", "cleaned"),
    [
        ("a{background:URL(x)}", "a{background:none}"),
        ("a{background:url(x", "a{background:none"),
        ("@import url(x.css) screen;b{}", "b{}"),
        ("</style><script>x()</script>", "/style>script>x()/script>"),
        ("a{width:expression(1)}", "a{width:expression(1)}"),
    ],
)
def test_a_style_sheet_fetches_nothing_and_ends_where_it_ends(style, cleaned):
    assert clean_style(style) == cleaned
