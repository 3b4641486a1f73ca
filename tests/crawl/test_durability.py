"""What is left of a crawl that ends otherwise than it meant to."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

import archive
from archive.records import plain_values
from tests.crawls import ROOT, article, crawl_news, listing
from tests.servers import Answer

PAGES = [f"/news/{n}.html" for n in range(60)]


def slow_site():
    return {
        "/": listing(*PAGES),
        **{path: Answer(article(title=f"{path}关于仪器的报道"), delay=0.02) for path in PAGES},
    }


def start(url, folder, *words):
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"url={url}", "-s", f"ARCHIVE={folder}",
               "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "COMMIT_DELAY=0.02", *words]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


SPIDER = """
import os
from scrapy import signals
from crawler.spiders.news import News

class Told(News):
    \"\"\"Writes down which lines were acknowledged, each with one write(2), as no feed of Scrapy's does.\"\"\"

    name = "told"

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.out = os.open(os.environ["TOLD"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        crawler.signals.connect(spider.stored, signal=signals.item_scraped)
        return spider

    def stored(self, item):
        import json
        os.write(self.out, json.dumps(item).encode() + b"\\n")
"""


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(4))
def test_a_killed_crawl_loses_nothing_that_it_acknowledged(site_server, tmp_path, round_):
    server = site_server(slow_site())
    data, told = tmp_path / "data", tmp_path / "told.jsonl"
    (tmp_path / "told.py").write_text(SPIDER)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)]), "TOLD": str(told)}
    command = [sys.executable, "-m", "scrapy", "crawl", "told", "-a", f"url={server.url}", "-s", "SPIDER_MODULES=told",
               "-s", f"ARCHIVE={data}", "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "COMMIT_DELAY=0.02"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (told.exists() and told.read_bytes()):
        assert process.poll() is None
        time.sleep(0.005)
    time.sleep(random.Random(round_).uniform(0, 0.25))
    process.kill()
    process.wait()
    acknowledged = [json.loads(line) for line in told.read_text().splitlines()]
    with archive.Writer(data):  # brings in what a dead writer left
        pass
    opened = archive.open(data)
    stored = {article.revision_id: article for article in opened.articles(revisions=True)}
    assert acknowledged
    assert [plain_values(stored[line["revision_id"]]) for line in acknowledged] == acknowledged
    bodies = {path: server.routes[path].body.encode() for path in PAGES}
    for line in acknowledged:
        exchange = opened.exchange(stored[line["revision_id"]].captures[-1])
        assert exchange.body == bodies[line["url"][len(server.url) :]]
    run = crawl_news(server.url, data)
    assert run.code == 0
    assert run.urls() == sorted(PAGES)


def test_one_ctrl_c_publishes_all_that_was_read(site_server, tmp_path):
    server = site_server(slow_site())
    process = start(server.url, tmp_path)
    while len(server.requests) < 20:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    opened = archive.open(tmp_path)
    stored = {article.url[len(server.url) :] for article in opened.articles()}
    assert {path for path in server.paths() if path in PAGES} == stored
    assert f"archive head {opened.head.digest}" in err.splitlines()
    assert not list((tmp_path / "open").glob("*/*"))


@pytest.mark.slow
def test_a_second_run_on_a_site_is_refused_and_the_first_untouched(site_server, tmp_path):
    server = site_server(slow_site())
    first = start(server.url, tmp_path, "-s", "DOWNLOAD_DELAY=0.08")
    while len(server.requests) < 5:
        assert first.poll() is None
        time.sleep(0.01)
    second = start(server.url, tmp_path, "-L", "ERROR")
    _, err = second.communicate(timeout=30)
    assert second.returncode == 75
    assert "another run is at work on 127.0.0.1" in err.strip().splitlines()[-1]
    assert "Traceback" not in err
    _, err = first.communicate(timeout=60)
    assert first.returncode == 0
    assert [request.path for request in server.requests].count("/") == 1
    assert len(list(archive.open(tmp_path).articles())) == len(PAGES)


def test_the_head_of_the_archive_is_named_before_the_last_line(site_server, tmp_path):
    server = site_server({"/": article()})
    run = crawl_news(server.url, tmp_path)
    *_, head, last = run.err.strip().splitlines()
    assert head == f"archive head {archive.open(tmp_path).head.digest}"
    assert "1 articles" in last


def test_a_run_that_commits_nothing_names_no_head(site_server, tmp_path):
    run = crawl_news("http://127.0.0.1:1/", tmp_path)
    assert run.code == 4
    assert "archive head" not in run.err
