"""Where each field stands, and why other words are not its value."""

from __future__ import annotations

from crawler.extraction import parse, read, read_with_places
from crawler.layout import Layout

PROSE = "".join(
    f"<p>{number}、港口自清晨起开放，大小船只陆续进港，船长说，今年的第一批货物都在船上。</p>" for number in "一二三四"
)
PAGE = f"""<html><head><title>港口开放日今天举行 - 港城网</title></head><body>
<ul><li><a href=/9.html>另一篇很长的报道标题</a> 来源：展览报 浏览次数：9</li></ul>
<h1>港口开放日今天举行</h1><p class=info>时间：2021-07-26 来源：<a href=/x>港城网</a> 浏览次数：35 作者：</p>
<div id=text>{PROSE}</div><p class=prev>上一篇：<a href=/1.html>港口昨天关闭</a></p></body></html>""".encode()


def test_reading_holds_the_same_article() -> None:
    assert read_with_places(parse(PAGE)).item == read(parse(PAGE))


def test_each_field_of_the_evidence_has_a_place_among_the_lines() -> None:
    reading = read_with_places(parse(PAGE))
    assert [(one.name, one.how, one.confidence) for one in reading.found] == [
        (one.name, one.how, one.confidence) for one in reading.item.evidence
    ]
    lines = {one.name: reading.blocks[one.place.first].text for one in reading.found if one.place.first is not None}
    assert lines["title"] == "港口开放日今天举行"
    assert lines["published_at"] == lines["source"] == lines["view_count"]
    assert lines["prev"] == "上一篇：港口昨天关闭"
    places = {one.name: one.place for one in reading.found}
    assert [element.get("id") for element in places["body"].elements] == ["text"]
    assert (places["body"].first, places["body"].last) == (3, 6)


def test_what_is_passed_over_is_told_with_the_reason() -> None:
    told = {(one.name, one.value): one.why for one in read_with_places(parse(PAGE)).rejected}
    assert told["source", "来源：展览报"] == "belongs to the link that its line begins with"
    assert told["view_count", "浏览次数：9"] == "belongs to the link that its line begins with"
    assert told["author", "作者："] == "nothing that could be its value stands behind the label"


def test_layouts_fields_stand_where_their_selectors_match() -> None:
    reading = read_with_places(parse(PAGE), [Layout(title="h1", body="#text")])
    places = {one.name: (one.how, [element.tag for element in one.place.elements]) for one in reading.found}
    assert places["title"] == ("layout", ["h1"])
    assert places["body"] == ("layout", ["div"])


def test_no_field_is_told_of_more_than_a_person_reads() -> None:
    dates = "".join(f"<div>时间：2020-01-{day:02}</div>" for day in range(1, 29))
    rejected = read_with_places(parse(PAGE.replace(b"<ul>", f"<ul>{dates}".encode()))).rejected
    assert len([one for one in rejected if one.name == "published_at"]) <= 8
