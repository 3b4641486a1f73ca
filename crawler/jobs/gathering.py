"""What a crawl brings, counted while it runs: the facts by which it and later runs are judged."""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK

from archive import new_ulid
from crawler.downloader.hosts import fetched
from crawler.extraction.layouts import fitting
from crawler.frontier.scheduler import FrontierScheduler
from crawler.jobs.alike import Alike
from crawler.jobs.challenges import is_challenge
from crawler.jobs.quantiles import Quantiles
from crawler.jobs.summary import MOST_CHANGES, Changed
from crawler.monitors.facts import FIELDS, Outcome, RunFacts
from crawler.outcome import REFUSED, STORED
from pipelines.stored import Quarantined, StoredLine

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_EXAMPLES = 5
_KINDS = 200
"""Kinds of examples: a server may answer with any number for a status."""
_LOOKED_AT = 50
"""Pages of a run without articles that are looked at for being none of the site's own."""
_SELECTORS = {
    "title": "title",
    "category": "category",
    "published": "published_at",
    "modified": "modified_at",
    "source": "source",
    "author": "author",
    "editor": "editor",
    "body": "body",
    "views": "view_count",
    "prev": "prev",
    "next": "next",
}
"""A layout's field -> the key of the line that it gives."""


class Gathering:
    """Counts what `RunFacts` tells, in memory that does not grow with the run; and the stats `pages/...`.

    These say how many pages the server has sent (`served`), refused (`refused`) or failed to send (`broken`), and in
    the place of how many it sent one that is none of the site's own (`challenges`).
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._began_at = datetime.now(UTC).replace(microsecond=0)
        self._statuses, self._fields, self._matched = Counter[str](), Counter[str](), Counter[str]()
        self._titles, self._times = Alike(), Alike()
        self._examples: defaultdict[str, list[str]] = defaultdict(list)
        self._latencies, self._lengths = Quantiles(), Quantiles()
        self._short: list[tuple[int, str]] = []
        self._long: list[tuple[int, str]] = []
        self._newest_at: datetime | None = None
        self._views = self._looked_at = 0
        self._answered: Request | None = None
        """The request whose answer came last."""
        self.new: list[Changed] = []
        """The first so many articles that are; so are `edited`."""
        self.edited: list[Changed] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected."""
        gathering = cls(crawler)
        crawler.signals.connect(gathering.response_downloaded, signal=signals.response_downloaded)
        crawler.signals.connect(gathering.request_left_downloader, signal=signals.request_left_downloader)
        crawler.signals.connect(gathering.fetched, signal=fetched)
        crawler.signals.connect(gathering.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(gathering.item_dropped, signal=signals.item_dropped)
        return gathering

    # Answers. ------------------------------------------------------------------------------------------------------

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Count an answer, before anything is made of it."""
        self._answered, status = request, response.status
        self._statuses[str(status)] += 1
        if status >= 400:
            self._example(f"status:{status}", request.url)
        if (latency := request.meta.get("download_latency")) is not None:
            self._latencies.add(latency)

    def request_left_downloader(self, request: Request) -> None:
        """Count a request to which no answer came: that of one which was answered was told just before."""
        if request is not self._answered:
            self._statuses["none"] += 1
            self._example("status:none", request.url)
        self._answered = None

    def fetched(self, request: Request, result: Response | Request | BaseException) -> None:
        """Count a page by what came of it in the end, behind redirects and retries."""
        if not _is_page(request) or isinstance(result, Request | IgnoreRequest):
            return
        if not isinstance(result, Response):
            self._count("broken")
        elif result.status in REFUSED:
            self._count("refused")
        elif self._is_challenge(result):
            self._count("challenges")
        elif result.status >= 500:
            self._count("broken")
        elif result.status < 400:
            self._count("served")

    def _is_challenge(self, page: Response) -> bool:
        """Return whether a page is none of the site's own; as long as none has been an article, it may be."""
        if self._looked_at >= _LOOKED_AT or not isinstance(page, TextResponse):
            return False
        self._looked_at += 1
        return is_challenge(page.body, page.text)

    # Articles. -----------------------------------------------------------------------------------------------------

    def item_scraped(self, item: Any, response: Response | None) -> None:
        """Count what an article states that is on disk."""
        if not isinstance(item, StoredLine):
            return
        self._looked_at, url = _LOOKED_AT, item["url"]
        for name in FIELDS:
            if item[name] not in (None, []):
                self._fields[name] += 1
            else:
                self._example(f"field:{name}", url)
        if item["body"] is not None:
            self._measure(len(item["body"]), url)
        self._titles.meet(item["title"], url)
        if item["published_precision"] in ("second", "minute"):
            self._times.meet(item["published_at"], url)
        matched = {field["name"] for field in item["extractor"]["fields"] if field["how"] == "layout"}
        for name in self._layout_fields():
            if _SELECTORS[name] in matched:
                self._matched[name] += 1
            else:
                self._example(f"layout:{name}", url)
        self._views += self._growth(item["view_count"], response.request if response is not None else None)
        changed = Changed(id=item["id"], url=url, title=item["title"])
        if item.change == "new":
            _keep(self.new, changed)
            if item["published_at"] is not None:
                at = datetime.fromisoformat(item["published_at"]).astimezone(UTC)
                self._newest_at = max(at, self._newest_at or at)
        elif item.change == "revised":
            _keep(self.edited, changed)

    def item_dropped(self, exception: BaseException) -> None:
        """Remember which pages went to quarantine."""
        if isinstance(exception, Quarantined):
            self._example(f"quarantine:{exception.reason}", exception.url)

    def _measure(self, length: int, url: str) -> None:
        self._lengths.add(length)
        for extreme, key in ((self._short, length), (self._long, -length)):
            if len(extreme) < _EXAMPLES or key < extreme[-1][0]:
                insort(extreme, (key, url))
                del extreme[_EXAMPLES:]

    def _growth(self, views: int | None, request: Request | None) -> int:
        """Return by how much an article's counter has grown since the frontier noted it; one that falls has not."""
        engine = self._crawler.engine
        scheduler = engine.scheduler if engine is not None else None
        # isinstance would take Scrapy's own for one: its schedulers are told by their methods (BaseSchedulerMeta).
        if views is None or FrontierScheduler not in type(scheduler).__mro__:
            return 0
        lease = scheduler.ready.lease_of(request)  # type: ignore[union-attr]  # as was just asked
        before = lease.past.page.views if lease is not None and lease.past is not None else None
        return 0 if before is None else max(views - before, 0)

    def _layout_fields(self) -> list[str]:
        layout = fitting(getattr(self._crawler.spider, "layouts", ()), lambda: None)
        return [] if layout is None else [name for name in _SELECTORS if getattr(layout, name)]

    # In the end. ---------------------------------------------------------------------------------------------------

    def facts(self, outcome: Outcome, *, run_id: str | None = None, site: str | None = None) -> RunFacts:
        """Return them, once the run has ended; without a job's `run_id` it has one of its own."""
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        spider = self._crawler.spider

        def of(prefix: str) -> dict[str, int]:
            return {name.removeprefix(prefix): int(n) for name, n in stats.items() if name.startswith(prefix) and n}

        ends, articles = of("sightings/"), {name: n for name, n in of("articles/").items() if name in STORED}
        if unmodified := ends.pop("not_modified", 0):
            articles["not_modified"] = unmodified
        read = sum(articles.get(name, 0) for name in STORED)
        now = datetime.now(UTC).replace(microsecond=0)
        return RunFacts(
            run_id=run_id or new_ulid(now),
            site=site or str(getattr(spider, "site", None) or getattr(spider, "name", "")),
            began_at=self._began_at,
            # A clock that was set back meanwhile does not let a run end before it began.
            ended_at=max(now, self._began_at),
            mode=stats.get("frontier/mode", "full"),
            outcome=outcome,
            is_complete=stats.get("finish_reason") == "finished"
            and ("frontier/mode" not in stats or bool(stats.get("frontier/finished"))),
            articles=articles,
            ends=ends,
            quarantined=of("quarantine/reason/"),
            requests=int(stats.get("downloader/request_count", 0)),
            bytes=int(stats.get("downloader/response_bytes", 0)),
            statuses=dict(self._statuses),
            latencies=tuple(round(value, 3) for value in self._latencies.at(0, 0.25, 0.5, 0.75, 0.95, 1)),
            fields=dict(self._fields),
            body_chars=tuple(round(value) for value in self._lengths.at(0, 0.25, 0.5, 0.75, 1)),
            titles=self._titles.different,
            commonest_title=self._titles.commonest,
            times=self._times.different,
            commonest_time=self._times.commonest,
            layout={name: (self._matched[name], read) for name in self._layout_fields()} if read else {},
            ways=of("frontier/named/"),
            newest_at=self._newest_at,
            views=self._views,
            examples=self._shown(),
        )

    def _shown(self) -> dict[str, tuple[str, ...]]:
        found = {name: tuple(urls) for name, urls in self._examples.items()}
        found["title"], found["time"] = self._titles.examples, self._times.examples
        found["short"], found["long"] = (tuple(url for _, url in some) for some in (self._short, self._long))
        return {name: urls for name, urls in found.items() if urls}

    def _example(self, name: str, url: str) -> None:
        urls = self._examples.get(name, ())
        if len(urls) < _EXAMPLES and url not in urls and (urls or len(self._examples) < _KINDS):
            self._examples[name].append(url)

    def _count(self, name: str) -> None:
        if self._crawler.stats:
            self._crawler.stats.inc_value(f"pages/{name}")


def _is_page(request: Request) -> bool:
    """Return whether a request is for a page, and not for what is asked beside them: robots.txt, pictures."""
    return request.callback is not NO_CALLBACK and "requisite" not in request.meta


def _keep(changes: list[Changed], changed: Changed) -> None:
    if len(changes) < MOST_CHANGES:
        changes.append(changed)
