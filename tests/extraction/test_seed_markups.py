"""The seed article is read in whatever markup its text stands."""

from __future__ import annotations

import pytest

from crawler.extraction import parse, read
from pipelines.article import content_fields
from tests.extraction.seed_markups import CHARSETS, EXPECTED, FEET, HEADS, SHELLS, TEXTS, URL, page

FIELDS = ("title", "category", "published_at", "view_count", "source", "prev", "next", "body")


def wrong(**markup: str) -> dict[str, tuple[object, object]]:
    """Return the fields that are read otherwise than the seed says."""
    content, headers = page(**markup)
    values = content_fields(read(parse(content, URL, headers)))
    return {name: (values[name], EXPECTED[name]) for name in FIELDS if values[name] != EXPECTED[name]}


@pytest.mark.parametrize("head", HEADS)
def test_title_time_and_views_are_read_in_every_head(head: str) -> None:
    assert wrong(head=head) == {}


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_read_in_every_markup(text: str) -> None:
    assert wrong(text=text) == {}


@pytest.mark.parametrize("foot", FEET)
def test_source_and_neighbours_are_read_in_every_foot(foot: str) -> None:
    assert wrong(foot=foot) == {}


@pytest.mark.parametrize("charset", CHARSETS)
def test_every_charset_is_read_however_it_is_declared(charset: str) -> None:
    assert wrong(charset=charset) == {}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("head", HEADS)
def test_heads_are_read_in_every_shell(head: str, shell: str) -> None:
    assert wrong(head=head, shell=shell) == {}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("foot", FEET)
def test_feet_are_read_in_every_shell(foot: str, shell: str) -> None:
    assert wrong(foot=foot, shell=shell, text="br") == {}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_read_in_every_shell(text: str, shell: str) -> None:
    assert wrong(text=text, shell=shell, foot="br") == {}
