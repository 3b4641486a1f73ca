"""Which stretch of a page's text each value is."""

import re

import pytest

from crawler.explaining import find_regions, write_page
from crawler.explaining.textnodes import dense
from crawler.extraction import parse, read_with_places
from crawler.layout import Layout
from tests.explaining.frames import marked, marks

TEXT = "研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意，读者可以在这里看到完整的说明。"
PAGE = f"""<html lang=zh><head><title>一台新的光谱仪投入使用了 - 测试网</title></head><body>
<div class=path>当前位置：<a href=/>首页</a> &gt; <a href=/n>新闻</a> &gt; <a href=/n/a>仪器新闻</a> &gt; 正文</div>
<h1>一台新的光谱仪<br>投入使用了</h1>
<div class=info>来 源：<a href=/s><b>测试</b>社</a>　作者：李明　浏览次数：<em>35</em>次 发布时间：2024-05-06 07:08</div>
<div class=content>{"".join(f"<p>{n}、{TEXT}</p>" for n in "一二三四五")}<p>二〇二四年，<b>第六段</b>也是正文的一部分，{TEXT}</p></div>
<p>责任编辑：王芳</p><p>上一篇：<a href=1.html>更早的一篇报道</a></p><p>下一篇：没有了</p>
<ul><li>别处的一篇 浏览次数：9999</li></ul><div class=footer>更新时间：2026-01-01 累计访问量：123456</div></body></html>"""


def explained(page=PAGE, layouts=()):
    document = parse(page.encode(), "https://news.example/n/a/2.html")
    regions = find_regions(document, read_with_places(document, layouts))
    return regions, write_page(regions, "page.html")


@pytest.fixture(scope="module")
def shown():
    return explained()


VALUES = {
    "title": "一台新的光谱仪投入使用了",
    "published_at": "2024-05-06 07:08",
    "source": "测试社",
    "author": "李明",
    "editor": "王芳",
    "view_count": "35",
    "category": "仪器新闻",
    "prev": "更早的一篇报道",
}


@pytest.mark.parametrize("name", VALUES)
def test_the_region_of_a_field_is_its_value(shown, name):
    regions, page = shown
    assert [dense(region.value) for region in regions.taken if region.name == name] == [dense(VALUES[name])]
    assert dense("".join(marked(page, name))) == dense(VALUES[name])


def test_the_region_of_the_body_is_its_paragraphs(shown):
    regions, page = shown
    body = regions.reading.item.body
    assert len(body) == 6
    assert dense("".join(marked(page, "body"))) == dense("".join(body))


def test_that_there_is_no_next_article_is_marked_where_the_page_says_so(shown):
    assert marked(shown[1], "next") == ["下一篇：没有了"]


def test_what_was_rejected_is_marked_with_the_reason(shown):
    regions, page = shown
    assert {region.name for region in regions.rejected} >= {"view_count"}
    assert all(region.why for region in regions.rejected)
    words = marked(page, "rejected")
    assert "浏览次数：9999" in words
    assert all(mark.get("title").startswith("not taken as ") for mark in marks(page, "rejected"))


def test_each_region_is_numbered_once_and_each_link_leads_to_one(shown):
    _, page = shown
    numbers = [mark.get("id") for mark in marks(page) if mark.get("id")]
    assert len(numbers) == len(set(numbers))
    led = set(re.findall(r'href="about:srcdoc#(newsreel-mark-\d+)"', page))
    assert led == set(numbers)


def test_the_link_of_a_value_within_another_leads_there():
    page = PAGE.replace("<p>责任编辑：王芳</p>", "").replace("作者：李明", "编辑：李明")
    numbers = {mark.get("id") for mark in marks(explained(page)[1])}
    led = re.findall(r'href="about:srcdoc#(newsreel-mark-\d+)"', explained(page)[1])
    assert set(led) <= numbers


def test_a_value_told_to_machines_is_found_where_the_page_shows_it():
    head = '<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":"Ann Lee"}}</script>'
    text = "The instrument has measured for a year, the researchers say, and they are content. " * 3
    page = f"<html><head>{head}</head><body><h1>A new spectrometer</h1><p>Words: Ann Lee</p><article>{'<p>' + text}{'<p>' + text}</article></body></html>"
    regions, written = explained(page)
    author = next(region for region in regions.taken if region.name == "author")
    assert (author.value, author.how) == ("Ann Lee", "json-ld")
    assert author.where.startswith("not displayed as such")
    assert marked(written, "author") == ["Ann Lee"]


def test_what_a_layout_names_is_marked_too():
    regions, page = explained(layouts=(Layout(source=".info b"),))
    source = next(region for region in regions.taken if region.name == "source")
    assert (source.value, source.how) == ("测试", "layout")
    assert marked(page, "source") == ["测试"]


def test_a_hidden_copy_is_not_taken_for_what_is_displayed():
    page = PAGE.replace("<em>35</em>", '<i style="display:none">35</i><em>35</em>')
    mark = marks(explained(page)[1], "view_count")
    assert [one.getparent().tag for one in mark] == ["em"]


def test_lines_of_a_listing_are_told_apart():
    page = PAGE.replace("<div class=info>", "<pre>第一行\n作者：李明\n第三行</pre><div class=x>").replace(
        "作者：李明　", ""
    )
    assert marked(explained(page)[1], "author") == ["李明"]


def test_the_same_bytes_are_explained_in_the_same_words():
    assert explained()[1] == explained()[1]
