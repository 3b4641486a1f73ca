"""Answers without a body to conditional requests: what their records refer to, and what reads them."""

from datetime import timedelta

import pytest

import archive
from archive.catalog import discard
from archive.cdxj import read_index
from archive.compact import compact
from archive.erase import erase
from archive.verify import verify
from archive.warc import members
from crawler.captured import page_in
from tests.archive.conftest import RECORDED, exchange

PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
TAG = ("ETag", '"1"')
SINCE = "Tue, 27 Jul 2021 03:00:00 GMT"
HTML = ("Content-Type", "text/html")


def page(hours=0, *validators, body=b"<p>text</p>" * 100, **changes):
    return exchange(body=body, headers=(HTML, *validators), fetched_at=RECORDED + timedelta(hours=hours), **changes)


def not_modified(hours, *asked, headers=(TAG,), **changes):
    return exchange(
        status=304,
        reason="Not Modified",
        body=b"",
        headers=headers,
        request_headers=asked,
        fetched_at=RECORDED + timedelta(hours=hours),
        **changes,
    )


def answers(root):
    """Return the records of answers by their ids."""
    opened, found = archive.open(root), {}
    for key in opened.snapshot.files:
        if key.startswith("warc/"):
            with opened.store.open(key) as file:
                found |= {member.record_id: member for member in members(file, key) if member.is_answer}
    return found


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize(
    ("has", "asked"),
    [
        (TAG, ("If-None-Match", '"1"')),
        (("ETag", 'W/"1"'), ("If-None-Match", 'W/"1"')),
        (("ETag", '"1"'), ("if-none-match", 'W/"1"')),
        (("Last-Modified", SINCE), ("If-Modified-Since", SINCE)),
    ],
)
def test_a_304_is_a_revisit_of_the_capture_that_it_was_asked_with(tmp_path, has, asked, published):
    with archive.Writer(tmp_path) as writer:
        first = writer.capture(page(0, has))
        if published:
            writer.publish()
        second = writer.capture(not_modified(1, asked))
    assert second.payload_digest == first.payload_digest
    record = answers(tmp_path)[second.record_id]
    assert (record.kind, record.headers["warc-profile"]) == ("revisit", PROFILE)
    assert record.headers["warc-refers-to"] == first.record_id
    assert record.headers["warc-refers-to-target-uri"] == first.url
    assert record.headers["warc-refers-to-date"] == "2021-07-27T03:00:00Z"
    assert record.block == b""  # else replayers show it instead of the page
    assert verify(tmp_path).findings == []


def test_night_after_night_it_is_the_page_that_is_referred_to(tmp_path):
    made = []
    for hours in range(5):
        with archive.Writer(tmp_path) as writer:
            made.append(writer.capture(not_modified(hours, ("If-None-Match", '"1"')) if hours else page(0, TAG)))
    found = answers(tmp_path)
    assert {found[capture.record_id].headers["warc-refers-to"] for capture in made[1:]} == {made[0].record_id}


def test_the_payload_of_a_revisit_is_where_that_says(tmp_path):
    with archive.Writer(tmp_path) as writer:
        first = writer.capture(page(0, TAG))
        writer.publish()
        writer.capture(page(1, ("ETag", '"2"')))  # the same bytes under another tag
        writer.publish()
        third = writer.capture(not_modified(2, ("If-None-Match", '"2"')))
    record = answers(tmp_path)[third.record_id]
    assert (record.headers["warc-refers-to"], third.payload_digest) == (first.record_id, first.payload_digest)


def test_an_error_between_does_not_take_its_place(tmp_path):
    with archive.Writer(tmp_path) as writer:
        first = writer.capture(page(0, TAG))
        writer.publish()
        writer.capture(page(1, body=b"down", status=503, reason="Service Unavailable"))
        writer.publish()
        third = writer.capture(not_modified(2, ("If-None-Match", '"1"')))
    assert answers(tmp_path)[third.record_id].headers["warc-refers-to"] == first.record_id


@pytest.mark.parametrize(
    "asked", [(), (("If-None-Match", '"another"'),), (("If-Modified-Since", SINCE),)], ids=["nothing", "tag", "date"]
)
def test_a_304_of_what_is_not_there_is_a_response_of_its_own(tmp_path, asked):
    with archive.Writer(tmp_path) as writer:
        writer.capture(page(0, TAG))
        writer.publish()
        second = writer.capture(not_modified(1, *asked))
        writer.publish()
        # It holds no payload, and nothing may refer to it.
        third = writer.capture(not_modified(2, ("If-None-Match", '"1"')))
        again = writer.capture(page(3, TAG))
    found = answers(tmp_path)
    assert (found[second.record_id].kind, found[third.record_id].kind) == ("response", "revisit")
    assert found[third.record_id].headers["warc-refers-to"] != second.record_id
    assert found[again.record_id].headers["warc-refers-to"] == found[third.record_id].headers["warc-refers-to"]
    assert verify(tmp_path).findings == []


def test_it_reads_as_it_came_and_holds_no_page(tmp_path):
    with archive.Writer(tmp_path) as writer:
        writer.capture(page(0, TAG))
        came = not_modified(1, ("If-None-Match", '"1"'))
        capture = writer.capture(came)
    read = archive.open(tmp_path).exchange(capture)
    assert (read.status, read.headers, read.body) == (304, came.headers, b"")
    assert page_in(read) is None


def test_the_index_lists_it_as_a_revisit_with_its_status(tmp_path):
    with archive.Writer(tmp_path) as writer:
        first = writer.capture(page(0, TAG))
        second = writer.capture(not_modified(1, ("If-None-Match", '"1"')))
    opened = archive.open(tmp_path)
    (key,) = (key for key in opened.snapshot.files if key.startswith("index/"))
    found = [
        (line.entry.mime, line.entry.status, line.entry.digest) for line in read_index(opened.store.read(key), key)
    ]
    assert found == [("text/html", "200", first.payload_digest), ("warc/revisit", "304", second.payload_digest)]
    assert [capture.record_id for capture in opened.captures(first.url)] == [first.record_id, second.record_id]


def test_compaction_keeps_it_and_an_erasure_takes_it(tmp_path, make_article, make_observation):
    url = "http://www.example.com/1.html"
    id_ = archive.article_id(url)
    with archive.Writer(tmp_path) as writer:
        first = writer.capture(page(0, TAG))
        writer.append(make_article(id=id_, captures=(first,)), make_observation(id=id_, captures=(first,)))
        writer.publish()
        second = writer.capture(not_modified(1, ("If-None-Match", '"1"')))
        writer.append(make_observation(id=id_, visit_id="2", outcome="not_modified", captures=(second,)))
    compact(tmp_path, until=(RECORDED + timedelta(days=30)).date(), grace=timedelta(0))
    discard(tmp_path / "catalog.sqlite")
    assert verify(tmp_path).findings == []
    with archive.Writer(tmp_path) as writer:
        third = writer.capture(not_modified(2, ("If-None-Match", '"1"')))
    assert answers(tmp_path)[third.record_id].headers["warc-refers-to"] == first.record_id
    erase(tmp_path, id_, "asked for")
    assert answers(tmp_path) == {}
    assert verify(tmp_path).findings == []
