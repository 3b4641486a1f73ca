"""`scrapy coverage` after real crawls of a made-up site with holes that were made on purpose."""

import asyncio
import json
import subprocess
import sys
from datetime import date

import pytest

from crawler.frontier.sqlite import SqliteFrontier
from tests.coverage.made import Site, found, paths
from tests.crawls import ROOT, crawl_news
from tests.servers import serve_faults
from tests.warcs import scrapy_here

HOST = "127.0.0.1"
WEEK = date(2026, 2, 16)


class Crawled:
    """A site with holes, crawled once; what its pages are."""

    def __init__(self, root):
        self.root, self.site = root, Site(weeks=12, a_day=2)
        self.hidden = self.site.of("shichang")
        self.week = [one for one in self.site.week(WEEK) if one not in self.hidden]
        self.site.unlisted = {one.number for one in (*self.week, *self.hidden)}
        self.older, self.page, self.newer = self.site.of("yiqi")[9:12]
        self.site.removed = {self.page.number}
        self.parted, self.beyond = self.site.of("huaxue")[24:26]
        self.site.cut = {self.parted.number}

    def crawl(self):
        with serve_faults(self.site.routes()) as server:
            self.url = server.url
            # Nothing that a crawl follows leads to the category: a sitemap would.
            asyncio.run(self._push())
            self.run = crawl_news(f"{server.url}/", self.root)
        return self

    async def _push(self):
        frontier = SqliteFrontier(self.root / "frontier", HOST, exclusive=True)
        try:
            await frontier.begin(fresh=False, mark=0)
            await frontier.push([found(self.url + path, "sitemaps") for path in paths(self.hidden)])
        finally:
            await frontier.close()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    return Crawled(tmp_path_factory.mktemp("crawled") / "data").crawl()


@pytest.fixture
def coverage(capsys):
    def run(crawled, *words, site=HOST):
        return scrapy_here(capsys, "coverage", *([site] if site else []), *words, archive=crawled.root)

    return run


@pytest.fixture
def told(crawled, coverage):
    run = coverage(crawled, "--json")
    assert run.code == 0, run.err
    return json.loads(run.out)


def test_the_crawl_reads_all_that_is_there(crawled):
    assert crawled.run.code == 0, crawled.run.err
    assert crawled.run.urls() == sorted(paths(crawled.site.there))


def test_a_page_out_of_the_middle_of_a_chain_is_named(crawled, told):
    url = crawled.url
    (hole,) = [one for one in told["chain"]["chains"]["holes"] if one["pages"]]
    assert hole == {
        "pages": [url + crawled.page.path], "because": "gone", "archived": False, "older": url + crawled.older.path,
        "newer": url + crawled.newer.path, "reason": "HTTP 404", "category": "仪器新闻", "once": None,
    }  # fmt: skip
    assert (
        f"the chain has a hole between {url}{crawled.older.path} and {url}{crawled.newer.path}: "
        f"{url}{crawled.page.path} is missing, it is gone (HTTP 404)"
    ) in told["findings"]


def test_a_chain_that_was_cut_is_named_where_it_was(crawled, told):
    (hole,) = [one for one in told["chain"]["chains"]["holes"] if not one["pages"]]
    assert (hole["because"], hole["older"], hole["newer"]) == (
        "parted", crawled.url + crawled.parted.path, crawled.url + crawled.beyond.path,
    )  # fmt: skip


def test_a_week_out_of_a_list_is_named(crawled, told):
    (hidden,) = [one for one in told["calendar"]["hidden"] if one["way"] == "lists"]
    assert (hidden["first"], hidden["last"]) == ("2026-02-16", "2026-02-20")
    assert hidden["articles"] == len(crawled.site.week(WEEK))
    assert any(line.startswith("2026-02-16 to 2026-02-20 is in no list: 10 articles") for line in told["findings"])


