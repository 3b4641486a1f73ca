import errno
import json
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
from pipelines.store import ArchivePipeline

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


class OneSite(Spider):
    name = "example"
    limit = None


@pytest.fixture
def pipeline(tmp_path, monkeypatch):
    """A pipeline of a run that has begun; `closed` are the reasons for which it asked the engine to close."""
    crawler = get_crawler(OneSite, {"ARCHIVE": str(tmp_path / "data")})
    crawler.spider = OneSite()
    made = ArchivePipeline.from_crawler(crawler)
    made.closed = []
    monkeypatch.setattr(made, "_close", made.closed.append)
    yield made
    made.close_spider()


def stats(pipeline):
    return {key: value for key, value in pipeline.stats.get_stats().items() if not key.startswith(("field/", "log"))}


def test_what_comes_out_is_the_stored_line(pipeline, tmp_path):
    pipeline.open_spider()
    line = pipeline.process_item(Item())
    (path,) = (tmp_path / "data" / "articles").rglob("*.jsonl")
    assert json.loads(path.read_text("utf-8")) == line
    assert list(line) == list(LINE)
    assert (line["site"], line["visit_id"], line["fetched_at"]) == ("example", Item().visit_id, "2021-07-26T11:43:00Z")
    assert stats(pipeline) == {"articles/new": 1}
    assert {key for key in pipeline.stats.get_stats() if key.startswith("field/")} == {
        f"field/{name}/missing"
        for name in ("published_at", "category", "source", "author", "view_count", "prev", "next")
    }


def test_a_saved_page_needs_no_visit(pipeline):
    pipeline.open_spider()
    line = pipeline.process_item(Item(url="http://www.example.com/1", site=None, visit_id=None, fetched_at=None))
    assert line["site"] == "example.com"
    assert line["fetched_at"] == line["recorded_at"]


def test_an_article_found_twice_in_a_run_is_stored_once(pipeline, tmp_path):
    pipeline.open_spider()
    pipeline.process_item(Item())
    with pytest.raises(DropItem, match="stored already"):
        pipeline.process_item(Item(url="http://www.example.com/1.html#top"))
    assert stats(pipeline) == {"articles/new": 1, "articles/duplicate": 1}
    assert [seen.outcome for seen in archive.open(tmp_path / "data").observations()] == ["new"]


def test_what_is_invalid_is_in_quarantine_and_counted(pipeline, tmp_path):
    pipeline.open_spider()
    with pytest.raises(DropItem, match="no_title"):
        pipeline.process_item(Item(title=None))
    assert stats(pipeline) == {"quarantine/count": 1, "quarantine/reason/no_title": 1}
    (kept,) = archive.open(tmp_path / "data").quarantine()
    assert kept.item == ItemAdapter(Item(title=None)).asdict()


def test_a_limit_is_met_exactly(pipeline, tmp_path):
    pipeline.crawler.spider.limit = 2
    pipeline.open_spider()
    for number in (1, 1, 2, 3, 4):
        try:
            pipeline.process_item(Item(url=f"https://example.com/{number}"))
        except DropItem:
            continue
    assert stats(pipeline) == {"articles/new": 2, "articles/duplicate": 1, "articles/over_limit": 2}
    assert pipeline.closed == ["limit"]
    stored = [article.url for article in archive.open(tmp_path / "data").articles()]
    assert stored == ["https://example.com/1", "https://example.com/2"]


def test_an_archive_that_cannot_be_opened_ends_the_run_at_once(pipeline, tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(CloseSpider):
        pipeline.open_spider()
    assert pipeline.stats.get_value("archive/error").startswith(f"cannot write {tmp_path / 'data'}: ")
    with pytest.raises(DropItem):
        pipeline.process_item(Item())


def test_a_full_disk_ends_the_run_once_and_what_is_written_stands(pipeline, tmp_path, monkeypatch):
    def full(fd, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    pipeline.open_spider()
    pipeline.process_item(Item())
    monkeypatch.setattr("archive.lines.os.write", full)
    for number in (2, 3):
        with pytest.raises(DropItem):
            pipeline.process_item(Item(url=f"https://example.com/{number}"))
    monkeypatch.undo()
    assert pipeline.closed == ["archive_error"]
    assert "No space left on device" in pipeline.stats.get_value("archive/error")
    assert [article.url for article in archive.open(tmp_path / "data").articles()] == [Item().url]


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
