from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import archive
from pipelines.article import content_fields, normalise

SEED = {
    "url": "https://www.example.com/News/1771.html?from=list",
    "canonical_link": "https://www.example.com/",
    "kind": "article",
    "title": "【行业新闻】 科学仪器行业",
    "breadcrumbs": ["首页", "新闻"],
    "published": "2021-07-26 11:43",
    "source": "来源:网络",
    "body": ["第一段。 ", "", "第二段。"],
    "images": [{"url": "https://www.example.com/1.png", "alt": " "}, {"url": "data:image/png;base64,AAAA"}],
    "views": "35348",
    "prev": {"url": "https://www.example.com/News/1770.html", "title": "【行业新闻】前"},
    "next": {"url": None, "title": None},
    "language": "zh",
    "evidence": [{"name": "title", "how": "heading", "confidence": 0.912}],
}


def test_a_page_s_words_become_values():
    content = normalise(SEED)
    assert (content.title, content.category) == ("科学仪器行业", "行业新闻")
    assert content.canonical_url == "https://www.example.com/News/1771.html"
    assert content.published_at.isoformat() == "2021-07-26T11:43:00+08:00"
    assert (content.published_precision, content.published_zone) == ("minute", "assumed")
    assert content.published_date == date(2021, 7, 26)
    assert (content.source, content.author) == ("网络", None)
    assert content.body == "第一段。\n\n第二段。"
    assert content.images == (archive.Image(url="https://www.example.com/1.png", alt=None, caption=None),)
    assert (content.view_count, content.view_count_raw) == (35348, "35348")
    assert content.prev == archive.Link(url="https://www.example.com/News/1770.html", title="【行业新闻】前")
    assert content.next == archive.Link(url=None, title=None)
    assert content.digest == archive.digest(
        title="科学仪器行业",
        category="行业新闻",
        published_at=content.published_at,
        source="网络",
        author=None,
        body="第一段。\n\n第二段。",
    )


def test_a_page_that_says_nothing_has_no_values():
    content = normalise({"url": "https://example.com/1"})
    unknown = (
        "title",
        "category",
        "published_at",
        "published_raw",
        "published_date",
        "modified_at",
        "source",
        "author",
    )
    assert [getattr(content, name) for name in (*unknown, "body", "view_count", "prev", "next", "language")] == [
        None
    ] * 13
    assert (content.images, content.breadcrumbs) == ((), ())


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ({"title": "【甲】题", "category": "乙", "breadcrumbs": ["丙"]}, "甲"),
        ({"title": "题", "category": "乙", "breadcrumbs": ["丙"]}, "乙"),
        ({"title": "题", "breadcrumbs": ["首页", "丙"]}, "丙"),
        ({"title": "题"}, None),
    ],
)
def test_the_category_is_the_tag_or_what_the_page_says_or_the_last_breadcrumb(words, category):
    assert normalise({"url": "https://example.com/1", **words}).category == category


@pytest.mark.parametrize(("views", "count"), [("10万+", 100000), ("0", 0), ("-", None), (" ", None), (None, None)])
def test_a_count_is_never_0_for_unknown(views, count):
    content = normalise({**SEED, "views": views})
    assert (content.view_count, content.view_count_raw) == (count, views if views and views.strip() else None)


def test_words_without_a_time_are_kept_as_they_are():
    content = normalise({**SEED, "published": "前天的前天", "modified": "2021-13-45"})
    assert (content.published_at, content.published_raw, content.published_precision) == (None, "前天的前天", None)
    assert (content.modified_at, content.modified_raw) == (None, "2021-13-45")


def test_an_age_counts_from_the_visit():
    content = normalise({**SEED, "published": "3小时前", "fetched_at": "2021-07-26T06:00:00Z"})
    assert content.published_at.astimezone(UTC) == datetime(2021, 7, 26, 3, tzinfo=UTC)


def test_a_counter_a_picture_and_a_neighbour_are_no_edit():
    changed = normalise({**SEED, "views": "35349", "images": [], "prev": None})
    assert changed.digest == normalise(SEED).digest
    assert normalise({**SEED, "body": ["第一段。"]}).digest != changed.digest


@given(
    st.fixed_dictionaries(
        {"url": st.text().map("https://example.com/".__add__)},
        optional={name: st.none() | st.text() for name in ("title", "published", "source", "views", "zone", "language")}
        | {name: st.none() | st.lists(st.text()) for name in ("body", "breadcrumbs")}
        | {name: st.none() | st.fixed_dictionaries({"url": st.text(), "title": st.text()}) for name in ("prev", "next")}
        | {"images": st.lists(st.fixed_dictionaries({"url": st.text(), "alt": st.text()}))},
    )
)
def test_no_words_are_too_strange(words):
    assert msgspec.json.encode(normalise(words))


@dataclass
class Item:
    """Any item that itemadapter reads will do."""

    url: str
    title: str
    body: list[str] = field(default_factory=list)


def test_a_saved_page_has_json_values_and_no_archive_s_keys():
    fields = content_fields(SEED)
    assert fields["published_at"] == "2021-07-26T11:43:00+08:00"
    # The category is the headline's tag.
    found = [{"name": "title", "how": "heading"}, {"name": "category", "how": "title"}]
    assert fields["extractor"] == {"version": None, "fields": [{**field, "confidence": 0.91} for field in found]}
    assert fields["next"] == {"url": None, "title": None}
    assert list(fields) == [
        *"url canonical_url kind title category published_at published_raw published_precision published_zone".split(),
        *"published_date modified_at modified_raw source source_url author editor body images attachments".split(),
        *"view_count view_count_raw prev next language breadcrumbs digest text_digest extractor".split(),
    ]
    assert content_fields(Item("https://example.com/1", "题", ["文"]))["body"] == "文"
