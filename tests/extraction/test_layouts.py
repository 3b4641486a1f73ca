"""What a layout's selectors take from a page, and what is not looked for any more once they have."""

from datetime import date

import pytest

from crawler.extraction import Document, parse, read, textfinding
from crawler.extraction import article as article_module
from crawler.items import Neighbour
from crawler.layout import Layout

URL = "https://news.example/2024/7.html"
TEXT = "The harbour master said that the pier would be closed for repairs until the end of the year, as planned. " * 3
INFO = "<p class=info>发布时间：2024-05-06 07:08 来源：<a href=/s>海港报</a> 作者：李明 浏览次数：35 次</p>"
PAGE = f"""<html><head><title>Pier closed</title></head><body><h1 class=t>Pier closed</h1>{INFO}
<div id=text><p>{TEXT}</p><p>{TEXT}</p></div>
<p class=more><a class=p href=6.html>上一篇：旧桥拆除</a> <a class=n href=#>下一篇：没有了</a></p></body></html>"""


def page(markup: str = PAGE) -> Document:
    return parse(markup.encode(), URL)


@pytest.mark.parametrize(
    ("field", "value"),
    [("published", "2024-05-06 07:08"), ("source", "海港报"), ("author", "李明"), ("views", "35")],
)
def test_of_an_element_with_several_labels_each_field_takes_what_its_own_says(field, value):
    item = read(page(), [Layout(**{field: "p.info"})])
    assert getattr(item, field) == value
    assert [entry.how for entry in item.evidence if entry.name.startswith(field[:4])] == ["layout"]


@pytest.mark.parametrize(
    ("markup", "field", "value"),
    [
        ("<span id=x>海港报 作者：李明</span>", "source", "海港报"),
        ("<span id=x>阅读 (1,234)</span>", "views", "1,234"),
        ("<span id=x>1164次阅读</span>", "views", "1164"),
        ("<span id=x>By Jane Doe</span>", "author", "Jane Doe"),
        ("<span id=x>更新 2024-05-06 07:08 | 海港报</span>", "modified", "2024-05-06 07:08"),
        ("<span id=x style='display:none'>2024-05-06</span>", "published", "2024-05-06"),
    ],
)
def test_what_surrounds_a_value_is_no_part_of_it(markup, field, value):
    assert getattr(read(page(f"<h1>T</h1>{markup}<p>{TEXT}</p>"), [Layout(**{field: "#x"})]), field) == value


def test_an_attribute_is_taken_whole():
    markup = "<h1>T</h1><time datetime='2024-05-06T07:08:09+08:00'>6 May</time>"
    item = read(page(markup + f"<p>{TEXT}</p>"), [Layout(published="time::attr(datetime)")])
    assert item.published == "2024-05-06T07:08:09+08:00"


def test_an_element_that_states_nothing_says_that_the_page_has_none():
    markup = PAGE.replace("作者：李明", "<b class=by>作者：</b>").replace("<div id", "<p>作者：王五</p><div id")
    assert read(page(markup)).author == "王五"
    assert read(page(markup), [Layout(author=".by")]).author is None


def test_a_title_or_time_that_its_element_lacks_is_looked_for_elsewhere():
    item = read(page(PAGE + "<i class=none></i>"), [Layout(title=".none", published=".none")])
    assert (item.title, item.published) == ("Pier closed", "2024-05-06 07:08")


def test_a_neighbours_label_is_no_part_of_its_headline_and_an_end_is_one():
    item = read(page(), [Layout(prev="a.p", next="a.n")])
    assert item.prev == Neighbour(url="https://news.example/2024/6.html", title="旧桥拆除")
    assert item.next == Neighbour()


def test_a_link_of_the_other_side_is_refused():
    item = read(page(PAGE.replace("没有了", "新桥开放").replace("href=#", "href=8.html")), [Layout(prev=".more a.n")])
    assert item.prev == Neighbour(url="https://news.example/2024/6.html", title="旧桥拆除")


def test_the_source_has_the_link_that_its_element_shows():
    assert read(page(), [Layout(source="p.info")]).source_url == "https://news.example/s"
    assert read(page(PAGE.replace("href=/s", "")), [Layout(source="p.info")]).source_url is None


def test_nothing_is_searched_for_that_a_layout_gives(monkeypatch):
    expected = read(page())

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("searched for")

    for name in ("find_title", "find_body", "title_above"):
        monkeypatch.setattr(textfinding, name, refuse)
    for name in ("find_published", "find_neighbours"):
        monkeypatch.setattr(article_module, name, refuse)
    layout = Layout(title="h1", published="p.info", body="#text", prev="a.p", next="a.n")
    item = read(page(), [layout])
    item.evidence = expected.evidence
    assert item == expected


def test_a_day_is_read_only_where_a_layout_has_a_last_one(monkeypatch):
    monkeypatch.setattr(article_module, "parse_moment", None)
    layout = Layout(title="h1", published="p.info", body="#text")
    assert read(page(), [layout]).title == "Pier closed"
    with pytest.raises(TypeError):
        read(page(), [layout, Layout(until=date(2020, 1, 1))])


def test_a_body_that_a_layout_corrects_moves_what_stands_around_it():
    comments = "".join(f"<p>{TEXT}</p>" for _ in range(20))
    markup = f"<h1>T</h1><div id=text><p>{TEXT}</p></div><p>作者：李明</p><div class=talk>{comments}</div>"
    assert read(page(markup), [Layout(title="h1", body="#text")]).author == "李明"
