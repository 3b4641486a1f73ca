import asyncio
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from itemadapter import ItemAdapter
from scrapy import Spider
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.utils.test import get_crawler

import archive
from archive.records import plain_values
from pipelines.store import ArchivePipeline, Duplicate, OverLimit
from pipelines.stored import StoredLine

ROOT = Path(__file__).resolve().parents[2]
LINE = archive.Article.__dataclass_fields__


@dataclass
class Item:
    url: str = "https://example.com/1.html"
    title: str | None = "题"
    body: list[str] = field(default_factory=lambda: ["文"])
    site: str | None = "example"
    visit_id: str | None = "01FBJ3Q5M0000000000000000B"
    fetched_at: str | None = "2021-07-26T11:43:00Z"
    http_status: int | None = 200
    canonical_link: str | None = None


@dataclass(kw_only=True)
class Seen:
    """A sighting, as the crawler's items are."""

    url: str
    site: str = "example"
    visit_id: str = "01FBJ3Q5M0000000000000000C"
    fetched_at: str = "2021-07-27T11:43:00Z"
    http_status: int | None
    outcome: str


class OneSite(Spider):
    name = "example"
    limit = None


class Pipeline(ArchivePipeline):
    """A pipeline of a run that has begun; `closed` are the reasons for which it asked the engine to close."""

    def __init__(self, crawler):
        super().__init__(crawler)
        self.closed = []

    def _close(self, reason):
        self.closed.append(reason)


@pytest.fixture
def made(tmp_path):
    """A pipeline, to be run in a loop of the test's own."""
    crawler = get_crawler(OneSite, {"ARCHIVE": str(tmp_path / "data"), "COMMIT_DELAY": 0.01})
    crawler.spider = OneSite()
    return Pipeline(crawler)


def run(pipeline, *items):
    """Run a pipeline over items that come one after the other; return the line or the error of each."""

    async def whole():
        found = []
        await pipeline.open_spider()
        for item in items:
            try:
                found.append(await pipeline.process_item(item))
            except DropItem as error:
                found.append(error)
        await pipeline.close_spider()
        return found

    return asyncio.run(whole())


def stats(pipeline):
    hidden = ("field/", "log", "archive/head")
    return {key: value for key, value in pipeline.stats.get_stats().items() if not key.startswith(hidden)}


def opened(tmp_path):
    return archive.open(tmp_path / "data")


def test_what_comes_out_is_the_stored_line(made, tmp_path):
    (line,) = run(made, Item())
    assert [plain_values(article) for article in opened(tmp_path).articles()] == [line]
    assert list(line) == list(LINE)
    assert (line["site"], line["visit_id"], line["fetched_at"]) == ("example", Item().visit_id, "2021-07-26T11:43:00Z")
    assert stats(made) == {"articles/new": 1}
    assert made.stats.get_value("archive/head") == opened(tmp_path).head.digest
    assert {key for key in made.stats.get_stats() if key.startswith("field/")} == {
        f"field/{name}/missing"
        for name in ("published_at", "category", "source", "author", "view_count", "prev", "next")
    }


def test_a_saved_page_needs_no_visit(made):
    (line,) = run(made, Item(url="http://www.example.com/1", site=None, visit_id=None, fetched_at=None))
    assert line["site"] == "example.com"
    assert line["fetched_at"] == line["recorded_at"]


def test_an_article_found_twice_in_a_run_is_stored_once(made, tmp_path):
    _, again = run(made, Item(), Item(url="http://www.example.com/1.html#top"))
    assert type(again) is Duplicate
    assert str(again) == "stored already: http://www.example.com/1.html#top"
    assert stats(made) == {"articles/new": 1, "articles/duplicate": 1}
    assert [seen.outcome for seen in opened(tmp_path).observations()] == ["new"]


def test_what_is_invalid_is_in_quarantine_and_counted(made, tmp_path):
    (dropped,) = run(made, Item(title=None))
    assert "no_title" in str(dropped)
    assert stats(made) == {"quarantine/count": 1, "quarantine/reason/no_title": 1}
    (kept,) = opened(tmp_path).quarantine()
    assert kept.item == ItemAdapter(Item(title=None)).asdict()


def test_a_limit_is_met_exactly(made, tmp_path):
    made.crawler.spider.limit = 2
    found = run(made, *(Item(url=f"https://example.com/{number}") for number in (1, 1, 2, 3, 4)))
    assert [type(one) for one in found] == [StoredLine, Duplicate, StoredLine, OverLimit, OverLimit]
    assert str(found[-1]) == "over the limit"
    assert stats(made) == {"articles/new": 2, "articles/duplicate": 1, "articles/over_limit": 2}
    assert made.closed == ["limit"]
    assert [article.url for article in opened(tmp_path).articles()] == [
        "https://example.com/1",
        "https://example.com/2",
    ]


