"""Labels and their values, with the traps of real pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring

from crawler.extraction.blocks import blocks
from crawler.extraction.labels import find_labels


def labels(markup: str) -> list[tuple[str, str]]:
    return [
        (label.kind, label.value)
        for label in find_labels(blocks(fromstring(f"<html><body>{markup}</body></html>")))
        if label.kind != "other"
    ]


def values(markup: str, kind: str) -> list[str]:
    return [value for found, value in labels(markup) if found == kind]


def test_several_labels_share_a_line():
    line = "<p>来源：新华网 作者：张三 2021-07-26 11:43 浏览：35</p>"
    assert labels(line) == [("source", "新华网"), ("author", "张三"), ("views", "35")]


def test_labels_follow_one_another_without_a_space():
    line = "<p><span>时间：2021-03-02</span><span>来源：中信网</span><span>浏览次数：120</span></p>"
    assert labels(line) == [("published", "2021-03-02"), ("source", "中信网"), ("views", "120")]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>浏览次数：35</p>",
        "<p>浏览次数: 35 次</p>",
        "<p>点击数:( 35 )</p>",
        "<p>阅读：<b>35</b></p>",
        "<p>人 气：35</p>",
        "<p>【信息发布时间：2020-08-20 阅读次数：35】【打印】</p>",
        "<p>(阅读:35;评论:63)</p>",
        "<p>2014-08-24 | 35次阅读 | 来源CSDN</p>",
        "<p>本文被阅读 35 次</p>",
        "<p>发布时间：2021-03-20 16:15:21<span>35次</span></p>",
        "<p>热度：35℃</p>",
        "<table><tr><td>点击量：</td><td>35</td></tr></table>",
        "<dl><dt>浏览量</dt><dd>35</dd></dl>",
        "<p>35 views</p>",
        "<p>Views: 35</p>",
    ],
)
def test_a_count_is_found_in_every_form(markup):
    assert values(markup, "views") == ["35"]


def test_a_count_keeps_its_words():
    assert values("<p>浏览：3.5万 来源：新华网</p>", "views") == ["3.5万"]
    assert values("<p>阅读 10万+</p>", "views") == ["10万+"]
    assert values("<p>人气：0</p>", "views") == ["0"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>浏览次数：</p><p>35名学生参加了活动。</p>",
        "<p>浏览： 9月2日，大会召开</p>",
        "<p>阅读次数： 98%的情况下</p>",
        "<p>浏览次数： 2021级博士</p>",
        "<p>点击： 2016年</p>",
        "<p>点击数： 次</p>",
        "<p>浏览次数： -</p>",
        "<p>浏览次数：<script>count()</script></p>",
        "<p>累计访问量：123456</p>",
    ],
)
def test_an_empty_or_foreign_counter_gives_no_count(markup):
    assert set(values(markup, "views")) <= {""}


def test_an_empty_label_gives_no_value():
    assert labels("<p>时间：2019-04-17<b>来源：</b><i>浏览次数：147</i></p>") == [
        ("published", "2019-04-17"),
        ("source", ""),
        ("views", "147"),
    ]
    assert values("<div>来源:</div><p>继续教育学院招生简章</p>", "source") == [""]
    assert values("<p>文章来源： 作者： 发布时间：2026年06月01日</p>", "source") == [""]


def test_a_source_ends_where_its_value_ends():
    assert values("<p>时间:2020-12-04 来源:广东侨网 【字体:大 中 小】</p>", "source") == ["广东侨网"]
    assert values("<p>来源：<a href=/s>社科相关</a> 有人参与在线咨询</p>", "source") == ["社科相关"]
    assert values("<p>【来源：新华网】</p>", "source") == ["新华网"]
    assert values("<p>来源：[ 新华网 ]</p>", "source") == ["新华网"]
    assert values("<p>来 源：新华网</p>", "source") == ["新华网"]
    assert values("<p>文章来源：本站原创 作者：石慧芬</p>", "source") == ["本站原创"]
    assert values("<p>来源：未知</p>", "source") == ["未知"]


def test_prose_is_no_label():
    assert labels("<p>农村农业企业现状及资金来源：主要是自筹</p>") == []
    assert labels("<p>记者从会上获悉，点击这里可以阅读全文</p>") == []


def test_several_names_stay_together():
    assert values("<p>本文作者：陈平 李静 吴迎新 单位：中山大学</p>", "author") == ["陈平 李静 吴迎新"]


def test_a_label_without_a_colon_needs_a_time_in_its_line():
    line = "<p>发表于2014-08-24 21:30| 1164次阅读| 来源CSDN| 0 条评论| 作者魏星</p>"
    assert values(line, "published") == ["2014-08-24 21:30"]
    assert values(line, "source") == ["CSDN"]
    assert values(line, "author") == ["魏星"]
    assert values(line, "views") == ["1164"]
    assert values("<p>作者魏星说</p>", "author") == []


def test_western_labels():
    assert values("<p>Published: July 26, 2021</p>", "published") == ["July 26, 2021"]
    assert values("<p>Publié le 26 juillet 2021 à 11h43</p>", "published") == ["26 juillet 2021 à 11h43"]
    assert values("<p>Veröffentlicht am 26. Juli 2021</p>", "published") == ["26. Juli 2021"]
    assert values("<p>Updated: 2021-07-26</p>", "modified") == ["2021-07-26"]
    assert values("<p>Source: Reuters | Share</p>", "source") == ["Reuters"]


words = st.sampled_from(
    "来源 ： 浏览次数 35 次 2021-07-26 11:43 ( 】 | 作者 张三 <b> </b> <p> <td> 【 时间 : 阅读 Published".split()
)


@given(st.lists(words, max_size=30).map(" ".join) | st.lists(words, max_size=30).map("".join))
def test_any_line_is_read(markup):
    for kind, value in labels(markup):
        assert kind
        assert value == value.strip()


def test_words_of_labels_within_sentences_are_prose():
    assert labels("<p>比数字更要紧的是来源。来源:说明书的参数是设计值，来源:检定证书的参数才是实测值。</p>") == []
    assert labels("<p>常有用户拿着网页截图来问：浏览次数:90000的产品，是不是更好？答案当然是否定的。</p>") == []
    assert values("<p>本报讯，记者昨日获悉。<span>来源：新华网</span></p>", "source") == ["新华网"]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("围观 513 人", "513"),
        ("35人已阅读", "35"),
        ("此文章浏览量：35", "35"),
        ("本页访问次数：35", "35"),
        ("访问次数35", "35"),
        ("浏览次数：35 / 评论：2", "35"),
        ("阅读 3.2k", "3.2k"),
        ("阅读量 10万+", "10万+"),
        ("1 234 vues", "1 234"),
    ],
)
def test_counts_in_the_forms_of_readers(line: str, count: str) -> None:
    assert values(f"<p>{line}</p>", "views") == [count]


@pytest.mark.parametrize("line", ["浏览：3/5", "全站新闻浏览量：35", "本月点击：35", "浏览：2021/7/26"])
def test_what_is_no_count_of_the_page_is_none(line: str) -> None:
    assert "".join(values(f"<p>{line}</p>", "views")) == ""


def test_count_stands_in_the_next_cell_or_line() -> None:
    assert values("<table><tr><td>浏览次数</td><td>35</td></tr></table>", "views") == ["35"]
    assert values("<div>浏览次数：<br>35<br>来源：网络</div>", "views") == ["35"]
    assert values("<div>浏览次数：<br>35 艘船只进港<br></div>", "views") == [""]


def test_head_of_a_column_is_no_source() -> None:
    assert values("<table><tr><td>来源</td><td>数量</td></tr><tr><td>港口</td><td>3</td></tr></table>", "source") == []


def test_labels_of_a_list_entry_say_that_they_speak_of_its_link() -> None:
    lines = "<ul><li><a href=/1>港口开放日今天举行</a> 浏览次数：35</li><li>浏览次数：36</li></ul>"
    found = find_labels(blocks(fromstring(f"<html><body>{lines}</body></html>")))
    assert [(label.value, label.of_entry) for label in found] == [("35", True), ("36", False)]
