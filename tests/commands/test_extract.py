"""`scrapy extract`: folders of saved pages to JSON Lines."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive import Article
from tests.crawls import ROOT, article, scrapy

needs_a_full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    (folder / "b.html").write_text(article(title="第二篇关于仪器的报道"), "utf-8")
    (folder / "a.v1.html.gz").write_bytes(gzip.compress(article(title="第一篇关于仪器的报道").encode("gbk")))
    (folder / "sub").mkdir()
    (folder / "sub" / "c.htm").write_text(article(links="<p>上一篇：<a href='9.html'>更早的一篇报道</a></p>"), "utf-8")
    (folder / "broken.html.gz").write_bytes(b"\x1f\x8b\x08\x00 torn")
    (folder / "empty.html").write_bytes(b"")
    (folder / "notes.txt").write_text("no page")
    (folder / "urls.jsonl").write_text('{"id": "c", "url": "https://a.cn/news/10.html"}\n{"id": "b"}\n\n')
    return folder


@pytest.fixture(scope="module")
def extracted(saved, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "articles.jsonl"
    run = scrapy("extract", saved, "-o", out, "--urls", saved / "urls.jsonl", archive=saved)
    return run, [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def test_each_page_gives_a_line_in_the_order_of_names(extracted):
    _, lines = extracted
    assert [line["id"] for line in lines] == ["a.v1", "b", "broken", "empty", "c"]
    assert all(line["ms"] >= 0 for line in lines)


def test_a_page_that_fails_has_its_error_and_the_others_their_fields(extracted, saved):
    run, lines = extracted
    errors = {line["id"]: line["error"] for line in lines if "error" in line}
    assert set(errors) == {"broken", "empty"}
    assert str(saved / "empty.html") in errors["empty"]
    assert run.code == 1
    assert all(error in run.err for error in errors.values())
    assert run.err.strip().splitlines()[-1].startswith("5 pages, 2 without an article")


def test_fields_are_those_of_an_article_line(extracted):
    _, lines = extracted
    good = [line for line in lines if "error" not in line]
    archived = set(Article.__dataclass_fields__)
    assert all(set(line) - {"ms"} <= archived for line in good)
    assert {"title", "published_at", "body", "view_count", "prev", "digest"} <= set(good[0])
    assert [line["title"] for line in good] == [
        "第一篇关于仪器的报道",
        "第二篇关于仪器的报道",
        "一台新的光谱仪投入使用了",
    ]
    assert {line["published_at"] for line in good} == {"2024-05-06T07:08:00+08:00"}
    assert {line["view_count"] for line in good} == {12}


def test_links_are_absolute_where_the_address_is_known(extracted):
    _, lines = extracted
    assert lines[-1]["url"] == "https://a.cn/news/10.html"
    assert lines[-1]["prev"] == {"url": "https://a.cn/news/9.html", "title": "更早的一篇报道"}


def test_lines_go_to_stdout_and_the_count_to_stderr(saved):
    run = scrapy("extract", saved / "b.html", archive=saved)
    assert run.code == 0
    assert [json.loads(line)["id"] for line in run.out.splitlines()] == ["b"]
    assert run.err.strip() == "1 pages, 0 without an article"


def test_a_reader_that_leaves_early_ends_it_quietly(tmp_path):
    for n in range(200):
        (tmp_path / f"{n:03}.html").write_text(article(), "utf-8")
    command = f"{sys.executable} -m scrapy extract {tmp_path} | head -1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_what_holds_no_article_is_named_with_its_reason(tmp_path):
    (tmp_path / "nothing.html").write_text("<html><body><p>hi</p></body></html>")
    (tmp_path / "pdf.html").write_bytes(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3")
    run = scrapy("extract", tmp_path, archive=tmp_path)
    assert run.code == 1
    assert run.err.splitlines() == [
        f"{tmp_path}/nothing.html: no title and no body found",
        f"{tmp_path}/pdf.html: the page is no HTML",
        "2 pages, 2 without an article",
    ]


@needs_a_full_disk
def test_a_full_disk_is_named(saved):
    run = scrapy("extract", saved / "b.html", "-o", "/dev/full", archive=saved)
    assert run.code == 2
    assert run.err.strip().splitlines()[-1].endswith("/dev/full: No space left on device")
    assert "Traceback" not in run.err


@needs_a_full_disk
def test_a_full_disk_behind_stdout_is_named(saved):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "extract", saved / "b.html"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].endswith("stdout: No space left on device")
