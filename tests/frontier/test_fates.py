"""What came of a request, and what that means for its lease."""

from dataclasses import replace
from datetime import UTC, datetime
from time import time

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import TextResponse

from archive import Capture
from crawler.downloader.capture import Answer
from crawler.downloader.hosts import HostAway, RunEnding
from crawler.downloader.requests import Counter, Enough, Erased, OffSite
from crawler.downloader.robots import ForbiddenByRobots, RobotsUnavailable
from crawler.frontier.fates import LONGEST_PAUSE, Back, Fate, Instead, addresses, answered, end_of, read_as
from crawler.frontier.interface import Answered, Lease, Page, Past, Receipt
from crawler.further import carrying
from crawler.items import ArticleItem
from pipelines.stored import StoredLine

URL = "http://a.cn/news/1.html"
LEASE = Lease(key=b"k" * 16, token=7, url=URL, host="a.cn")
DIGEST = "ab" * 32


def ended(result, **fate):
    return end_of(LEASE, Request(URL), Fate(result=result, **fate))


def page(status=200, headers=None):
    return TextResponse(URL, status=status, headers=headers or {}, body=b"<p>text")


def test_a_page_is_done_with_what_the_server_said():
    request = Request(URL)
    capture = Capture(record_id="<urn:uuid:1>", payload_digest=f"sha256:{DIGEST}", url=URL)
    request.meta["answers"] = (
        Answer(visit_id="V", url=URL, status=200, fetched_at="2026-01-01T00:00:00Z", capture=capture),
    )
    response = page(headers={"ETag": '"x"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"})
    before = int(time())
    end = end_of(LEASE, request, Fate(result=response, kind="other"))
    assert before <= end.answer.at <= time()
    assert replace(end, page=None) == Receipt(lease=LEASE, state="done", answer=Answered(
        at=end.answer.at, http_status=200, etag='"x"', last_modified="Thu, 01 Jan 2026 00:00:00 GMT", digest=bytes.fromhex(DIGEST),
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (200, "done", None),
        (304, "done", None),
        (404, "done", "HTTP 404"),
        (410, "done", "HTTP 410"),
        (403, "failed", "HTTP 403"),
        (503, "failed", "HTTP 503"),
    ],
)
def test_a_status_says_whether_it_was_had(status, state, reason):
    end = ended(page(status))
    assert (end.state, end.reason, end.answer.http_status) == (state, reason, status)


def test_a_page_that_could_not_be_read_has_failed():
    end = ended(page(), unread="ValueError: no digits")
    assert (end.state, end.reason) == ("failed", "it could not be read: ValueError: no digits")


def test_one_article_too_many_is_for_a_later_run():
    assert ended(page(), unwanted=True) == Back(LEASE)


@pytest.mark.parametrize("error", [RunEnding(), Enough(URL), None])
def test_what_was_not_sent_is_given_back(error):
    assert ended(error) == Back(LEASE)


def test_a_host_that_asks_for_a_long_pause_is_asked_no_more_and_believed_for_a_day():
    before = time()
    end = ended(HostAway("a.cn", 3600))
    assert end.closed == "a.cn"
    assert before + 3599 < end.until <= time() + 3600
    assert ended(HostAway("a.cn", 10**9)).until <= time() + LONGEST_PAUSE


def test_a_host_without_a_readable_robots_txt_is_for_a_later_run():
    error = RobotsUnavailable("http://a.cn/robots.txt", "HTTP 503")
    assert ended(error) == Back(LEASE, closed="a.cn", reason=str(error))


@pytest.mark.parametrize(
    "error",
    [ForbiddenByRobots(URL), OffSite(URL), Counter(URL), Erased(URL), IgnoreRequest("max redirections reached")],
)
def test_what_is_not_to_be_requested_is_refused_with_the_reason(error):
    end = ended(error)
    assert (end.state, end.reason, end.answer) == ("refused", str(error), None)


def test_what_could_not_be_had_has_failed_with_the_reason():
    end = ended(DownloadTimeoutError("took longer than 60 s"))
    assert (end.state, end.reason) == ("failed", "took longer than 60 s")


def test_a_redirect_takes_its_place():
    further = Request("http://a.cn/news/2.html", meta={"answers": (
        Answer(visit_id="V", url=URL, status=301, fetched_at=datetime.now(UTC).isoformat(), capture=None),
    )})  # fmt: skip
    end = ended(further, instead=further)
    assert isinstance(end, Instead)
    assert (end.request, end.failed, end.answer.http_status) == (further, False, 301)
    assert list(addresses(further)) == [URL, "http://a.cn/news/2.html"]


def test_a_retry_takes_its_place_and_counts_as_a_failure():
    again = Request(URL, meta={"retry_times": 1})
    assert ended(again, instead=again) == Instead(LEASE, again, None, failed=True)


def test_a_redirect_to_what_is_not_asked_for_is_done():
    away = Request("http://elsewhere.cn/")
    end = ended(away)
    assert (end.state, end.led_to) == ("done", "http://elsewhere.cn/")


def test_a_validator_without_bound_is_cut():
    assert len(answered(Request(URL), page(headers={"ETag": '"' + "x" * 5000}), LEASE).etag) == 200


def visited(kind="article", etag='"e1"', status=200, **page):
    past = Past(answer=Answered(at=1, http_status=status, etag=etag), page=Page(kind=kind, **page))
    return replace(LEASE, past=past)


def answer_of(fate, lease=LEASE, status=200, **headers):
    return end_of(lease, Request(URL), replace(fate, result=page(status=status, headers=headers))).answer


@pytest.mark.parametrize(
    ("fate", "lease", "etag"),
    [
        (Fate(kind="article", stored=StoredLine.__new__(StoredLine)), LEASE, '"x"'),
        (Fate(kind="other"), LEASE, '"x"'),
        (Fate(kind="article"), LEASE, None),  # in quarantine
        (Fate(kind="other", missing=True), LEASE, None),
        (Fate(kind="other"), visited(), None),  # an article's address that shows something else
        (Fate(kind="article", unread="ValueError"), LEASE, None),
    ],
)
def test_only_what_is_kept_need_not_be_said_again(fate, lease, etag):
    if fate.stored is not None:
        fate.stored.update(published_at=None, view_count=None)
        fate.stored.change = "same"
    assert answer_of(fate, lease, ETag='"x"').etag == etag


def test_a_304_that_names_no_validators_keeps_those_that_are_known():
    assert answer_of(Fate(), visited(), status=304).etag == '"e1"'
    assert answer_of(Fate(), visited(), status=304, ETag='"e2"').etag == '"e2"'


def test_what_says_that_it_is_not_there_is_asked_for_in_the_next_run_once():
    first = end_of(visited(), Request(URL), Fate(result=page(), missing=True, kind="other"))
    assert (first.page.kind, first.page.missing) == ("article", True)
    assert first.page.due_at <= time() + 1
    again = replace(LEASE, past=Past(answer=Answered(at=1, http_status=200, etag=None), page=first.page))
    assert end_of(again, Request(URL), Fate(result=page(), missing=True, kind="other")).page.due_at > time() + 86_400


@pytest.mark.parametrize("meta", [{"article": {}, "article_pages": 2}, {"requisite": 1}])
def test_what_is_no_page_of_its_own_is_never_due(meta):
    assert end_of(LEASE, Request(URL, meta=meta), Fate(result=page())).page is None


def test_the_first_page_of_several_is_as_old_as_its_article():
    item = ArticleItem(url=URL, title="标题", published="2026-01-02 03:04", language="zh", body=["文"])
    further = carrying(Request(f"{URL}?page=2"), item, TextResponse(URL, request=Request(URL)))
    fate = Fate(result=page())
    fate.look_at([further], [])
    assert datetime.fromtimestamp(read_as(LEASE, fate, 1_800_000_000).published_at, UTC) == datetime(
        2026, 1, 1, 19, 4, tzinfo=UTC
    )
