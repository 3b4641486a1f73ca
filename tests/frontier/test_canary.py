"""What the scheduler leans on inside Scrapy, seen in a tiny crawl with a scheduler that does nothing but watch.

Where one of these fails after an upgrade, look at crawler/frontier/scheduler.py before anything else.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.servers import Answer, redirect, serve_faults

CANARY = '''
import asyncio
import json
import os
from collections import deque

import scrapy
from scrapy import signals
from scrapy.core.downloader import Downloader
from scrapy.core.scheduler import BaseScheduler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from twisted.python.failure import Failure

EVENTS = []


def note(kind, **words):
    EVENTS.append({"kind": kind, **words})


class Watching(BaseScheduler):
    """Holds each request back until the event loop's next turns, and wakes the engine then."""

    def __init__(self, crawler):
        self.crawler = crawler
        self.waiting, self.held, self.given = deque(), 0, {}

    @classmethod
    def from_crawler(cls, crawler):
        scheduler = cls(crawler)
        crawler.signals.connect(scheduler.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(scheduler.spider_error, signal=signals.spider_error)
        crawler.signals.connect(scheduler.item_error, signal=signals.item_error)
        crawler.signals.connect(scheduler.item_dropped, signal=signals.item_dropped)
        return scheduler

    def spider_opened(self):
        engine = self.crawler.engine
        note("opened", is_scheduler=engine.scheduler is self)
        remove = engine._remove_request

        def removed(result, request):
            number = self.given.get(id(request))
            note("removed", url=request.url, number=number, ours=number is not None)
            remove(result, request)

        engine._remove_request = removed

    def has_pending_requests(self):
        return bool(self.waiting or self.held)

    def enqueue_request(self, request):
        note("enqueued", url=request.url, is_start=request.meta.get("is_start_request"))
        self.held += 1
        asyncio.get_running_loop().call_later(0.05, self.let_go, request)
        return True

    def let_go(self, request):
        # The engine asks by itself every few seconds: not here, so that it is this call alone that wakes it.
        slot = self.crawler.engine._slot
        if slot.heartbeat.running:
            slot.heartbeat.stop()
        self.held -= 1
        self.waiting.append(request)
        slot.nextcall.schedule()

    def next_request(self):
        if not self.waiting:
            return None
        request = self.waiting.popleft()
        self.given[id(request)] = len(self.given)
        request.meta["kept"] = True
        EVENTS.append({"kind": "given", "url": request.url})
        self.keep = getattr(self, "keep", [])
        self.keep.append(request)
        return request

    def is_given(self, response):
        return id(getattr(response, "request", None)) in self.given

    def spider_error(self, failure, response):
        note("spider_error", url=response.url, ours=self.is_given(response))

    def item_error(self, item, response, failure):
        note("item_error", url=response.url, ours=self.is_given(response))

    def item_dropped(self, item, response, exception):
        note("item_dropped", url=response.url, ours=self.is_given(response))

    def close(self, reason):
        note("scheduler_closed", reason=reason)
        with open(os.environ["EVENTS"], "w") as file:
            json.dump(EVENTS, file)


class Told(Downloader):
    """Notes what `fetch` has for a request."""

    def fetch(self, request, spider=None):
        return super().fetch(request).addBoth(self.tell, request)

    def tell(self, result, request):
        plain = result.value if isinstance(result, Failure) else result
        kinds = [kind for kind in (Response, scrapy.Request, Exception) if isinstance(plain, kind)]
        note("fetched", url=request.url, what=[kind.__name__ for kind in kinds])
        return result


class Slow:
    """A pipeline that takes its time."""

    async def process_item(self, item):
        await asyncio.sleep(0.1)
        if item["n"] == 3:
            raise DropItem("the third")
        if item["n"] == 4:
            raise ValueError("the fourth")
        note("stored", url=item["url"], n=item["n"])
        return item

    async def close_spider(self):
        await asyncio.sleep(0.1)
        note("pipelines_closed")


class Canary(scrapy.Spider):
    name = "canary"

    async def start(self):
        yield scrapy.Request(os.environ["URL"] + "/", errback=self.failed)

    def parse(self, response):
        for path in ("/two", "/moved", "/missing", "/again", "/reset", "/raises", "/third", "/fourth"):
            yield scrapy.Request(response.urljoin(path), self.parse_page, errback=self.failed)
        before = sum(event["kind"] == "enqueued" for event in EVENTS)
        self.crawler.engine.crawl(scrapy.Request(response.urljoin("/at/once"), self.parse_page))
        after = sum(event["kind"] == "enqueued" for event in EVENTS)
        note("crawled", at_once=after == before + 1)

    def parse_page(self, response):
        if response.url.endswith("/raises"):
            raise ValueError("unread")
        numbers = {"/third": (3,), "/fourth": (4,)}.get(response.url[len(os.environ["URL"]):], (1, 2))
        for n in numbers:
            yield {"url": response.url, "n": n}

    def failed(self, failure):
        note("failed", url=failure.request.url)
'''


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    """What happened in the crawl, in order; each with its path instead of its address."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "canary.py").write_text(CANARY)
    ok = Answer("<p>ok")
    site = {
        "/": ok, "/two": ok, "/moved": redirect("/target"), "/target": ok, "/again": [Answer(status=503), ok],
        "/reset": Answer(reset=True), "/raises": ok, "/third": ok, "/fourth": ok, "/at/once": ok,
    }  # fmt: skip
    settings = {
        "SCHEDULER": "canary.Watching", "DOWNLOADER": "canary.Told", "ITEM_PIPELINES": json.dumps({"canary.Slow": 1}),
        "RETRY_TIMES": 1, "ROBOTSTXT_OBEY": 0, "DOWNLOAD_DELAY": 0, "TELNETCONSOLE_ENABLED": 0,
    }  # fmt: skip
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    # Scrapy as it comes: whoever asked for the project's settings in this process has left their name here.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SCRAPY_")}
    with serve_faults(site) as server:
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "runspider", "canary.py", *words],
            cwd=folder,
            env={**plain, "PYTHONPATH": str(folder), "URL": server.url, "EVENTS": str(folder / "events")},
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert (folder / "events").exists(), done.stderr
        found = json.loads((folder / "events").read_text())
    return [{**event, "url": event["url"][len(server.url) :]} if "url" in event else event for event in found]


def of(events, kind):
    return [event for event in events if event["kind"] == kind]


def test_the_engine_knows_its_scheduler_when_the_spider_opens(events):
    assert of(events, "opened") == [{"kind": "opened", "is_scheduler": True}]


def test_each_request_is_removed_once_as_the_object_that_the_scheduler_gave(events):
    given = sorted(event["url"] for event in of(events, "given"))
    assert given == sorted([
        "/", "/two", "/moved", "/target", "/missing", "/again", "/again", "/reset", "/reset", "/raises", "/third", "/fourth", "/at/once",
    ])  # fmt: skip
    removed = of(events, "removed")
    assert sorted(event["url"] for event in removed) == given
    assert sorted(event["number"] for event in removed) == list(range(len(given)))


@pytest.mark.parametrize("path", ["/two", "/at/once", "/target"])
def test_a_request_is_removed_after_its_items_went_through_the_pipelines(events, path):
    mine = [event for event in events if event.get("url") == path]
    assert [event["kind"] for event in mine if event["kind"] in ("stored", "removed")] == [
        "stored",
        "stored",
        "removed",
    ]


@pytest.mark.parametrize(
    ("path", "kind"), [("/raises", "spider_error"), ("/fourth", "item_error"), ("/third", "item_dropped")]
)
def test_what_goes_wrong_with_a_page_is_told_with_its_request_and_before_it_is_removed(events, path, kind):
    mine = [event for event in events if event.get("url") == path and event["kind"] in (kind, "removed")]
    assert [event["kind"] for event in mine] == [kind, "removed"]
    assert mine[0]["ours"]


def test_fetch_gives_a_page_or_the_request_instead_or_the_reason_why_there_is_neither(events):
    fetched = {}
    for event in of(events, "fetched"):
        fetched.setdefault(event["url"], []).append(event["what"])
    page, instead, reason = ["Response"], ["Request"], ["Exception"]
    assert fetched == {
        "/": [page], "/two": [page], "/moved": [instead], "/target": [page], "/missing": [page], "/again": [instead, page],
        "/reset": [instead, reason], "/raises": [page], "/third": [page], "/fourth": [page], "/at/once": [page],
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/moved", "/again", "/reset"])
def test_the_request_instead_is_enqueued_after_it_is_fetched_and_before_the_first_is_removed(events, path):
    target = {"/moved": "/target"}.get(path, path)
    kinds = [event["kind"] for event in events if event.get("url") in (path, target)]
    assert kinds[: kinds.index("removed") + 1] == ["enqueued", "given", "fetched", "enqueued", "removed"]


def test_a_request_is_enqueued_before_the_call_that_crawls_it_returns(events):
    assert of(events, "crawled") == [{"kind": "crawled", "at_once": True}]


def test_start_requests_and_no_others_are_marked_as_such(events):
    marked = {event["url"]: event["is_start"] for event in of(events, "enqueued")}
    assert marked.pop("/") is True
    assert set(marked.values()) <= {None, False}


def test_a_page_that_is_missing_is_a_page_to_the_downloader_and_a_failure_to_the_spider(events):
    kinds = [event["kind"] for event in events if event.get("url") == "/missing"]
    assert kinds == ["enqueued", "given", "fetched", "failed", "removed"]


def test_the_scheduler_is_closed_behind_the_pipelines(events):
    ends = [event["kind"] for event in events if event["kind"] in ("pipelines_closed", "scheduler_closed")]
    assert ends == ["pipelines_closed", "scheduler_closed"]
    assert events[-1] == {"kind": "scheduler_closed", "reason": "finished"}


def test_waking_the_engine_makes_it_ask(events):
    # Its own clock was stopped: without the wake-up the crawl would never have gone on.
    assert {event["url"] for event in of(events, "enqueued")} == {event["url"] for event in of(events, "given")}
