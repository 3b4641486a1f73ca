"""The pictures and files of an article, with their captions, and its language."""

from __future__ import annotations

import pytest

from crawler.extraction import parse, read
from crawler.items import ArticleItem, Attachment, Image

PROSE = "".join(
    f"<p>{number}、港口自清晨起开放，大小船只陆续进港，船长说，今年的第一批货物都在船上。</p>" for number in "一二三四"
)


def article(inside: str, html: str = "<html>", prose: str = PROSE) -> ArticleItem:
    markup = f"{html}<head><title>港口开放日今天举行</title></head><body><h1>港口开放日今天举行</h1><div>{prose}{inside}{prose}</div></body>"
    return read(parse(markup.encode(), "https://e.com/a/1.html"))


@pytest.mark.parametrize(
    ("markup", "picture"),
    [
        ("<p><img src=/up/1.jpg alt=船></p>", Image(url="https://e.com/up/1.jpg", alt="船")),
        ("<img src=/blank.gif data-src=/up/1.jpg>", Image(url="https://e.com/up/1.jpg")),
        (
            "<figure><img src=/up/1.jpg><figcaption>船只进港</figcaption></figure>",
            Image(url="https://e.com/up/1.jpg", caption="船只进港"),
        ),
        ("<img srcset='/up/1.jpg 320w, /up/2.jpg 1024w'>", Image(url="https://e.com/up/2.jpg")),
    ],
)
def test_pictures_of_the_text_are_kept_with_their_captions(markup: str, picture: Image) -> None:
    item = article(markup)
    assert item.images == [picture]
    assert not any(paragraph == "船只进港" for paragraph in item.body)


@pytest.mark.parametrize(
    "markup", ["<img src=/up/1.gif width=1 height=1>", "<img src=/static/icon_word.png>", "<img>", "<img src=data:,x>"]
)
def test_icons_and_counters_are_no_pictures(markup: str) -> None:
    assert article(f"<p>{markup}</p>").images == []


def test_files_that_the_text_offers_are_kept() -> None:
    item = article("<p>附件：<a href=/files/2021.pdf>开放日安排.pdf</a> <a href=/more.html>更多</a></p>")
    assert item.attachments == [Attachment(url="https://e.com/files/2021.pdf", title="开放日安排.pdf")]


ENGLISH = "<p>The harbour has been open since the morning, and ships of all sizes enter it, said the master.</p>" * 3


@pytest.mark.parametrize(
    ("html", "prose", "language"),
    [
        ("<html lang=zh-CN>", PROSE, "zh-cn"),
        ("<html lang=en>", PROSE, "zh"),
        ("<html>", PROSE, "zh"),
        ("<html>", ENGLISH, "en"),
        ("<html lang=en-GB>", ENGLISH, "en-gb"),
    ],
)
def test_language_is_the_stated_one_unless_the_script_is_another(html: str, prose: str, language: str) -> None:
    assert article("", html, prose).language == language
