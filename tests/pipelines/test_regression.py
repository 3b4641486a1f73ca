"""What is an edit, and what a page that the rules misread since a redesign."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipelines.article import normalise
from pipelines.losses import losses
from pipelines.recorder import Finding
from pipelines.regression import Gate

NOW = datetime(2024, 6, 1, tzinfo=UTC)
WORDS = "研究人员介绍，这台仪器在第{n}个实验室里完成了{n}次测量，结果令人满意，明年还会继续。"


def content(number=1, **changes):
    words = {
        "url": f"https://news.example/news/{number}.html",
        "title": f"第{number}台新的光谱仪投入使用了",
        "published": "2024-05-06 07:08",
        "source": "测试社",
        "author": "张三",
        "views": "12",
        "prev": {"url": "https://news.example/news/0.html", "title": "上一篇"},
        "body": [WORDS.format(n=number * 10 + n) for n in range(8)],
    }
    return normalise(words | changes, now=NOW)


def regresses(**changes):
    return losses(content(), content(**changes)).is_regression


FURNITURE = {"body": ["版权所有，未经许可不得转载。"]}
OTHER_TEXT = {"body": ["港务局今天说明，码头的维修需要三个月的时间，其间船只改停其他的泊位。" * 8]}


@pytest.mark.parametrize(
    "edit",
    [
        {"source": None},
        {"published": None},
        {"views": None, "prev": None},
        {"source": None, "author": None},
        {"published": "2024-06-01 09:00", **OTHER_TEXT},
        {"title": "完全不同的新闻标题", **OTHER_TEXT},
        {"title": "完全不同的新闻标题", "source": "新华社"},
        {"source": None, "body": [WORDS.format(n=10), WORDS.format(n=11), WORDS.format(n=12), WORDS.format(n=13)]},
        FURNITURE,
        OTHER_TEXT,
    ],
)
def test_an_edit_is_none(edit):
    assert not regresses(**edit)


@pytest.mark.parametrize(
    "misread",
    [
        {"source": None, "published": None},
        {"source": None, **FURNITURE},
        {"source": None, "author": None, "views": None},
        {"source": None, "views": None, "prev": None},
        {"source": None, "title": "海港在线", "published": "2019-01-01 10:00"},
        {"published": "2024-05-06", "title": "海港在线", **OTHER_TEXT},
    ],
)
def test_several_losses_at_once_are_a_misreading(misread):
    assert regresses(**misread)


def test_it_says_what_is_lost():
    found = losses(content(), content(source=None, published=None, title="海港在线", **FURNITURE))
    assert str(found) == f"lacks published_at, source; body {len(content().body)} -> 14 characters; another title"
    assert losses(content(), content(title="海港在线"), is_shared=True).lacks == ("title",)


class Site:
    """What a gate knows of, and the pages that it asks for once more."""

    def __init__(self, again=None):
        self.asked, self._answers = [], again or {}
        self.gate = Gate("news.example", self, self.again)
        self.articles = {}

    def newest(self, site, most):
        return []

    def article(self, id_):
        return self.articles.get(id_)

    async def again(self, url):
        self.asked.append(url)
        if answer := self._answers.get(url):
            self.visit(answer)

    def new(self, one, *, doubtful=False):
        found = asyncio.run(self.gate.new(one.url, one, doubtful=doubtful))
        self.articles.setdefault(one.url, one)
        return found

    def visit(self, one):
        finding = Finding(id=one.url, latest=None, change="revised", cause="crawl")
        return self.gate.known(finding, one)


def poor(number):
    return content(number, title="海港在线", source=None, author=None, published=None, views=None, prev=None)


def test_a_new_article_that_lacks_what_all_state_is_held_back_where_others_lack_it_now_too():
    site = Site({content(number).url: poor(number) for number in range(30)})
    assert [site.new(content(number)) for number in range(30)] == [None] * 30
    held = site.new(poor(31))
    assert (held.reason, held.detail) == (
        "regressed",
        "lacks published_at, source, author, view_count, neighbours",
    )
    assert len(site.asked) == 8
    # It is known now: nobody is asked any more.
    assert site.new(poor(32)).reason == "regressed"
    assert site.new(content(33)) is None
    assert len(site.asked) == 8


def test_where_others_are_as_they_were_it_is_of_another_kind():
    site = Site({content(number).url: content(number) for number in range(30)})
    for number in range(30):
        site.new(content(number))
    assert [site.new(poor(number)) for number in range(31, 47)] == [None] * 16
    assert len(site.asked) <= 4


def test_of_a_few_articles_nothing_follows():
    site = Site()
    for number in range(5):
        site.new(content(number))
    assert site.new(poor(6)) is None
    assert site.asked == []


def test_a_page_that_lacks_one_field_is_stored():
    site = Site({content(number).url: poor(number) for number in range(30)})
    for number in range(30):
        site.new(content(number))
    assert site.new(content(31, source=None)) is None
    assert site.asked == []


def test_three_known_articles_that_are_misread_say_that_the_site_was_redesigned():
    site = Site()
    for number in range(30):
        site.new(content(number))
    assert [site.visit(poor(number)).reason for number in range(3)] == ["regressed"] * 3
    assert site.gate.is_redesigned
    assert site.new(poor(31)).reason == "regressed"
    assert site.asked == []


def test_one_article_that_was_withdrawn_says_nothing_of_the_site():
    site = Site()
    for number in range(30):
        site.new(content(number))
    assert site.visit(poor(3)).reason == "regressed"
    assert not site.gate.is_redesigned


def test_what_only_better_rules_read_otherwise_is_stored():
    site = Site()
    finding = Finding(id="1", latest=None, change="same", cause="rules", before=content())
    assert site.gate.known(finding, replace(content(), source=None, published_at=None)) is None
