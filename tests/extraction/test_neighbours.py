"""The articles before and after, and the ends of a chain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction import parse
from crawler.extraction.neighbours import find_neighbours
from crawler.items import Neighbour

URL = "https://news.example.com/a/2.html"
NONE = Neighbour()


def neighbours(markup: str) -> dict[str, Neighbour | None]:
    document = parse(f"<html><body>{markup}</body></html>".encode(), URL)
    return {mark.side: mark.neighbour for mark in find_neighbours(document, document.blocks)}


def page(number: int, title: str | None) -> Neighbour:
    return Neighbour(url=f"https://news.example.com/a/{number}.html", title=title)


@pytest.mark.parametrize(
    "markup",
    [
        "<p>上一篇：<a href=1.html>【动态】科学仪器</a></p>",
        "<p><a href=1.html>上一篇：【动态】科学仪器</a></p>",
        "<p><a href=1.html>上一条:【动态】科学仪器</a></p>",
        "<p><span>前一篇</span>：<a href=1.html>【动态】科学仪器</a></p>",
        "<div><span>上一篇</span><p><a href=1.html>【动态】科学仪器</a></p></div>",
        "<p>上一篇：<a href=1.html title='【动态】科学仪器'>←</a></p>",
        "<p><a href=1.html title='上一篇：【动态】科学仪器'>←</a></p>",
        "<p>上一篇：<a href=1.html>【动态】科学仪器</a>[ 05-25 ]</p>",
        "<p>上一页：<a href=1.html>【动态】科学仪器</a></p>",
        "<p>Previous post: <a href=1.html>【动态】科学仪器</a></p>",
        "<p><a href=1.html rel=prev><span>←</span> 【动态】科学仪器</a></p>",
    ],
)
def test_the_label_may_stand_anywhere(markup):
    assert neighbours(markup) == {"prev": page(1, "【动态】科学仪器")}


def test_both_may_share_a_line():
    markup = "<p>上一篇：<a href=1.html>甲篇文章</a> 下一篇：<a href=3.html>乙篇文章</a></p>"
    assert neighbours(markup) == {"prev": page(1, "甲篇文章"), "next": page(3, "乙篇文章")}


def test_a_link_that_a_script_follows_still_has_its_title():
    assert neighbours("<p>下一篇：<a href='javascript:;'>乙篇文章</a></p>") == {"next": Neighbour(title="乙篇文章")}


@pytest.mark.parametrize(
    "end",
    [
        "没有了",
        "没有了！",
        "暂无",
        "无",
        "<a href=list.html>返回列表</a>",
        "<a href=list.html>无</a>",
        "<a href=''>没有了</a>",
        "<a href=\"javascript:alert('no')\">已经是最后一篇</a>",
        "<a href=list.html>最后一页</a>",
    ],
)
def test_an_end_is_stated(end):
    assert neighbours(f"<p>下一篇：{end}</p>") == {"next": NONE}


def test_a_page_that_says_nothing_has_no_neighbour():
    assert neighbours("<p>上一篇： 下一篇：</p>") == {"prev": None, "next": None}


def test_a_title_that_begins_like_an_end_is_a_title():
    assert neighbours("<p>下一篇：<a href=3.html>无人机配送</a></p>") == {"next": page(3, "无人机配送")}
    assert neighbours("<p>下一篇：<a href=3.html>返回地球的航天员</a></p>") == {"next": page(3, "返回地球的航天员")}


@pytest.mark.parametrize(
    "markup",
    [
        "<p>推上一个新的台阶，<a href=3.html>不做下一个</a>目标</p>",
        "<p>上一级人民政府</p>",
        "<div><a href=1.html>上一页</a> <a href=1.html>1</a> <a href=3.html>下一页</a></div>",
        "<p>The next step is <a href=3.html>described here</a></p>",
        "<p>没有标签</p>",
        # No title is displayed, and `rel` is said of the pages of one article as well.
        "<nav><a rel=prev href=1.html>Previous</a><a rel=next href=3.html>Next</a></nav>",
    ],
)
def test_prose_and_pagination_are_no_neighbours(markup):
    assert neighbours(markup) == {}


def test_a_link_to_the_page_itself_or_home_leads_nowhere():
    assert neighbours("<p>下一篇：<a href=2.html#top>乙篇文章</a></p>") == {"next": Neighbour(title="乙篇文章")}
    assert neighbours("<p>下一篇：<a href=/>乙篇文章</a></p>") == {"next": Neighbour(title="乙篇文章")}


words = st.sampled_from(
    "上一篇 下一篇 ： <a href=1.html> </a> <p> ← 没有了 无 标题文字 上一页 <a rel=next href=3.html> Previous".split()
)


@given(st.lists(words, max_size=25).map("".join))
def test_any_markup_is_read(markup):
    for neighbour in neighbours(markup).values():
        assert neighbour is None or neighbour.title != ""


SENTENCE = "<p>在<a href='/before-last.html'>上一篇</a>博客中，我们介绍了测量的原理，这里接着说。</p>"


def test_a_link_in_a_sentence_of_the_text_is_no_neighbour():
    page = f"<h1>测量的原理（三）</h1>{SENTENCE * 3}<div><a rel=next href='/older.html'>测量的原理（二）</a></div>"
    marks = find_neighbours(*_read(page))
    assert [(mark.side, mark.neighbour.url) for mark in marks] == [("next", "http://a.cn/older.html")]


def test_links_that_say_themselves_what_they_are_outweigh_a_label_in_the_text():
    page = (
        "<h1>原理</h1><p>前一篇：<a href='/much-older.html'>原理（一）的说明</a></p>"
        "<nav><a rel=prev href='/older.html'>原理（二）的说明</a></nav>"
    )
    marks = find_neighbours(*_read(page))
    assert [(mark.side, mark.neighbour.url) for mark in marks] == [("prev", "http://a.cn/older.html")]


def _read(page):
    document = parse(page.encode(), "http://a.cn/news/3.html")
    return document, document.blocks


@pytest.mark.parametrize(
    "markup",
    [
        "<div><a href=/1.html>« 港口昨天关闭</a> | <a href=/3.html>港口明天检修 »</a></div>",
        "<div>← <a href=/1.html>港口昨天关闭</a></div><div><a href=/3.html>港口明天检修</a> →</div>",
    ],
)
def test_arrows_in_a_pair_point_to_both_sides(markup):
    document = parse(f"<html><body><p>正文在这里。</p>{markup}</body></html>".encode(), "https://e.com/2.html")
    found = find_neighbours(document, document.blocks)
    assert [(mark.side, mark.how, mark.neighbour.title) for mark in found] == [
        ("prev", "arrow", "港口昨天关闭"),
        ("next", "arrow", "港口明天检修"),
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<a href=/>首页首页</a> » <a href=/a>新闻中心</a> »",
        "<div><a href=/1.html>« 1</a><a href=/3.html>3 »</a></div>",
        "<a href=/3.html>阅读更多内容 »</a>",
    ],
)
def test_arrows_of_paths_and_pages_point_to_no_article(markup):
    document = parse(f"<html><body><p>正文在这里。</p>{markup}</body></html>".encode(), "https://e.com/2.html")
    assert find_neighbours(document, document.blocks) == []
