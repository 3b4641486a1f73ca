"""A crawl in several runs, some of which are killed; the pipeline's part of it."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

import archive
import pipelines.commit
from pipelines.store import Duplicate
from pipelines.stored import StoredLine
from tests.pipelines.test_store import ROOT, Item, OneSite, Pipeline, Seen, opened, run

URL = Item().url
ALIAS = "https://example.com/m/1.html"
LATER = {"visit_id": "01FBJ3Q5M0000000000000000D", "fetched_at": "2021-07-28T11:43:00Z"}


@dataclass
class Again(Item):
    """An item as the crawler's are."""

    again: bool = False
    redirects: list = field(default_factory=list)


def hop(url, visit_id="01FBJ3Q5M0000000000000000E"):
    """A redirect, as items name it."""
    return {"url": url, "http_status": 301, "visit_id": visit_id, "fetched_at": "2021-07-28T11:42:00Z"}


def page():
    return archive.Exchange(url=URL, status=200, headers=(), body=b"x", fetched_at=datetime(2021, 7, 28, tzinfo=UTC))


@pytest.fixture
def make(tmp_path):
    """Return pipelines of one run each, over one archive."""

    def make(**settings):
        crawler = get_crawler(OneSite, {"ARCHIVE": str(tmp_path / "data"), "COMMIT_DELAY": 0.01, **settings})
        crawler.spider = OneSite()
        return Pipeline(crawler)

    return make


def resumed(pipeline, mark):
    pipeline.resume(mark)
    return pipeline


def outcomes(tmp_path):
    return [(seen.outcome, seen.url) for seen in opened(tmp_path).observations()]


def inside(pipeline, work):
    """Run `work(pipeline)` in a run of the pipeline; return what it returns."""

    async def whole():
        await pipeline.open_spider()
        try:
            return await work(pipeline)
        finally:
            await pipeline.close_spider()

    return asyncio.run(whole())


# What a crawl has stored. ------------------------------------------------------------------------------------------

KILLED = """
import asyncio, json, os, sys
from scrapy import Spider
from scrapy.utils.test import get_crawler
import pipelines.opened
from archive import Writer
from pipelines.store import ArchivePipeline

class Example(Spider):
    name = "example"

class Dying(Writer):
    "A writer whose process is killed when the first lines that it has taken are on disk."
    def append(self, *records):
        super().append(*records)
        if records:
            self.flush()
            os._exit(9)

pipelines.opened.Writer = Dying
crawler = get_crawler(Example, {"ARCHIVE": sys.argv[1]})
crawler.spider = Example()

async def main():
    pipeline = ArchivePipeline(crawler)
    await pipeline.open_spider()
    await pipeline.process_item(json.loads(sys.argv[2]))

asyncio.run(main())
"""


def killed(tmp_path, **item):
    """Store an item in a process that is killed once lines of it are on disk, and make them the archive's."""
    words = {"title": "题", "body": ["文"], "site": "example", "http_status": 200, **LATER, **item}
    command = [sys.executable, "-c", KILLED, str(tmp_path / "data"), json.dumps(words)]
    assert subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode == 9
    archive.Writer(tmp_path / "data").close()


def test_two_addresses_of_an_article_give_one_observation_though_a_kill_came_between(make, tmp_path):
    killed(tmp_path, url=URL)
    (second,) = run(resumed(make(), 0), Item(url=ALIAS, canonical_link=URL))
    assert type(second) is Duplicate
    assert outcomes(tmp_path) == [("new", URL)]


def test_a_crawl_goes_on_by_the_mark_at_which_it_began(make, tmp_path):
    run(make(), Item())
    mark = inside(make(), head_number)
    (first,) = run(resumed(make(), mark), Item(**LATER))
    assert first["url"] == URL
    assert type(run(resumed(make(), mark), Item(url=ALIAS, canonical_link=URL))[0]) is Duplicate
    assert outcomes(tmp_path) == [("new", URL), ("same", URL)]


def test_a_run_may_be_told_when_its_crawl_began_after_it_was_opened(make, tmp_path):
    run(make(), Item())

    async def work(pipeline):
        pipeline.resume(0)
        with pytest.raises(Duplicate):
            await pipeline.process_item(Item())

    inside(make(), work)
    assert outcomes(tmp_path) == [("new", URL)]


def test_without_a_mark_a_run_is_a_crawl_of_its_own(make, tmp_path):
    killed(tmp_path, url=URL)
    run(make(), Item())
    assert outcomes(tmp_path) == [("new", URL), ("same", URL)]


