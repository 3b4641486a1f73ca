"""What a crawl brings, counted while it runs: the facts by which it and later runs are judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from archive import new_ulid
from crawler.jobs.quantiles import Quantiles
from crawler.jobs.summary import MOST_CHANGES, Changed
from crawler.monitors.facts import FIELDS, Outcome, RunFacts
from pipelines.stored import StoredLine

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_EXAMPLES = 5
_TITLES = 2_000
"""Titles, and times, that are told apart; of a run of more articles the first so many say enough."""


class Gathering:
    """Counts what `RunFacts` tells, in memory that does not grow with the run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._began_at = datetime.now(UTC).replace(microsecond=0)
        self._statuses, self._fields = Counter[str](), Counter[str]()
        self._titles, self._times = Counter[str](), Counter[str]()
        self._layout: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._examples: defaultdict[str, list[str]] = defaultdict(list)
        self._latencies, self._lengths = Quantiles(), Quantiles()
        self._newest_at: datetime | None = None
        self.new: list[Changed] = []
        """The first so many articles that are; so are `edited`."""
        self.edited: list[Changed] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected."""
        gathering = cls(crawler)
        crawler.signals.connect(gathering.response_downloaded, signal=signals.response_downloaded)
        crawler.signals.connect(gathering.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(gathering.item_dropped, signal=signals.item_dropped)
        return gathering

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Count an answer, before anything is made of it."""
        status = str(response.status)
        self._statuses[status] += 1
        if response.status >= 400:
            self._example(f"status:{status}", request.url)
        if (latency := request.meta.get("download_latency")) is not None:
            self._latencies.add(latency)

    def item_scraped(self, item: Any) -> None:
        """Count what an article that is on disk states."""
        if not isinstance(item, StoredLine):
            return
        url = item["url"]
        for name in FIELDS:
            if item[name] not in (None, []):
                self._fields[name] += 1
            else:
                self._example(f"field:{name}", url)
        if item["body"] is not None:
            self._measure(len(item["body"]), url)
        self._meet(self._titles, "title", item["title"], url)
        if item["published_precision"] in ("second", "minute"):
            self._meet(self._times, "time", item["published_at"], url)
        self._match(item)
        changed = Changed(id=item["id"], url=url, title=item["title"])
        if item.change == "new":
            if item["published_at"] is not None:
                at = datetime.fromisoformat(item["published_at"]).astimezone(UTC)
                self._newest_at = max(at, self._newest_at or at)
            _keep(self.new, changed)
        elif item.change == "revised":
            _keep(self.edited, changed)

    def item_dropped(self, response: Response, exception: BaseException) -> None:
        """Remember which pages went to quarantine."""
        reason = str(exception).partition(": ")[0]
        if self._stat(f"quarantine/reason/{reason}") and response is not None:
            self._example(f"quarantine:{reason}", response.url)

    def facts(self, outcome: Outcome, *, run_id: str | None = None, site: str | None = None) -> RunFacts:
        """Return them, once the run has ended."""
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        spider = self._crawler.spider

        def of(prefix: str) -> dict[str, int]:
            return {name.removeprefix(prefix): int(n) for name, n in stats.items() if name.startswith(prefix) and n}

        sightings = of("sightings/")
        articles = {name: n for name, n in of("articles/").items() if name in ("new", "revised", "same")}
        if seen := sightings.pop("not_modified", 0):
            articles["not_modified"] = seen
        statuses = dict(self._statuses)
        if failed := int(stats.get("downloader/exception_count", 0)):
            statuses["none"] = failed
        now = datetime.now(UTC).replace(microsecond=0)
        mode = stats.get("frontier/mode", "full")
        return RunFacts(
            run_id=run_id or new_ulid(now),
            site=site or str(getattr(spider, "site", None) or getattr(spider, "name", "")),
            began_at=self._began_at,
            ended_at=now,
            mode=mode,
            outcome=outcome,
            is_complete=stats.get("finish_reason") == "finished" and not stats.get("frontier/left"),
            articles=articles,
            ends=sightings,
            quarantined=of("quarantine/reason/"),
            requests=int(stats.get("downloader/request_count", 0)),
            bytes=int(stats.get("downloader/response_bytes", 0)),
            statuses=statuses,
            latencies=tuple(round(value, 3) for value in self._latencies.at(0, 0.25, 0.5, 0.75, 0.95, 1)),
            fields=dict(self._fields),
            body_chars=tuple(round(value) for value in self._lengths.at(0, 0.25, 0.5, 0.75, 1)),
            titles=len(self._titles),
            commonest_title=max(self._titles.values(), default=0),
            times=len(self._times),
            commonest_time=max(self._times.values(), default=0),
            layout={name: (matched, tried) for name, (matched, tried) in self._layout.items()},
            ways=of("ways/"),
            newest_at=self._newest_at,
            examples=self._shown(),
        )

    def _shown(self) -> dict[str, tuple[str, ...]]:
        # Of the titles and times only those that are said again and again are worth a look.
        common = {
            f"{kind}:{seen.most_common(1)[0][0]}": kind
            for kind, seen in (("title", self._titles), ("time", self._times))
            if seen
        }
        found = {}
        for name, urls in self._examples.items():
            kind = name.partition(":")[0]
            if kind not in ("title", "time"):
                found[name] = tuple(urls)
            elif name in common:
                found[kind] = tuple(urls)
        return found

    def _measure(self, length: int, url: str) -> None:
        middle = self._lengths.middle
        if middle is not None and length < middle / 2:
            self._example("short", url)
        elif middle is not None and length > middle * 2:
            self._example("long", url)
        self._lengths.add(length)

    def _meet(self, seen: Counter[str], kind: str, value: str, url: str) -> None:
        if value in seen or len(seen) < _TITLES:
            seen[value] += 1
            self._example(f"{kind}:{value}", url)

    def _match(self, item: StoredLine) -> None:
        """Count on which fields a selector of the site's layout matched; one that matched nowhere counts as tried."""
        layouts = getattr(self._crawler.spider, "layouts", ())
        newest = layouts[0] if layouts else None
        if newest is None:
            return
        matched = {field["name"] for field in item["extractor"]["fields"] if field["how"] == "layout"}
        for name, key in _SELECTORS.items():
            if getattr(newest, name) is not None:
                counts = self._layout[name]
                counts[0] += key in matched
                counts[1] += 1
                if key not in matched:
                    self._example(f"layout:{name}", item["url"])

    def _example(self, name: str, url: str) -> None:
        if len(self._examples[name]) < _EXAMPLES:
            self._examples[name].append(url)

    def _stat(self, name: str) -> Any:
        return self._crawler.stats.get_value(name) if self._crawler.stats else None


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
"""A layout's selector -> the key of the line that it gives."""


def _keep(changes: list[Changed], changed: Changed) -> None:
    if len(changes) < MOST_CHANGES:
        changes.append(changed)
