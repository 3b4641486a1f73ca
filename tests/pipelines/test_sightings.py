"""What an answer without an article says of the article that is known there."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

import archive
from pipelines.article import normalise
from pipelines.identity import identify
from pipelines.recorder import Recorder
from pipelines.sightings import is_unmodified, observe
from pipelines.visits import visit_of

URL = "https://example.com/1.html"
CAPTURE = archive.Capture(record_id="<urn:uuid:1>", payload_digest="sha256:1", url=URL)
NOAI = archive.Right(by="X-Robots-Tag", says="noai", url=None)
NOW = datetime(2021, 7, 28, tzinfo=UTC)


@dataclass(kw_only=True)
class Seen:
    url: str = URL
    site: str = "example"
    visit_id: str = "01FBJ3Q5M0000000000000000C"
    fetched_at: str = "2021-07-27T11:43:00Z"
    http_status: int = 304
    outcome: str = "not_modified"
    captures: list = field(default_factory=lambda: [CAPTURE])
    redirects: list = field(default_factory=list)
    rights: list | None = None


@dataclass
class Redirect:
    url: str
    http_status: int = 301
    visit_id: str = "01FBJ3Q5M0000000000000000D"
    fetched_at: str = "2021-07-27T11:43:00Z"
    captures: tuple = ()


@pytest.fixture
def writer(tmp_path):
    with archive.Writer(tmp_path) as writer:
        yield writer


def store(writer, day=26, **words):
    """Store a page as a visit saw it; return what was seen."""
    page = {"url": URL, "title": "题", "body": ["文"], "views": "7", "fetched_at": f"2021-07-{day}T12:00:00Z", **words}
    content, visit = normalise(page), visit_of(page, now=NOW)
    recorder = Recorder(writer)
    recorder.record(recorder.find(content, identify(content, visit, writer.known)), content, visit)
    return content


def seen_by(writer, item):
    return observe(item, visit_of(item, now=NOW), writer.known)


@pytest.mark.parametrize("published", [False, True])
def test_a_304_is_a_sighting_of_the_newest_wording_without_a_counter(writer, published):
    store(writer)
    newest = store(writer, 27, body=["改"])
    if published:
        writer.publish()
    seen = seen_by(writer, Seen(url="http://www.example.com/1.html?utm_source=x"))
    assert (seen.outcome, seen.http_status, seen.digest) == ("not_modified", 304, newest.digest)
    assert (seen.view_count, seen.view_count_raw, seen.moved_to) == (None, None, None)
    assert (seen.captures, seen.rights, seen.visit_id) == ((CAPTURE,), None, Seen().visit_id)
    writer.append(seen)
    latest = writer.known.latest(seen.id)
    assert (latest.status, latest.missing_at, latest.digest) == ("live", None, newest.digest)


def test_a_304_finds_what_was_missing(writer):
    content = store(writer)
    writer.append(seen_by(writer, Seen(outcome="gone", http_status=404)))
    id_ = writer.known.find(URL)
    assert writer.known.latest(id_).missing_at is not None
    writer.append(seen_by(writer, Seen()))
    assert writer.known.latest(id_).missing_at is None
    assert content.digest == writer.known.latest(id_).digest


def test_a_304_of_no_article_says_nothing(writer):
    store(writer)
    assert seen_by(writer, Seen(url="https://example.com/list.html")) is None


def test_a_304_to_which_an_article_leads_is_none_of_its_own(writer):
    store(writer)
    elsewhere = Seen(url="https://example.com/else.html", redirects=[Redirect(URL)])
    assert seen_by(writer, elsewhere) is None


@pytest.mark.parametrize(("outcome", "at_once"), [("not_modified", True), ("gone", False), ("blocked", False)])
def test_a_304_alone_is_told_at_once(outcome, at_once):
    assert is_unmodified(Seen(outcome=outcome)) is at_once
    assert not is_unmodified({"url": URL, "title": "题"})


@pytest.mark.parametrize("rights", [None, [], [NOAI]])
def test_a_sighting_and_a_page_keep_what_was_said_of_their_uses(writer, tmp_path, rights):
    store(writer, rights=rights)
    writer.append(seen_by(writer, Seen(outcome="gone", http_status=404, rights=rights)))
    writer.publish()
    expected = None if rights is None else tuple(rights)
    assert [seen.rights for seen in archive.open(tmp_path).observations()] == [expected, expected]


def test_words_that_are_no_text_stop_no_line(writer, tmp_path):
    store(writer, rights=[archive.Right(by="meta robots", says="\ud800noai", url="http://x/\udfff")])
    writer.publish()
    (seen,) = archive.open(tmp_path).observations()
    assert seen.rights[0].says.endswith("noai")
