import logging
from datetime import UTC, datetime

import pytest

import archive
from archive.version import newsreel_version
from pipelines.article import normalise
from pipelines.identity import identify
from pipelines.recorder import Recorder
from pipelines.validate import Invalid
from pipelines.visits import Visit

PAGE = {"url": "https://example.com/1.html", "title": "题", "body": ["文"], "views": "1"}


def visit(day=26, **changes):
    at = datetime(2021, 7, day, 12, tzinfo=UTC)
    values = {
        "visit_id": f"VISIT{day:021}",
        "site": "example.com",
        "fetched_at": at,
        "recorded_at": at,
        "http_status": 200,
    }
    return Visit(**(values | changes))


def record(writer, recorder, page, seen):
    """Record one page; return what it meant and its line."""
    content = normalise(page)
    finding = recorder.find(content, identify(content, seen, writer.known))
    return finding.change, recorder.record(finding, content, seen)


@pytest.fixture
def crawl(tmp_path):
    """Record pages in a run of their own; return what each meant."""

    def crawl(day, *pages):
        with archive.Writer(tmp_path, site="example.com") as writer:
            recorder = Recorder(writer)
            return [record(writer, recorder, page, visit(day))[0] for page in pages]

    return crawl


def test_a_second_run_adds_an_observation_and_no_article(crawl, tmp_path):
    assert [crawl(26, PAGE), crawl(27, PAGE)] == [["new"], ["same"]]
    opened = archive.open(tmp_path)
    assert [article.fetched_at.day for article in opened.articles(revisions=True)] == [26]
    assert [(seen.observed_at.day, seen.outcome) for seen in opened.observations()] == [(26, "new"), (27, "same")]


def test_a_revision_says_which_rules_read_it(crawl, tmp_path):
    crawl(26, PAGE)
    (article,) = archive.open(tmp_path).articles()
    assert (article.extractor.version, article.extractor.cause) == (newsreel_version(), "crawl")


def test_a_counter_is_not_an_edit(crawl, tmp_path):
    assert crawl(26, PAGE, {**PAGE, "views": "2"}, {**PAGE, "views": "3"}) == ["new", "same", "same"]
    assert [seen.view_count for seen in archive.open(tmp_path).observations()] == [1, 2, 3]


def test_an_edit_is_a_revision_that_names_the_one_before(crawl, tmp_path):
    assert [crawl(26, PAGE), crawl(27, {**PAGE, "body": ["改"]})] == [["new"], ["revised"]]
    first, second = archive.open(tmp_path).articles(revisions=True)
    assert (first.previous_digest, second.previous_digest) == (None, first.digest)
    assert first.id == second.id
    assert first.revision_id != second.revision_id


def test_a_wording_that_comes_back_is_a_revision_again(crawl, tmp_path):
    assert [crawl(26, PAGE), crawl(27, {**PAGE, "title": "改"}), crawl(28, PAGE)] == [["new"], ["revised"], ["revised"]]


def test_the_same_article_by_http_and_www_is_one(crawl, tmp_path):
    assert crawl(26, PAGE, {**PAGE, "url": "http://www.example.com/1.html?utm_source=x"}) == ["new", "same"]


def test_the_line_of_an_unchanged_article_is_the_stored_revision_as_seen_now(tmp_path):
    with archive.Writer(tmp_path) as writer:
        recorder = Recorder(writer)
        _, stored = record(writer, recorder, PAGE, visit(26))
        change, seen = record(writer, recorder, {**PAGE, "views": "9"}, visit(27))
    assert change == "same"
    assert (seen.revision_id, seen.digest, seen.previous_digest) == (stored.revision_id, stored.digest, None)
    assert (seen.view_count, seen.visit_id) == (9, visit(27).visit_id)


def test_what_is_invalid_is_kept_whole(tmp_path):
    capture = archive.Capture(record_id="<urn:uuid:0>", payload_digest="sha256:0", url=PAGE["url"])
    with archive.Writer(tmp_path) as writer:
        content, seen = normalise(PAGE), visit(captures=(capture,))
        identity = identify(content, seen, writer.known)
        Recorder(writer).quarantine(identity, content, seen, Invalid(reason="no_body"), PAGE)
    opened = archive.open(tmp_path)
    (kept,) = opened.quarantine()
    assert (kept.reason, kept.url, kept.item, kept.captures) == ("no_body", PAGE["url"], PAGE, (capture,))
    assert [(seen.outcome, seen.digest) for seen in opened.observations()] == [("quarantined", None)]


def test_a_clock_that_was_set_back_puts_no_new_wording_before_an_old_one(crawl, tmp_path, caplog):
    crawl(26, PAGE)
    with caplog.at_level(logging.WARNING):
        assert crawl(20, {**PAGE, "title": "改"}, {**PAGE, "title": "再改"}) == ["revised", "revised"]
    opened = archive.open(tmp_path)
    assert [(line.title, line.fetched_at.day) for line in opened.articles(revisions=True)] == [("题", 26), ("改", 26), ("再改", 26)]  # fmt: skip
    assert [line.title for line in opened.articles()] == ["再改"]
    assert [seen.observed_at.day for seen in opened.observations()] == [26, 20, 20]
    assert len([message for message in caplog.messages if "clock" in message]) == 1
