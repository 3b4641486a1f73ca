"""Which words of a page are its headline."""

from __future__ import annotations

import pytest

from crawler.extraction import parse, read
from crawler.extraction.structured import Structured
from crawler.extraction.titleparts import as_told, without_site

PROSE = "<p>The harbour has been open since the morning, and ships of all sizes enter it, said the master.</p>" * 4


def title(head: str, body: str) -> str | None:
    return read(parse(f"<html><head>{head}</head><body>{body}{PROSE}</body></html>".encode())).title


def test_heading_is_the_title_without_the_site_that_the_documents_title_adds() -> None:
    assert title("<title>Tea prices rise - The Harbour Daily</title>", "<h1>Tea prices rise</h1>") == "Tea prices rise"


def test_site_name_stays_off_where_machines_are_told_it_with_the_title() -> None:
    head = """<title>Tea prices rise | Harbour</title><meta property="og:title" content="Tea prices rise | Harbour">
    <meta property="og:site_name" content="Harbour">"""
    assert title(head, "<h1>Tea prices rise</h1>") == "Tea prices rise"


def test_series_is_part_of_the_title_where_the_documents_title_parts_only_the_site() -> None:
    head = """<title>Chapter two: rain - The long voyage | Storyhouse</title>
    <meta property="og:title" content="Chapter two: rain - The long voyage">"""
    assert title(head, "<h1>Chapter two: rain</h1>") == "Chapter two: rain - The long voyage"


def test_quotation_marks_are_those_of_the_writer_not_of_the_template() -> None:
    head = """<title>Master: "No tea today" - Harbour</title>
    <meta property="og:title" content='Master: "No tea today"'>"""
    assert title(head, "<h1>Master: “No tea today”</h1>") == 'Master: "No tea today"'


def test_curly_marks_of_cjk_text_are_the_writers() -> None:
    head = """<title>港口“开放日”今天举行</title><meta property="og:title" content='港口"开放日"今天举行'>"""
    assert title(head, "<h1>港口“开放日”今天举行</h1>") == "港口“开放日”今天举行"


def test_two_that_agree_outvote_the_heading() -> None:
    told = Structured(headline="Harbour opens: the first ships of spring")
    declared = "Harbour opens: the first ships of spring - Daily"
    assert as_told("Harbour opens to the first ships", told, declared) == "Harbour opens: the first ships of spring"


def test_heading_stands_where_metadata_alone_says_otherwise() -> None:
    told = Structured(og_title="You won't believe which ships come")
    assert as_told("Harbour opens", told, "Harbour opens - Daily") == "Harbour opens"


def test_word_out_of_the_title_within_the_text_is_not_the_headline() -> None:
    body = f"<div>{PROSE}<h2>Harbours</h2>{PROSE}</div>"
    assert title("<title>Of the old harbours in the north</title>", body) == "Of the old harbours in the north"


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("港口开放日举行_要闻_港城新闻网", "港口开放日举行"),
        ("港口开放日举行-港城新闻网", "港口开放日举行"),
        ("Tea: a history » Blog", "Tea: a history"),
        ("Well-known anti-war film", "Well-known anti-war film"),
        ("", None),
    ],
)
def test_longest_part_of_a_documents_title_is_kept(declared: str, expected: str | None) -> None:
    assert without_site(declared, Structured()) == expected
