"""`scrapy extract --explain`: what is read from where on one page."""

import gzip
import subprocess
import sys

import pytest

from tests.crawls import ROOT, article, scrapy
from tests.explaining.frames import marked
from tests.servers import Answer
from tests.warcs import scrapy_here

TITLE = "一台新的光谱仪投入使用了"


@pytest.fixture
def explain(capsys):
    """Explain a page: in this process, unless it is to be fetched."""

    def run(page, *words, archive, **settings):
        words = ("extract", "--explain", page, *words)
        if "://" in str(page):
            return scrapy(*words, archive=archive, settings=settings)
        return scrapy_here(capsys, *words, archive=archive, settings=settings)

    return run


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "a.html.gz"
    path.write_bytes(gzip.compress(article(links="<p>上一篇：<a href='9.html'>更早的一篇报道</a></p>").encode("gbk")))
    return path


def test_a_saved_page_is_shown_as_tables(explain, saved, tmp_path):
    run = explain(saved, archive=tmp_path)
    assert run.code == 0
    assert "Taken: " in run.out
    row = next(line for line in run.out.splitlines() if line.strip().startswith("title"))
    assert [word in row for word in (TITLE, "heading", "h1")] == [True] * 3
    assert "gb18030" in run.out
    assert "2024-05-06T07:08:00+08:00" in run.out
    assert "not found: modified_at" in run.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html.gz"]


def test_with_an_output_the_page_is_marked_too(explain, saved, tmp_path):
    out = tmp_path / "page.html"
    run = explain(saved, "-o", out, archive=tmp_path)
    assert run.code == 0
    assert run.err.strip() == f"{out}: the page with its regions marked, for a browser"
    page = out.read_text("utf-8")
    assert marked(page, "title") == [TITLE]
    assert marked(page, "source") == ["测试社"]
    assert marked(page, "view_count") == ["12"]
    assert marked(page, "prev") == ["更早的一篇报道"]


def test_addresses_of_a_saved_page_come_from_the_command_line(explain, saved, tmp_path):
    assert "https://a.cn/n/9.html" in explain(saved, "--url", "https://a.cn/n/10.html", archive=tmp_path).out
    (tmp_path / "urls.jsonl").write_text('{"id": "a", "url": "https://b.cn/n/10.html"}')
    assert "https://b.cn/n/9.html" in explain(saved, "--urls", tmp_path / "urls.jsonl", archive=tmp_path).out


def test_a_page_is_fetched_once_and_politely_and_leaves_nothing_behind(explain, site_server, tmp_path):
    server = site_server({"/1.html": article(), "/robots.txt": "User-agent: *\nDisallow: /private"})
    run = explain(server.url + "/1.html", archive=tmp_path / "data")
    assert run.code == 0
    assert TITLE in run.out
    assert [request.path for request in server.requests] == ["/robots.txt", "/1.html"]
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/private/1.html", "robots.txt"), ("/gone.html", "HTTP 404"), ("/large.html", "larger than")],
)
def test_a_page_that_may_not_or_cannot_be_had_is_named(explain, site_server, tmp_path, path, reason):
    routes = {
        "/private/1.html": article(),
        "/robots.txt": "User-agent: *\nDisallow: /private",
        "/gone.html": Answer("no such page", status=404),
        "/large.html": article(body="没有尽头的文字。" * 9000),
    }
    server = site_server(routes)
    run = explain(server.url + path, archive=tmp_path, DOWNLOAD_MAXSIZE=100_000)
    assert run.code == 2
    assert server.url + path in run.err.strip().splitlines()[-1]
    assert reason in run.err.strip().splitlines()[-1]
    assert "Traceback" not in run.err


def test_what_failed_is_not_asked_for_again_with_the_next_page(explain, site_server, tmp_path):
    down = site_server({"/robots.txt": Answer("later", status=503), "/1.html": article()})
    assert explain(down.url + "/1.html", archive=tmp_path).code == 2
    asked = len(down.requests)
    up = site_server({"/2.html": article()})
    assert explain(up.url + "/2.html", archive=tmp_path).code == 0
    assert len(down.requests) == asked


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "the page is no HTML"),
        (b"", "the page is empty"),
        (b"<a href=1.html>1</a>", "no title and no body found"),
    ],
)
def test_what_is_no_article_is_said_with_its_reason(explain, tmp_path, body, reason):
    path = tmp_path / "page.html"
    path.write_bytes(body)
    run = explain(path, archive=tmp_path)
    assert run.code == 1
    assert run.err.strip() == f"{path}: {reason}"


def test_a_broken_page_is_explained_as_far_as_it_goes(explain, tmp_path):
    path = tmp_path / "page.html"
    whole = article().encode()
    path.write_bytes(whole[: len(whole) * 2 // 3] + b"\xe6\x97<p <b><table><!-- ")
    run = explain(path, "-o", tmp_path / "out.html", archive=tmp_path)
    assert run.code == 0
    assert marked((tmp_path / "out.html").read_text("utf-8"), "title") == [TITLE]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("no-such.html",), "no-such.html: No such file"),
        (("crawler",), "crawler: Is a directory"),
        (("",), "the path to explain is empty"),
        (("http:///a",), "url='http:///a'"),
        (("LICENSE", "README.md"), "'README.md' is one too many"),
        (("LICENSE", "--url", "nonsense"), "url='nonsense'"),
        (("LICENSE", "--spider", "nosuch"), "no spider 'nosuch'"),
        (("LICENSE", "-o", "no/such/folder/out.html"), "no/such/folder/out.html: No such file"),
    ],
)
def test_a_mistake_on_the_command_line_is_named(explain, tmp_path, words, named):
    run = explain(*words, archive=tmp_path)
    assert run.code == 2
    assert named in run.err.strip().splitlines()[-1]


def test_the_terminal_is_not_steered_by_a_page(explain, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(article(title="标题&#27;[31m&#155;红色[bold]的仪器新闻"), "utf-8")
    run = explain(path, archive=tmp_path)
    assert "\x1b" not in run.out
    assert "\x9b" not in run.out
    assert "[bold]" in run.out


def test_help_teaches_with_examples(tmp_path):
    run = scrapy("extract", "--help", archive=tmp_path)
    assert "scrapy extract --explain https://news.example/1.html -o explained.html" in run.out


def test_the_page_is_written_though_nobody_reads_the_tables(saved, tmp_path):
    out = tmp_path / "page.html"
    command = [sys.executable, "-m", "scrapy", "extract", "--explain", str(saved), "-o", str(out)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.close()
    process.wait(60)
    assert TITLE in out.read_text("utf-8")