def test_a_hidden_category_is_named(crawled, told):
    hidden = [one for one in told["categories"] if one["in_no_list"]]
    assert [(one["name"], one["articles"], one["ways"]["sitemaps"]) for one in hidden] == [("市场新闻", 40, 40)]
    assert any(line.startswith("category 市场新闻 is in no list: 40 articles") for line in told["findings"])


def test_nothing_but_what_was_taken_out_is_named(told):
    assert len(told["findings"]) == 4, told["findings"]
    assert told["calendar"]["gaps"] == []
    assert told["chain"]["links"]["breaks"] == []
    assert told["chain"]["next_is"] == "newer"


def test_each_way_counts_what_it_found(crawled, told):
    ways = told["ways"]
    assert set(ways) == {"chain", "lists", "links", "sitemaps", "feeds"}
    assert (ways["sitemaps"]["archived"], ways["sitemaps"]["failed"]) == (40, 0)
    assert (ways["chain"]["archived"], ways["chain"]["failed_reasons"]) == (119, {"HTTP 404": 1})
    listed = [one for one in crawled.site.there if one.number not in crawled.site.unlisted]
    assert ways["lists"]["archived"] == len(listed)
    # The page that was taken out, and the list of the hidden category, to which its articles lead.
    assert (told["all"]["archived"], told["all"]["failed_reasons"], told["all"]["not_read"]) == (
        119,
        {"HTTP 404": 2},
        0,
    )
    assert told["forgotten"]["no_way"] == 0


def test_the_keys_of_the_json_are_these(told):
    assert list(told) == [
        "site", "crawl", "findings", "ways", "all", "nameless", "forgotten", "chain", "calendar", "categories",
    ]  # fmt: skip
    assert list(told["all"]) == [
        "addresses", "articles", "archived", "gone", "not_kept", "failed", "failed_reasons", "refused",
        "refused_reasons", "not_read", "only_here", "only_here_examples", "named",
    ]  # fmt: skip
    day = told["calendar"]["days"][0]
    assert list(day) == ["day", "usual", "archived", "failed", "not_read", "refused", "not_kept", "expected"]
    assert list(day["expected"]) == ["chain", "lists", "links", "sitemaps", "feeds"]


def test_a_person_reads_tables_a_picture_and_each_hole(crawled, coverage):
    run = coverage(crawled)
    assert run.code == 0
    assert f"{HOST}: " in run.out
    assert "119 articles archived" in run.out
    assert "Missing (4)" in run.out
    assert f"- the chain has a hole between {crawled.url}{crawled.older.path} and " in run.out
    rows = {line[:7]: line.split()[1] for line in run.out.splitlines() if line.startswith("2026-0")}
    # Two articles on each working day; the 1st of March is a Sunday, and the last article is of the 27th.
    assert rows["2026-03"] == "·█████··█████··█████··█████"
    assert "\x1b[" not in run.out


def test_an_unknown_site_is_a_mistake_of_whoever_asks(crawled, coverage):
    run = coverage(crawled, site="nowhere.example.com")
    assert run.code == 2
    assert "no frontier of 'nowhere.example.com'" in run.err
    assert HOST in run.err
    assert coverage(crawled, site=None).code == 2


def test_a_site_is_known_by_an_address_of_it(crawled, coverage):
    assert coverage(crawled, "--json", site=f"{crawled.url}/yiqi/").code == 0


def test_an_archive_that_is_not_there_is_said(crawled, coverage, tmp_path):
    (tmp_path / "frontier").symlink_to(crawled.root / "frontier")
    lone = type("Lone", (), {"root": tmp_path})
    run = coverage(lone)
    assert run.code == 1
    assert run.err.startswith("scrapy coverage: ")


@pytest.mark.parametrize("words", ["", "--json"])
def test_a_reader_that_has_had_enough_ends_it_quietly(crawled, words):
    command = f"set -o pipefail; {sys.executable} -m scrapy coverage {HOST} {words} -s ARCHIVE={crawled.root} | true"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
