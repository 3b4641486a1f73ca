"""`scrapy fixture`: a page becomes a golden case."""

import json

import pytest

from crawler.golden import GoldenCase
from tests.crawls import ROOT, article, scrapy


@pytest.fixture
def project(tmp_path):
    """A project's folder of the test's own: a case in the repository would be taken for a spider's."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "scrapy.cfg").write_text((ROOT / "scrapy.cfg").read_text())
    return folder


@pytest.fixture
def fixture(project, tmp_path):
    """Run `scrapy fixture` in that project, for a spider that does not exist."""

    def run(*words):
        return scrapy("fixture", *words, "--spider", "not_yet_there", archive=tmp_path / "archive", folder=project)

    return run


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(article(), "utf-8")
    return path


def case_of(project, name):
    return GoldenCase(project / "tests" / "sites" / "not_yet_there" / name)


def test_a_fetched_page_becomes_a_case_that_is_read_as_it_says(site_server, tmp_path, project, fixture):
    server = site_server({"/news/7.html": article()})
    run = fixture(f"{server.url}/news/7.html")
    assert run.code == 0, run.err
    case = case_of(project, "news-7.html")
    assert (case.folder / "response.html").read_text("utf-8") == article()
    response = json.loads((case.folder / "response.json").read_text("utf-8"))
    assert (response["url"], response["status"]) == (f"{server.url}/news/7.html", 200)
    assert response["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert case.expected()["title"] == "一台新的光谱仪投入使用了"
    assert case.actual(()) == case.expected()
    assert "一台新的光谱仪投入使用了" in run.out
    assert server.paths() == ["/robots.txt", "/news/7.html"]
    assert not (tmp_path / "archive").exists()


@pytest.mark.slow
def test_a_case_is_replaced_only_by_force(project, fixture, page):
    words = (page, "--url", "https://a.cn/7.html", "--case", "seven")
    assert fixture(*words).code == 0
    page.write_text(article(title="另一篇关于仪器的报道"), "utf-8")
    refused = fixture(*words)
    assert refused.code == 2
    assert "seven exists; --force replaces it" in refused.err
    assert case_of(project, "seven").expected()["title"] == "一台新的光谱仪投入使用了"
    assert fixture(*words, "--force").code == 0
    assert case_of(project, "seven").expected()["title"] == "另一篇关于仪器的报道"
    assert case_of(project, "seven").expected()["url"] == "https://a.cn/7.html"


def test_a_folder_that_cannot_be_written_is_named(project, fixture, page):
    (project / "tests").write_text("in the way")
    run = fixture(page)
    assert run.code == 2
    assert f"{project}/tests/sites/not_yet_there/index: Not a directory" in run.err
    assert "Traceback" not in run.err


def test_a_host_that_does_not_resolve_is_named(project, fixture):
    run = fixture("http://nowhere.invalid/7.html")
    assert run.code == 2
    assert "http://nowhere.invalid/7.html: " in run.err.strip().splitlines()[-1]
    assert "does not resolve" in run.err.strip().splitlines()[-1]
    assert "Traceback" not in run.err
    assert not (project / "tests").exists()
