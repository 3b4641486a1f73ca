"""`scrapy fixture`: a page becomes a golden case."""

import json
import shutil

import pytest

from crawler.golden import GoldenCase
from tests.crawls import ROOT, article, scrapy

SITES = ROOT / "tests" / "sites"


@pytest.fixture
def case_of_nobody():
    """A spider that does not exist; its cases are gone after the test."""
    name = "spider_of_a_test"
    yield name
    shutil.rmtree(SITES / name, ignore_errors=True)


def test_a_fetched_page_becomes_a_case_that_is_read_as_it_says(site_server, tmp_path, case_of_nobody):
    server = site_server({"/news/7.html": article()})
    run = scrapy("fixture", f"{server.url}/news/7.html", "--spider", case_of_nobody, archive=tmp_path / "archive")
    assert run.code == 0, run.err
    case = GoldenCase(SITES / case_of_nobody / "news-7.html")
    assert (case.folder / "response.html").read_text("utf-8") == article()
    response = json.loads((case.folder / "response.json").read_text("utf-8"))
    assert (response["url"], response["status"]) == (f"{server.url}/news/7.html", 200)
    assert response["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert case.expected()["title"] == "一台新的光谱仪投入使用了"
    assert case.actual(()) == case.expected()
    assert "一台新的光谱仪投入使用了" in run.out
    assert server.paths() == ["/robots.txt", "/news/7.html"]
    assert not (tmp_path / "archive").exists()


def test_a_case_is_replaced_only_by_force(tmp_path, case_of_nobody):
    page = tmp_path / "page.html"
    page.write_text(article(), "utf-8")
    words = ("fixture", page, "--spider", case_of_nobody, "--url", "https://a.cn/7.html", "--case", "seven")
    assert scrapy(*words, archive=tmp_path).code == 0
    page.write_text(article(title="另一篇关于仪器的报道"), "utf-8")
    refused = scrapy(*words, archive=tmp_path)
    assert refused.code == 2
    assert "seven exists; --force replaces it" in refused.err
    assert scrapy(*words, "--force", archive=tmp_path).code == 0
    case = GoldenCase(SITES / case_of_nobody / "seven")
    assert case.expected()["title"] == "另一篇关于仪器的报道"
    assert case.expected()["url"] == "https://a.cn/7.html"
