"""Who wrote an article, and who answers for it."""

from __future__ import annotations

import pytest

from crawler.extraction import parse, read
from crawler.items import ArticleItem

PROSE = "".join(
    f"<p>{number}、港口自清晨起开放，大小船只陆续进港，船长说，今年的第一批货物都在船上。</p>" for number in "一二三四"
)


def article(head: str = "", opening: str = "", closing: str = "", feet: str = "") -> ArticleItem:
    markup = f"""<html><head><title>港口开放日今天举行</title></head><body><h1>港口开放日今天举行</h1>
    <div>2021-07-26 11:43 {head}</div><div>{opening}{PROSE}{closing}</div>{feet}</body></html>"""
    return read(parse(markup.encode()))


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("作者：张三", "张三"),
        ("作者：张三、李四", "张三、李四"),
        ("作者：张三 李四", "张三 李四"),
        ("记者：张三 通讯员：李四", "张三、李四"),
        ("文：张三", "张三"),
        ("图文：张三", "张三"),
        ("文：张三 图：李四", "张三"),
        ("作者：《港城》记者 张三", "张三"),
        ("作者：张三/文", "张三"),
        ("撰稿：张三", "张三"),
        ("作者：佚名", None),
        ("作者：", None),
    ],
)
def test_author_stands_behind_its_label(head: str, author: str | None) -> None:
    assert article(head=head).author == author


@pytest.mark.parametrize(
    ("opening", "author"),
    [
        ("<p>本报记者 张三 李四</p>", "张三 李四"),
        ("<p>文/张三 图/李四</p>", "张三"),
        ("<p>港城晚报记者 张三 通讯员 李四</p>", "张三、李四"),
        (
            "<p>新华社港城7月26日电（记者张三、李四）港口今天开放，到港的船只比往年都多，记者在现场看到。</p>",
            "张三、李四",
        ),
        ("<p>本报讯（全媒体记者 张三）港口今天开放，到港的船只比往年都多，记者在现场看到。</p>", "张三"),
        ("<p>船队进港。（新华社记者 张三 摄）</p>", None),
        ("<p>（记者手记）</p>", None),
    ],
)
def test_reporters_sign_where_the_text_begins(opening: str, author: str | None) -> None:
    assert article(opening=opening).author == author


@pytest.mark.parametrize(
    ("closing", "author"),
    [
        ("<p>港口将开放到晚上，请市民准时到场。（记者 张三）</p>", "张三"),
        ("<p>港口将开放到晚上，请市民准时到场。（本报记者张三 通讯员李四）</p>", "张三、李四"),
        ("<p>港城日报记者 张三 港城报道</p>", "张三"),
        ("<p>（作者：张三）</p>", "张三"),
        ("<p>港口将开放到晚上，市民可以问记者。（图片来自网络）</p>", None),
    ],
)
def test_reporters_sign_where_the_text_ends(closing: str, author: str | None) -> None:
    assert article(closing=closing).author == author


def test_editor_is_apart_from_the_author() -> None:
    item = article(head="作者：张三", feet="<p>责任编辑：李四</p>")
    assert (item.author, item.editor) == ("张三", "李四")


def test_editor_stands_in_for_an_author_that_nothing_names_and_says_so() -> None:
    item = article(feet="<p>（责任编辑：李四）</p>")
    assert (item.author, item.editor) == ("李四", "李四")
    assert [(one.how, one.confidence) for one in item.evidence if one.name == "author"] == [("editor", 0.3)]


def test_text_signed_by_its_reporter_outweighs_a_template_that_says_the_editor_twice() -> None:
    item = article(head="作者：李四 责任编辑：李四", closing="<p>本报记者 张三</p>")
    assert (item.author, item.editor) == ("张三", "李四")
