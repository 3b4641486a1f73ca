"""When an article was published and changed, where labels, markup, scripts and addresses say it."""

from __future__ import annotations

import pytest

from crawler.extraction import parse, read
from crawler.items import ArticleItem

PROSE = "".join(
    f"<p>{number}、港口自清晨起开放，大小船只陆续进港，船长说，今年的第一批货物都在船上。</p>" for number in "一二三四"
)


def article(head: str = "", meta: str = "", feet: str = "", url: str = "") -> ArticleItem:
    markup = f"""<html><head><title>港口开放日今天举行</title>{meta}</head><body><h1>港口开放日今天举行</h1>
    {head}<div>{PROSE}</div>{feet}</body></html>"""
    return read(parse(markup.encode(), url))


def how(item: ArticleItem) -> str | None:
    return next((one.how for one in item.evidence if one.name == "published_at"), None)


@pytest.mark.parametrize(
    ("head", "published", "modified"),
    [
        ("<p>发布时间：2021-07-26 更新时间：2021-08-01</p>", "2021-07-26", "2021-08-01"),
        ("<p>上次更新：2021-08-01 时间：2021-07-26</p>", "2021-07-26", "2021-08-01"),
        ("<p>更新时间：2021-08-01</p>", "2021-08-01", None),
        ("<p>2021-07-26 （最后修改：2021-08-01）</p>", "2021-07-26", "2021-08-01"),
    ],
)
def test_change_is_one_where_a_publication_is_stated_too(
    head: str, published: str | None, modified: str | None
) -> None:
    item = article(head=head)
    assert (item.published, item.modified) == (published, modified)


@pytest.mark.parametrize(
    ("script", "published"),
    [
        ('var ct = "1581390000";', "1581390000"),
        ('var publish_time = "2020-02-11" || "";', "2020-02-11"),
        ('window.data={"createTime":"2020-02-11 11:00:00","id":7}', "2020-02-11 11:00:00"),
        (r'push("{\"pubDate\":\"2020/2/11 11:00\"}")', "2020/2/11 11:00"),
        ('var ct="1581300000"; var publish_time="1581390000"', "1581390000"),
        ('var act = "1581390000", updateTime = "2020-02-11"', None),
        ("".join(f'{{"pubDate":"2020-02-1{day}"}},' for day in range(6)), None),
    ],
)
def test_script_states_a_time_under_a_name_of_publication(script: str, published: str | None) -> None:
    item = article(feet=f"<script>{script}</script>")
    assert item.published == published
    assert how(item) == ("script" if published else None)


def test_displayed_time_outweighs_a_script() -> None:
    item = article(head="<p>时间：2021-07-26</p>", feet='<script>var ct = "1581390000";</script>')
    assert (item.published, how(item)) == ("2021-07-26", "label")


def test_day_without_a_year_is_completed_by_what_machines_are_told() -> None:
    item = article(head="<p>发布时间：10-08 12:00</p>", meta='<meta itemprop=dateUpdate content="2019-10-08 12:00:57">')
    assert item.published == "2019-10-08 12:00:57"


def test_dates_of_list_entries_above_the_headline_are_not_the_articles() -> None:
    entries = "".join(
        f"<li><a href=/{at}.html>港口新闻第{at}号的标题</a> 时间：2020-01-0{at}</li>" for at in range(1, 5)
    )
    markup = f"<title>港口开放日今天举行</title><ul>{entries}</ul><h1>港口开放日今天举行</h1><div>{PROSE}</div>"
    assert read(parse(markup.encode())).published is None
