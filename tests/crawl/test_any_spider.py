"""Spiders of somebody else's making on the frontier: what they ask for is asked for once, whatever stops a run."""

import json

import pytest

from tests.crawl.killing import frontier_of, has_ended, killed_at, start
from tests.crawls import article, listing, scrapy
from tests.servers import Answer

pytestmark = pytest.mark.slow

PAGES = [f"/news/{n}.html" for n in range(30)]

PLAIN = """
import scrapy

class Plain(scrapy.Spider):
    name = "plain"
    custom_settings = {"ITEM_PIPELINES": {"pipelines.store.ArchivePipeline": None}}

    def __init__(self, url, **words):
        super().__init__(**words)
        self.start_urls = [url]

    def parse(self, response):
        for number, path in enumerate(response.css("a::attr(href)").getall()):
            yield scrapy.Request(
                response.urljoin(path), self.parse_page, meta={"number": number, "seen": ["a", {"b": None}]},
                cb_kwargs={"word": f"w{number}"},
            )
        yield scrapy.FormRequest(response.urljoin("/search"), self.parse_search, formdata={"q": "仪器"})

    def parse_page(self, response, word):
        yield {"url": response.url, "title": response.css("h1::text").get(), "word": word,
               "number": response.meta["number"], "seen": response.meta["seen"]}

    def parse_search(self, response):
        yield {"url": response.url, "method": response.request.method, "said": response.text}
"""

LAMBDAS = """
from scrapy import Request
from crawler.spiders.news import News

class Lambdas(News):
    name = "lambdas"

    def parse(self, response, **words):
        for request in super().parse(response, **words):
            if isinstance(request, Request) and "/news/" in request.url:
                request = request.replace(callback=lambda response: super(Lambdas, self).parse(response))
            yield request
"""

RAISES = """
from crawler.items import ArticleItem
from crawler.spiders.news import News

class Raises(News):
    name = "raises"

    def parse(self, response, **words):
        for found in super().parse(response, **words):
            yield found
            if isinstance(found, ArticleItem) and response.url.endswith("/3.html"):
                raise ValueError("in the middle of it")
"""


def slow_site():
    def search(asked):
        return Answer(f"{asked.method} {asked.headers['Content-Type']}")

    return {
        "/": listing(*PAGES),
        "/search": search,
        **{path: Answer(article(title=f"{path}关于仪器的报道"), delay=0.02) for path in PAGES},
    }


@pytest.fixture
def site(site_server):
    return site_server(slow_site())


@pytest.fixture
def modules(tmp_path):
    folder = tmp_path / "modules"
    folder.mkdir()
    for name, text in (("plain", PLAIN), ("lambdas", LAMBDAS), ("raises", RAISES)):
        (folder / f"{name}.py").write_text(text, "utf-8")
    return folder


def crawl(name, server, tmp_path, modules, *words):
    return scrapy("crawl", name, "-a", f"url={server.url}", *words, archive=tmp_path / "data", modules=modules)


def items(path):
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return sorted(found, key=lambda item: item["url"])


def test_a_plain_spider_works(site, tmp_path, modules):
    crawl("plain", site, tmp_path, modules, "-o", str(tmp_path / "items.jsonl"))
    expected = [
        {"url": f"{site.url}{path}", "title": f"{path}关于仪器的报道", "word": f"w{number}", "number": number,
         "seen": ["a", {"b": None}]}
        for number, path in enumerate(PAGES)
    ]  # fmt: skip
    search = {"url": f"{site.url}/search", "method": "POST", "said": "POST application/x-www-form-urlencoded"}
    assert items(tmp_path / "items.jsonl") == sorted([*expected, search], key=lambda item: item["url"])
    assert sorted(site.paths()) == sorted(["/robots.txt", "/", "/search", *PAGES])
    assert has_ended(tmp_path / "data", "plain")


def test_a_plain_spider_that_was_killed_goes_on(site, tmp_path, modules):
    words = ("-o", str(tmp_path / "items.jsonl"))
    process = start(site.url, tmp_path / "data", *words, spider="plain", modules=modules)
    killed_at(process, lambda: len(site.requests) > 12)
    known = frontier_of(tmp_path / "data", "plain")
    crawl("plain", site, tmp_path, modules, "-o", str(tmp_path / "rest.jsonl"))
    rest = {item["url"][len(site.url) :]: item for item in items(tmp_path / "rest.jsonl")}
    # A feed of Scrapy's is written when it likes: what it had of pages that are done, a kill takes back.
    assert set(rest) == {path for path in (*PAGES, "/search") if known[path] != "done"}
    assert {path for path, state in known.items() if state == "done" and site.paths().count(path) > 1} == set()
    assert {rest[path]["word"] for path in rest if path in PAGES} == {
        f"w{PAGES.index(path)}" for path in rest if path in PAGES
    }
    assert has_ended(tmp_path / "data", "plain")


def test_what_cannot_be_written_down_is_crawled_with_one_warning(site, tmp_path, modules):
    run = crawl("lambdas", site, tmp_path, modules)
    assert run.code == 0
    assert run.urls() == sorted(PAGES)
    warnings = [line for line in run.err.splitlines() if "WARNING" in line and "no method of the spider" in line]
    assert [line.partition("WARNING: ")[2].startswith(f"{site.url}/news/") for line in warnings] == [True]
    assert sorted(site.paths()) == sorted(["/robots.txt", "/", *PAGES])


def test_a_page_on_which_a_spider_raises_has_failed_and_what_it_said_before_is_kept(site, tmp_path, modules):
    run = crawl("raises", site, tmp_path, modules)
    known = frontier_of(tmp_path / "data")
    assert run.code == 1
    assert run.err.strip().splitlines()[-1].startswith("1 pages could not be read")
    assert run.urls() == sorted(PAGES)
    assert {path for path, state in known.items() if state == "failed"} == {"/news/3.html"}
    assert {state for path, state in known.items() if path != "/news/3.html"} == {"done"}
    assert has_ended(tmp_path / "data")
