"""Articles over several pages: one line, whole, with all its captures."""

import pytest

import archive
from tests.crawls import article, crawl_news, listing, scrapy
from tests.servers import Answer

NAMES = ["/news/15427.html", "/news/15427_2.html", "/news/15427_3.html"]
TEXTS = [
    f"第{n}页的正文：研究人员在这一页说明了仪器的第{n}项用途，并给出了完整的测量结果和说明文字。" for n in (1, 2, 3)
]


def turning(number):
    """Return the links between the pages, as a CMS writes them."""
    links = [f'<a href="{path[6:]}">{n}</a>' for n, path in enumerate(NAMES, start=1) if n != number]
    further = f'<a href="{NAMES[number][6:]}">下一页</a>' if number < len(NAMES) else ""
    return f'<p class="page">{" ".join(links)} {further}</p>'


def page(number, **words):
    return article(title="房地产估价机构的三页管理办法", body=TEXTS[number - 1], links=turning(number), **words)


def site(**others):
    return {"/": listing(NAMES[0]), **{path: page(n) for n, path in enumerate(NAMES, start=1)}, **others}


def test_its_pages_are_one_line_in_order_and_all_captures_are_named(site_server, tmp_path):
    server = site_server(site())
    run = crawl_news(server.url, tmp_path)
    assert run.urls() == [NAMES[0]]
    (line,) = run.lines()
    paragraphs = line["body"].split("\n\n")
    assert [text for text in paragraphs if text.startswith("第") and "页的正文" in text] == TEXTS
    assert len(paragraphs) == len(set(paragraphs))
    opened = archive.open(tmp_path)
    (stored,) = opened.articles()
    bodies = [opened.exchange(capture).body.decode() for capture in stored.captures]
    assert bodies == [server.routes[path] for path in NAMES]
    assert run.outcomes() == ["new"]
    assert sorted(server.paths()) == sorted(["/robots.txt", "/", *NAMES])


@pytest.mark.slow
def test_a_second_crawl_finds_it_unchanged_and_reads_all_pages(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    run = crawl_news(server.url, tmp_path)
    assert run.outcomes() == ["new", "same"]
    assert [server.paths().count(path) for path in NAMES] == [2, 2, 2]


def test_an_edit_on_its_last_page_is_one_revision(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    server.routes[NAMES[2]] = page(3).replace("完整的测量结果", "后来更正的测量结果")
    run = crawl_news(server.url, tmp_path)
    assert run.outcomes() == ["new", "revised"]
    assert [line["extractor"]["cause"] for line in run.lines()] == ["crawl", "crawl"]


@pytest.mark.slow
def test_rules_that_are_unchanged_read_its_captures_as_they_were_read(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    run = scrapy("reextract", "127.0.0.1", archive=tmp_path)
    assert run.code == 0
    assert len(run.lines()) == 1


@pytest.mark.parametrize("status", [404, pytest.param(500, marks=pytest.mark.slow)])
def test_what_could_be_had_is_kept_where_a_page_is_missing_and_says_so(site_server, tmp_path, status):
    server = site_server(site(**{NAMES[1]: Answer("", status=status)}))
    run = crawl_news(server.url, tmp_path)
    (line,) = run.lines()
    assert TEXTS[0] in line["body"]
    assert TEXTS[1] not in line["body"]
    (body,) = [one for one in line["extractor"]["fields"] if one["name"] == "body"]
    assert body["how"].endswith("page 1 to 1 of more")


def test_pages_that_turn_over_comments_alone_add_nothing(site_server, tmp_path):
    server = site_server({
        "/": listing("/news/7.html"),
        "/news/7.html": article(links='<p><a href="/news/7.html?page=2">2</a> <a href="/news/7.html?page=2">下一页</a></p>'),
        "/news/7.html?page=2": article(links='<p><a href="/news/7.html">1</a> <a href="/news/7.html?page=3">3</a></p>'),
    })  # fmt: skip
    run = crawl_news(server.url, tmp_path)
    (line,) = run.lines()
    assert len(line["captures"]) == 1
    assert "/news/7.html?page=3" not in server.paths()


def test_pages_that_lead_round_in_a_circle_end(site_server, tmp_path):
    round_about = '<p><a href="15427_2.html">2</a> <a href="15427_2.html">下一页</a></p>'
    server = site_server({
        "/": listing(NAMES[0]),
        NAMES[0]: article(body=TEXTS[0], links=round_about),
        NAMES[1]: article(body=TEXTS[1], links='<p><a href="15427.html">1</a><a href="15427.html">下一页</a></p>'),
    })  # fmt: skip
    run = crawl_news(server.url, tmp_path)
    (line,) = run.lines()
    assert TEXTS[1] in line["body"]
    assert [server.paths().count(path) for path in NAMES] == [1, 1, 0]
