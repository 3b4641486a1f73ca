"""What a person may get wrong: one clear line that names the thing, an exit code that is true, never a traceback."""

import json
import os
import random
import resource
import signal
import subprocess
import sys

import pytest

from crawler.arguments import checked_url
from crawler.errors import BadArgument
from tests.crawls import ROOT, article, crawl_news, listing, scrapy
from tests.servers import Answer, serve_faults

LARGE = "<html><body>" + "<p>大量的文字，没有尽头。</p>" * 500_000


@pytest.fixture(scope="module")
def server():
    pages = {
        "/404.html": Answer("no such page", status=404),
        "/a.pdf.html": Answer(b"%PDF-1.4\n%\xe2\xe3", headers={"Content-Type": "application/pdf"}),
        "/empty.html": "",
        "/large.html": LARGE,
        "/nothing.html": "<html><body><p>hi</p></body></html>",
        "/article.html": article(),
    }
    with serve_faults(pages) as server:
        yield server


def last_line(run):
    assert "Traceback" not in run.err
    return run.err.strip().splitlines()[-1]


BAD_PAGES = [
    ("/404.html", "HTTP 404"),
    ("/a.pdf.html", "no HTML"),
    ("/empty.html", "empty"),
    ("/large.html", "larger than"),
    ("/nothing.html", "found"),
]


@pytest.mark.parametrize(("path", "reason"), BAD_PAGES)
def test_crawl_names_a_start_page_that_gives_nothing(server, tmp_path, path, reason):
    run = crawl_news(server.url + path, tmp_path)
    assert run.code == (5 if path == "/nothing.html" else 4)
    assert server.url + path in last_line(run)
    assert reason in last_line(run)


@pytest.mark.parametrize(
    ("path", "reason"), [BAD_PAGES[0], *(pytest.param(*page, marks=pytest.mark.slow) for page in BAD_PAGES[1:])]
)
def test_fixture_names_a_page_that_gives_nothing_and_writes_no_case(server, tmp_path, path, reason):
    run = scrapy("fixture", server.url + path, "--spider", "not_yet_there", archive=tmp_path)
    assert run.code == 2
    assert server.url + path in last_line(run)
    assert reason in last_line(run)
    assert not (ROOT / "tests/sites/not_yet_there").exists()


NO_URLS = [
    "",
    "not a url",
    "http://",
    "example",
    "http://exa mple.com/",
    "http://a.cn:port/",
    "http://[::1/",
    "ftp://a.cn/",
]


@pytest.mark.parametrize("url", NO_URLS)
def test_a_url_that_is_none_is_told_from_one(url):
    with pytest.raises(BadArgument) as caught:
        checked_url(url)
    assert caught.value.value == url


@pytest.mark.parametrize("words", [("crawl", "news", "-a", "url=not a url"), ("fixture", "not a url", "--spider", "x")])
def test_a_url_that_is_none_is_refused_before_anything_is_made(tmp_path, words):
    run = scrapy(*words, archive=tmp_path / "archive")
    assert run.code == 2
    assert "url='not a url': this is no address of a page" in last_line(run)
    assert not (tmp_path / "archive").exists()


def test_a_host_that_does_not_resolve_is_named(tmp_path):
    run = crawl_news("http://nowhere.invalid/news/", tmp_path)
    assert run.code == 4
    assert "http://nowhere.invalid/news/" in last_line(run)
    assert "does not resolve" in last_line(run)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("crawl", "nosuch"), "no spider 'nosuch'; there are: hzgreat100, news"),
        (("crawl", "news"), "say where to begin"),
        (("crawl", "hzgreat100", "-a", "limit=0"), "limit='0'"),
        pytest.param(("crawl", "hzgreat100", "-a", "limit=many"), "limit='many'", marks=pytest.mark.slow),
        (("crawl", "hzgreat100", "-a", "ways=chain,telepathy"), "ways='chain,telepathy'"),
        pytest.param(("crawl", "hzgreat100", "-a", "depth=3"), "depth='3': no such argument", marks=pytest.mark.slow),
        (("crawl", "hzgreat100", "-s", "CONNECT_TO=a.cn"), "CONNECT_TO: 'a.cn'"),
        (("extract", ""), "a path is empty"),
        pytest.param(("extract", "no/such/folder"), "no/such/folder: no such file or folder", marks=pytest.mark.slow),
        pytest.param(("extract", "LICENSE", "--spider", "nosuch"), "no spider 'nosuch'", marks=pytest.mark.slow),
        pytest.param(
            ("extract", "LICENSE", "--urls", "no-such.jsonl"), "no-such.jsonl: No such file", marks=pytest.mark.slow
        ),
        pytest.param(
            ("extract", "LICENSE", "--urls", "LICENSE"), "LICENSE: line 1 is no JSON object", marks=pytest.mark.slow
        ),
        (("extract", "LICENSE", "-o", "no/such/folder/out.jsonl"), "no/such/folder/out.jsonl: No such file"),
        (("fixture", "LICENSE", "--spider", "no-name"), "--spider 'no-name'"),
        (("fixture", "LICENSE", "--spider", "nosuch", "--case", "../../case"), "--case '../../case'"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(tmp_path, words, named):
    run = scrapy(*words, archive=tmp_path / "archive")
    assert run.code == 2
    assert named in last_line(run)


def test_an_archive_that_cannot_be_written_ends_before_the_first_request(server, tmp_path):
    (tmp_path / "file").write_text("in the way")
    asked = len(server.requests)
    run = crawl_news(server.url, tmp_path / "file")
    assert run.code == 2
    assert f"cannot write {tmp_path / 'file'}" in last_line(run)
    assert len(server.requests) == asked


@pytest.mark.slow
def test_a_disk_that_fills_ends_the_crawl_and_loses_nothing_acknowledged(site_server, tmp_path):
    paths = [f"/news/{n}.html" for n in range(30)]
    noise = iter(random.Random(1).randbytes(20_000).hex() for _ in paths)
    server = site_server({"/": listing(*paths), **{path: article(title=f"{path}关于仪器的一篇报道", links=f"<!--{next(noise)}-->") for path in paths}})  # fmt: skip
    data, feed = tmp_path / "data", tmp_path / "feed.jsonl"
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"url={server.url}", "-s", f"ARCHIVE={data}", "-O",
               str(feed), "-s", "DOWNLOAD_DELAY=0.05", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "COMMIT_DELAY=0.01"]  # fmt: skip
    # No file may grow past this: the real fault of a full disk, at the same place. Coverage would want to write more.
    limit = 300_000
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}

    def fill():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, preexec_fn=fill, env=environment, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"cannot write {data}" in done.stderr.strip().splitlines()[-1]
    acknowledged = [json.loads(line) for line in feed.read_text("utf-8").splitlines()]
    assert acknowledged
    again = crawl_news(server.url, data)
    assert again.code == 0
    assert sorted(again.urls()) == sorted(paths)
    stored = {line["revision_id"]: line for line in again.lines()}
    assert [stored[line["revision_id"]] for line in acknowledged] == acknowledged
