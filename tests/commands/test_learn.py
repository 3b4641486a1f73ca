"""`scrapy learn`: from an archive, a folder or a site that is fetched for it."""

import gzip
import importlib
import json
import sys

import pytest

import archive
from crawler.layout import Layout
from crawler.learning.sources import archived
from tests.crawls import crawl_news, listing
from tests.learning.made import LAYOUT, other, plain
from tests.warcs import scrapy_here

PAGES = range(100, 108)


@pytest.fixture
def learn(capsys, tmp_path):
    def run(*words, root=None, **settings):
        return scrapy_here(capsys, "learn", *words, archive=root or tmp_path / "archive", settings=settings)

    return run


@pytest.fixture
def saved(tmp_path):
    """A folder of saved pages, of which some are no articles."""
    folder = tmp_path / "saved"
    (folder / "2024").mkdir(parents=True)
    for number in PAGES:
        page = plain(number).encode()
        path = folder / "2024" / f"{number}.html"
        path.write_bytes(page) if number % 2 else path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(page))
    (folder / "index.html").write_text(listing(*(f"/2024/{number}.html" for number in PAGES)), "utf-8")
    (folder / "broken.html").write_bytes(b"")
    return folder


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A package of spiders of the test's own."""
    folder = tmp_path / "spiders_of_mine"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]


@pytest.fixture
def site(site_server):
    """A site with a list of its articles."""
    paths = {f"/2024/{number}.html": plain(number) for number in PAGES}
    return site_server({"/": listing(*paths), **paths})


def layouts_of(source):
    scope = {"Layout": Layout}
    exec(source, scope)
    return scope["layouts"]


def test_a_folder_of_saved_pages_teaches_a_layout_and_the_report_is_apart(learn, saved):
    run = learn(saved, "--base", "https://news.example/")
    assert run.code == 0, run.err
    assert layouts_of(run.out) == (LAYOUT,)
    assert [line.split()[:5] for line in run.err.splitlines() if line.startswith("body")] == [
        ["body", ".story", "8", "8", "8"]
    ]


def test_the_addresses_of_saved_pages_may_be_in_a_file(learn, saved, tmp_path):
    urls = tmp_path / "urls.jsonl"
    rows = [{"id": str(number), "url": f"https://news.example/2024/{number}.html"} for number in PAGES]
    urls.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert layouts_of(learn(saved, "--urls", urls).out) == (LAYOUT,)


def test_a_spider_is_written_and_replaced_only_by_force(learn, saved, mine):
    words = (saved, "--base", "https://news.example", "--write", "harbour_daily")
    run = learn(*words, NEWSPIDER_MODULE=mine.name)
    assert run.code == 0, run.err
    assert run.out == ""
    spider = importlib.import_module(f"{mine.name}.harbour_daily").HarbourDaily
    assert (spider.name, spider.start_urls, spider.layouts) == ("harbour_daily", ["https://news.example/"], (LAYOUT,))
    again = learn(*words, NEWSPIDER_MODULE=mine.name)
    assert again.code == 2
    assert "harbour_daily.py is there already; --force replaces it" in again.err
    assert learn(*words, "--force", NEWSPIDER_MODULE=mine.name).code == 0


def test_a_site_of_the_archive_teaches_and_its_raw_pages_do(learn, site, tmp_path):
    root = tmp_path / "crawled"
    assert crawl_news(site.url, root).code == 0
    asked = site.paths()
    run = learn("127.0.0.1", root=root)
    assert layouts_of(run.out) == (LAYOUT,)
    assert site.paths() == asked
    pages = list(archived(archive.open(root), "127.0.0.1"))
    assert sorted(page.body.decode() for page in pages) == sorted(map(plain, PAGES))


@pytest.mark.slow
def test_a_site_is_fetched_for_it_and_nothing_is_kept(learn, site, tmp_path):
    quick = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0}
    run = learn(site.url, "--pages", 8, root=tmp_path / "archive", **quick)
    assert run.code == 0, run.err
    assert layouts_of(run.out) == (LAYOUT,)
    assert not (tmp_path / "archive").exists()
    assert site.paths()[0] == "/robots.txt"


def test_no_more_articles_are_read_than_asked_for(learn, saved):
    run = learn(saved, "--pages", 6)
    assert [line.split()[2] for line in run.err.splitlines() if line.startswith("title")] == ["6"]


def test_designs_are_reported(learn, saved):
    for number in range(200, 205):
        (saved / f"{number}.html").write_text(other(number, month=3))
    run = learn(saved, "--base", "https://news.example/")
    assert run.err.startswith("2 designs, told apart by the elements around the text:\n")
    assert "in use until 2024-03-" in run.err
    assert "until=date(2024, 3, " in run.out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["nowhere.example"], "is not an archive"),
        (["/no/such/folder"], "/no/such/folder: no such folder"),
        (["saved", "--pages", "0"], "--pages='0': a whole number from 1"),
        (["saved", "--write", "Harbour-Daily"], "a spider's name, such as harbour_daily"),
        (["ftp://news.example/"], "only http and https are fetched"),
        (["empty"], "no pages in it"),
    ],
)
def test_what_a_person_got_wrong_is_named(learn, saved, tmp_path, words, reason):
    (tmp_path / "empty").mkdir()
    run = learn(*(tmp_path / word if (tmp_path / word).is_dir() else word for word in words))
    assert run.code == 2
    assert reason in run.err
    assert run.out == ""


def test_a_site_that_the_archive_has_not_is_named_with_those_that_it_has(learn, site, tmp_path):
    crawl_news(site.url, tmp_path / "crawled")
    run = learn("nowhere.example", root=tmp_path / "crawled")
    assert run.code == 2
    assert "no article of 'nowhere.example' in the archive; there are: 127.0.0.1" in run.err


def test_too_few_pages_teach_nothing(learn, saved):
    for number in list(PAGES)[3:]:
        for path in (saved / "2024").glob(f"{number}.*"):
            path.unlink()
    run = learn(saved)
    assert (run.code, run.out) == (1, "")
    assert run.err.strip() == "nothing learnt: 3 articles; a layout can be learnt from 5 or more, and better from 20"


@pytest.mark.slow
def test_a_site_that_cannot_be_fetched_teaches_nothing(learn, site_server):
    run = learn(site_server({"/": "<p>nothing"}).url, DOWNLOAD_DELAY=0)
    assert run.code == 1
    assert run.err.strip().endswith("no article was found from there")


def test_the_help_teaches(learn):
    run = learn("--help")
    assert "scrapy learn news.example --write harbour_daily" in run.out
    assert "Exit codes: 0 learnt, 1 nothing could be learnt, 2 usage" in " ".join(run.out.split())
