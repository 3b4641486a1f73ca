"""A run that ends at one exact moment, and what the next one makes of it."""

import json
import os
import sqlite3
import subprocess
import sys

import pytest

import archive
from tests.crawls import QUICK, ROOT, article, crawl_news, listing
from tests.servers import ONCE

pytestmark = pytest.mark.slow

PAGES = [f"/news/{n}.html" for n in range(12)]

# Each ends the process at its moment, without a word: what is not on disk then is lost.
LATE = """
import os
from crawler.frontier.scheduler import FrontierScheduler

class Late(FrontierScheduler):
    \"\"\"Ends its process when the page of `LAST` is on disk, before it is acknowledged.\"\"\"

    async def spider_opened(self):
        await super().spider_opened()
        acknowledge = self.frontier.acknowledge

        async def last(receipts):
            if any(receipt.lease.url.endswith(os.environ["LAST"]) for receipt in receipts):
                os._exit(9)
            return await acknowledge(receipts)

        self.frontier.acknowledge = last
"""

EARLY = """
import os
from pipelines.store import ArchivePipeline

class Early(ArchivePipeline):
    \"\"\"Ends its process before the page of `LAST` is written.\"\"\"

    async def process_item(self, item):
        if getattr(item, "url", "").endswith(os.environ["LAST"]):
            os._exit(9)
        return await super().process_item(item)
"""


@pytest.fixture
def site(site_server):
    return site_server({
        "/": listing(*PAGES[:6], "/more.html"),
        "/more.html": listing(*PAGES[6:]),
        **{path: article(title=f"{path}关于仪器的报道") for path in PAGES},
    })  # fmt: skip


def cut(server, folder, modules, *, last, late=True):
    """Crawl until the process ends itself at a page; return what the frontier says of each address then, by path.

    It ends when the page is on disk and not acknowledged, or else before what it says is written.
    """
    (modules / "late.py").write_text(LATE)
    (modules / "early.py").write_text(EARLY)
    settings = {**QUICK, "ARCHIVE": folder, "CONCURRENT_REQUESTS": 1, "COMMIT_DELAY": 0}
    if late:
        settings["SCHEDULER"] = "late.Late"
    else:
        settings["ITEM_PIPELINES"] = json.dumps({"pipelines.store.ArchivePipeline": None, "early.Early": 800})
    words = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"url={server.url}"]
    for name, value in settings.items():
        words += ["-s", f"{name}={value}"]
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(modules)]), "LAST": last,
    }  # fmt: skip
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 9, done.stderr
    with sqlite3.connect(folder / "frontier" / "127.0.0.1.sqlite") as db:
        rows = db.execute("SELECT url, state, proof FROM urls").fetchall()
    db.close()
    return {url[len(server.url) :] or "/": (state, proof) for url, state, proof in rows}


def test_a_page_whose_lines_are_on_disk_is_acknowledged_and_not_asked_for_again(site, tmp_path):
    known = cut(site, tmp_path / "data", tmp_path, last="/5.html")
    state, proof = known["/news/5.html"]
    assert state == 1
    assert proof.startswith("visit:")
    run = crawl_news(site.url, tmp_path / "data")
    assert run.code == 0
    assert site.paths().count("/news/5.html") == 1
    assert run.urls() == sorted(PAGES)
    assert run.outcomes() == ["new"] * len(PAGES)


def test_a_page_whose_lines_are_not_on_disk_is_asked_for_again(site, tmp_path):
    known = cut(site, tmp_path / "data", tmp_path, last="/5.html", late=False)
    assert known["/news/5.html"][0] == 1
    run = crawl_news(site.url, tmp_path / "data")
    assert site.paths().count("/news/5.html") == 2
    assert run.urls() == sorted(PAGES)
    assert run.outcomes() == ["new"] * len(PAGES)


def test_the_links_of_a_page_are_known_before_anything_that_it_says_is_kept(site, tmp_path):
    site.routes["/"] = article(title="首页上的一篇关于仪器的报道", links=listing(*PAGES))
    known = cut(site, tmp_path / "data", tmp_path, last=str(site.port), late=False)
    assert set(known) - set(ONCE) == {"/", *PAGES}
    with archive.Writer(tmp_path / "data"):
        pass
    assert list(archive.open(tmp_path / "data").articles()) == []


def test_a_list_whose_raw_page_is_on_disk_is_not_asked_for_again(site, tmp_path):
    known = cut(site, tmp_path / "data", tmp_path, last="/more.html")
    state, proof = known["/more.html"]
    assert (state, proof.partition(":")[0]) == (1, "capture")
    run = crawl_news(site.url, tmp_path / "data")
    assert site.paths().count("/more.html") == 1
    assert run.urls() == sorted(PAGES)


def test_what_a_crawl_has_stored_before_it_was_cut_off_is_stored_once_under_its_other_addresses(site, tmp_path):
    alias = article(title="/news/0.html关于仪器的报道", head='<link rel="canonical" href="/news/0.html">')
    site.routes["/news/11.html"] = alias
    cut(site, tmp_path / "data", tmp_path, last="/5.html")
    run = crawl_news(site.url, tmp_path / "data")
    assert run.urls() == sorted(PAGES[:11])
    assert run.outcomes() == ["new"] * 11


def test_a_known_article_that_is_gone_is_told_once_though_the_run_was_cut_off(site, tmp_path):
    data = tmp_path / "data"
    crawl_news(site.url, data)
    del site.routes["/news/3.html"]
    # What became of known articles is written when a run ends; this one ends right after that.
    cut(site, data, tmp_path, last="/3.html")
    run = crawl_news(site.url, data)
    assert run.outcomes("/news/3.html") == ["new", "gone"]
    assert run.outcomes().count("same") == len(PAGES) - 1


def test_a_run_that_was_cut_off_after_all_was_done_ends_well_and_the_next_begins_anew(site, tmp_path):
    first = crawl_news(site.url, tmp_path / "data")
    with sqlite3.connect(tmp_path / "data" / "frontier" / "127.0.0.1.sqlite") as db:
        db.execute("UPDATE crawls SET finished_at = NULL")  # as a kill between the last page and the end leaves it
    db.close()
    asked = len(site.paths())
    second = crawl_news(site.url, tmp_path / "data")
    assert (first.code, second.code) == (0, 0)
    assert len(site.paths()) == asked
    assert "nothing was left of the crawl" in second.err.strip().splitlines()[-1]
    third = crawl_news(site.url, tmp_path / "data")
    assert third.code == 0
    assert third.outcomes() == ["new"] * len(PAGES) + ["same"] * len(PAGES)