def test_a_limit_is_met_exactly_by_items_that_come_at_once(made, tmp_path):
    made.crawler.spider.limit = 3

    async def whole():
        await made.open_spider()
        items = (Item(url=f"https://example.com/{number}") for number in range(20))
        found = await asyncio.gather(*map(made.process_item, items), return_exceptions=True)
        await made.close_spider()
        return [line for line in found if isinstance(line, dict)]

    lines = asyncio.run(whole())
    assert [line["url"] for line in lines] == [f"https://example.com/{number}" for number in range(3)]
    assert [plain_values(article) for article in opened(tmp_path).articles()] == lines


def test_a_sighting_is_an_observation_of_a_known_article_and_no_line_of_a_feed(made, tmp_path):
    run(made, Item())
    later = Pipeline(made.crawler)
    gone = Seen(url=Item().url, http_status=404, outcome="gone")
    dropped = run(later, gone, Seen(url="https://example.com/other.html", http_status=404, outcome="gone"))
    assert [type(drop) for drop in dropped] == [DropItem, DropItem]
    seen = list(opened(tmp_path).observations())
    assert [(one.outcome, one.http_status, one.url) for one in seen] == [
        ("new", 200, Item().url),
        ("gone", 404, Item().url),
    ]


def test_what_a_run_has_read_is_not_gone_because_another_address_of_it_is(made, tmp_path):
    run(made, Item(url="https://example.com/m/1.html", canonical_link=Item().url))
    gone = Seen(url="https://example.com/m/1.html", http_status=404, outcome="gone")
    run(Pipeline(made.crawler), gone, Item())
    assert [one.outcome for one in opened(tmp_path).observations()] == ["new", "same"]


def test_an_archive_that_cannot_be_opened_ends_the_run_at_once(made, tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(CloseSpider):
        run(made)
    assert made.stats.get_value("archive/error").startswith(f"cannot write {tmp_path / 'data'}: ")
    with pytest.raises(DropItem):
        asyncio.run(made.process_item(Item()))


def test_a_site_that_another_run_writes_is_named(made, tmp_path):
    with archive.Writer(tmp_path / "data", site="example"), pytest.raises(CloseSpider):
        run(made)
    assert made.stats.get_value("archive/locked")
    assert "another run is at work on example" in made.stats.get_value("archive/error")


def test_a_full_disk_ends_the_run_once_and_what_is_acknowledged_stands(made, tmp_path, monkeypatch):
    def full(writer, *args):
        raise archive.CannotWrite(writer.root, "No space left on device")

    async def whole():
        await made.open_spider()
        first = await made.process_item(Item())
        monkeypatch.setattr(archive.Writer, "flush", full)
        rest = (made.process_item(Item(url=f"https://example.com/{number}")) for number in (2, 3))
        dropped = await asyncio.gather(*rest, return_exceptions=True)
        late = await asyncio.gather(made.process_item(Item(url="https://example.com/4")), return_exceptions=True)
        await made.close_spider()
        return first, [*dropped, *late]

    first, dropped = asyncio.run(whole())
    monkeypatch.undo()
    assert [type(drop) for drop in dropped] == [DropItem] * 3
    assert made.closed == ["archive_error"]
    assert "No space left on device" in made.stats.get_value("archive/error")
    with archive.Writer(tmp_path / "data"):  # it brings in what was on disk and not published yet
        assert [plain_values(article) for article in opened(tmp_path).articles()] == [first]


CRAWL = """
import sys
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

class Endless(Spider):
    name = "endless"
    limit = 3
    start_urls = ["data:,1"]
    def parse(self, response):
        number = int(response.text)
        yield {"url": f"https://example.com/{number}", "title": "t", "body": ["b"], "site": "endless"}
        yield Request(f"data:,{number + 1}")

settings = {"ARCHIVE": sys.argv[1], "ITEM_PIPELINES": {"pipelines.store.ArchivePipeline": 800}, "LOG_LEVEL": "CRITICAL",
            "TELNETCONSOLE_ENABLED": False}
process = CrawlerProcess(settings)
crawler = process.create_crawler(Endless)
process.crawl(crawler)
process.start()
found = crawler.stats.get_stats()
print(found["finish_reason"], found.get("articles/new"), found["item_scraped_count"] if "articles/new" in found else 0)
"""


def crawl(folder):
    command = [sys.executable, "-c", CRAWL, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)


def test_scrapy_closes_at_the_limit(tmp_path):
    done = crawl(tmp_path / "data")
    assert done.stdout == "limit 3 3\n"
    stored = [article.url for article in archive.open(tmp_path / "data").articles()]
    assert stored == [f"https://example.com/{number}" for number in (1, 2, 3)]


def test_scrapy_closes_where_the_archive_cannot_be_written(tmp_path):
    (tmp_path / "data").write_text("")
    done = crawl(tmp_path / "data")
    assert done.stdout == "archive_error None 0\n"
    assert f"cannot write {tmp_path / 'data'}: File exists" in done.stderr
    assert "Traceback" not in done.stderr