def test_a_mark_that_an_older_copy_of_the_archive_has_not_reached_counts_as_now(make, tmp_path):
    run(make(), Item())

    async def work(pipeline):
        await pipeline.process_item(Item(**LATER))
        pipeline.archive.writer.publish()
        with pytest.raises(Duplicate):
            await pipeline.process_item(Item(**LATER))

    inside(resumed(make(), 99), work)
    assert outcomes(tmp_path) == [("new", URL), ("same", URL)]


def test_what_an_earlier_crawl_saw_in_the_future_is_not_stored_in_this_one(make, tmp_path):
    run(make(), Item(fetched_at="2099-01-01T00:00:00Z"))
    run(make(), Item(**LATER))
    assert outcomes(tmp_path) == [("new", URL), ("same", URL)]


def test_what_was_in_quarantine_is_not_stored(make, tmp_path):
    run(make(), Item())
    mark = inside(make(), head_number)
    run(resumed(make(), mark), Item(title=None))
    run(resumed(make(), mark), Item(**LATER))
    assert [outcome for outcome, _ in outcomes(tmp_path)] == ["new", "quarantined", "same"]


def test_what_a_run_before_has_read_is_not_gone_because_another_address_of_it_is(make, tmp_path):
    run(make(), Item(url=ALIAS, canonical_link=URL))
    mark = inside(make(), head_number)
    run(resumed(make(), mark), Item())
    gone = Seen(url=ALIAS, http_status=404, outcome="gone")
    run(resumed(make(), mark), gone)
    assert outcomes(tmp_path) == [("new", ALIAS), ("same", URL)]
    run(make(), gone)
    assert outcomes(tmp_path) == [("new", ALIAS), ("same", URL), ("gone", ALIAS)]


def test_a_page_that_was_asked_for_again_is_recorded_again(make, tmp_path):
    found = run(make(), Again(), Again(**LATER, again=True, title="改"), Again())
    assert [type(one) for one in found] == [StoredLine, StoredLine, Duplicate]
    assert outcomes(tmp_path) == [("new", URL), ("revised", URL)]
    assert "again" not in found[1]


def test_what_is_stored_takes_no_memory_once_it_is_published(make):
    async def work(pipeline):
        for number in range(3):
            await pipeline.process_item(Item(url=f"https://example.com/{number}"))
        pipeline.archive.writer.publish()
        known = pipeline.archive.writer.known
        holders = (pipeline, pipeline.archive, pipeline.archive.recorder, pipeline.archive.keeper, known)
        held = [value for holder in holders for value in vars(holder).values() if isinstance(value, set | dict | list)]
        fresh = [getattr(fresh, name) for fresh in known._fresh for name in ("seen", "latest", "names", "captures")]
        return held + fresh, pipeline.stored

    held, stored = inside(make(), work)
    assert [value for value in held if value] == []
    assert stored == 3


# What comes together. ----------------------------------------------------------------------------------------------


def test_what_the_way_to_an_article_says_is_kept_with_its_own_lines_or_not_at_all(make, tmp_path):
    old, other, new = (f"https://example.com/{name}.html" for name in ("old", "other", "new"))
    run(make(), Item(url=old), Item(url=other))
    before = list(opened(tmp_path).articles(revisions=True))
    killed(tmp_path, url=new, title="改", redirects=[hop(other), hop(old)])
    assert outcomes(tmp_path) == [("new", old), ("new", other), ("moved", other), ("moved", old), ("revised", new)]
    revisions = list(opened(tmp_path).articles(revisions=True))
    assert [(line.id, line.title, line.url) for line in revisions] == [
        (before[0].id, "题", old),
        (before[1].id, "题", other),
        (before[0].id, "改", new),
    ]


def test_what_the_way_to_an_article_that_is_stored_already_says_is_kept_together(make, tmp_path):
    one, two, there = (f"https://example.com/{name}.html" for name in ("one", "two", "there"))
    run(make(), Item(url=one), Item(url=two))
    mark = inside(make(), head_number)
    run(resumed(make(), mark), Item(url=there))
    # The mark of the crawl, for a process that does not call `resume` itself.
    code = KILLED.replace("await pipeline.open_spider()", f"pipeline.resume({mark}); await pipeline.open_spider()")
    words = {"url": there, "title": "题", "body": ["文"], **LATER, "redirects": [hop(one), hop(two)]}
    command = [sys.executable, "-c", code, str(tmp_path / "data"), json.dumps(words)]
    assert subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode == 9
    archive.Writer(tmp_path / "data").close()
    assert outcomes(tmp_path) == [("new", one), ("new", two), ("new", there), ("moved", one), ("moved", two)]


def test_a_page_in_quarantine_and_that_it_was_seen_are_kept_together_and_nothing_moves_there(make, tmp_path):
    run(make(), Item(url=ALIAS))
    killed(tmp_path, url=URL, title=None, redirects=[hop(ALIAS)])
    assert [kept.url for kept in opened(tmp_path).quarantine()] == [URL]
    assert outcomes(tmp_path) == [("new", ALIAS), ("quarantined", URL)]


# What is on disk, and what was. ------------------------------------------------------------------------------------


async def head_number(pipeline):
    return pipeline.head_number


def test_the_newest_commit_is_known_before_during_and_after_a_run(make, tmp_path, monkeypatch):
    monkeypatch.setattr(pipelines.commit, "_TICK", 0.01)
    made = make(SEAL_BYTES=1)
    with pytest.raises(archive.ArchiveError):
        _ = made.head_number

    async def work(pipeline):
        told = [pipeline.head_number]
        await pipeline.process_item(Item())
        while pipeline.head_number == 0:
            await asyncio.sleep(0.01)
        return [*told, pipeline.head_number]

    assert inside(made, work) == [0, 1]
    assert (made.head_number, opened(tmp_path).head.number) == (1, 1)


def test_nobody_waits_for_what_is_on_disk(make):
    async def work(pipeline):
        await asyncio.wait_for(pipeline.durable(), 10)
        pipeline.archive.writer.capture(page())
        pipeline.archive.writer.flush()
        await asyncio.wait_for(pipeline.durable(), 10)

    made = make(COMMIT_DELAY=3600)
    asyncio.run(made.durable())
    inside(made, work)
    asyncio.run(made.durable())


def test_what_is_handed_in_is_on_disk_afterwards(make, tmp_path):
    async def work(pipeline):
        storing = asyncio.ensure_future(pipeline.process_item(Item()))
        await asyncio.sleep(0)
        assert pipeline.archive.writer.buffered > 0
        await pipeline.durable()
        assert pipeline.archive.writer.buffered == 0
        await storing

    inside(make(), work)
    assert outcomes(tmp_path) == [("new", URL)]


def test_nothing_is_on_disk_for_certain_once_the_archive_has_failed(make, monkeypatch):
    def full(writer, *arguments):
        raise archive.CannotWrite(writer.root, "No space left on device")

    async def work(pipeline):
        with monkeypatch.context() as patched:
            patched.setattr(archive.Writer, "flush", full)
            with pytest.raises(DropItem):
                await pipeline.process_item(Item())
        with pytest.raises(archive.ArchiveError, match="No space left on device"):
            await pipeline.durable()

    made = make()
    inside(made, work)
    with pytest.raises(archive.ArchiveError, match="No space left on device"):
        asyncio.run(made.durable())


def test_the_archive_proves_what_dead_runs_have_left(make, tmp_path):
    killed(tmp_path, url=URL)
    with archive.Writer(tmp_path / "data") as writer:
        capture = writer.capture(page())
    visit, record = f"visit:{LATER['visit_id']}", f"capture:{capture.record_id}"
    proofs = [visit, record, "", "visit:01FBJ3Q5M0000000000000000Z", "capture:<urn:uuid:0>", "other"]

    async def work(pipeline):
        return [pipeline.proven(proofs, 0), pipeline.proven(proofs, 1), pipeline.proven(["other"], 0)]

    assert inside(make(), work) == [{visit, record, ""}, {record, ""}, set()]
    with pytest.raises(archive.ArchiveError):
        make().proven(proofs, 0)


def test_a_damaged_archive_proves_nothing(make, tmp_path):
    run(make(), Item())
    (path,) = tmp_path.glob("data/observations/*/*")

    async def work(pipeline):
        path.unlink()
        with pytest.raises(archive.DamagedFile):
            pipeline.proven(["visit:other"], 0)

    inside(make(), work)


def test_what_became_of_an_article_waits_for_the_end_of_the_run(make):
    run(make(), Item(), Item(url="https://example.com/2.html"))

    async def work(pipeline):
        told = [pipeline.owes([URL])]
        pipeline.sight(Seen(url=URL, http_status=404, outcome="gone"))
        pipeline.sight(Seen(url="https://example.com/unknown.html", http_status=404, outcome="gone"))
        asked = (
            [URL],
            ["https://example.com/2.html"],
            ["https://example.com/unknown.html"],
            ["https://example.com/2.html", "http://www.example.com/1.html"],
            [],
        )
        return told + [pipeline.owes(urls) for urls in asked]

    assert inside(make(), work) == [False, True, False, False, True, False]
