"""What a crawl follows, and what it stores once."""

import pytest

from tests.crawls import UNFIT, article, crawl_news, listing, scrapy
from tests.servers import Answer, redirect


def chained(number, *, before, after):
    """Return an article page with the lines 上一篇 and 下一篇."""
    links = f"<div class=nav><p>上一篇：{before}</p><p>下一篇：{after}</p></div>"
    return article(title=f"第{number}篇关于仪器的连续报道", links=links)


def link(number):
    return f'<a href="/news/{number}.html">第{number}篇关于仪器的连续报道</a>'


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param("没有了", "没有了", marks=pytest.mark.slow),
        ('<a href="/list.html">返回列表</a>', '<a href="javascript:;">没有了</a>'),
        pytest.param(
            '<a href="">无</a>',
            "<a href=\"javascript:alert('最后一篇')\">最后一篇</a>",
            marks=pytest.mark.slow,
        ),
        ('<a href="/news/1.html">没有了</a>', '<a href="#">暂无</a>'),
        pytest.param("", "", marks=pytest.mark.slow),
    ],
    ids=["words", "list and script", "empty and alert", "itself and fragment", "nothing"],
)
def test_a_chain_ends_where_the_page_says_so(site_server, tmp_path, first, last):
    server = site_server({
        "/news/1.html": chained(1, before=first, after=link(2)),
        "/news/2.html": chained(2, before=link(1), after=link(3)),
        "/news/3.html": chained(3, before=link(2), after=last),
    })  # fmt: skip
    run = crawl_news(f"{server.url}/news/2.html", tmp_path, "-a", "ways=chain")
    assert run.urls() == ["/news/1.html", "/news/2.html", "/news/3.html"]
    assert sorted(server.paths()) == ["/news/1.html", "/news/2.html", "/news/3.html", "/robots.txt"]


def test_a_cycle_is_walked_once_and_the_start_page_is_in_it(site_server, tmp_path):
    server = site_server(
        {f"/news/{n}.html": chained(n, before=link((n - 2) % 4 + 1), after=link(n % 4 + 1)) for n in range(1, 5)}
    )
    run = crawl_news(f"{server.url}/news/1.html", tmp_path)
    assert run.urls() == [f"/news/{n}.html" for n in range(1, 5)]
    assert len(server.paths()) == len(set(server.paths()))


@pytest.fixture(scope="module")
def many_names(tmp_path_factory):
    """A crawl of a site that gives its articles many addresses."""
    from tests.servers import serve_faults

    links = "".join(
        f'<a href="{href}">关于仪器的一篇很长很长的报道</a>'
        for href in (
            "/news/1.html", "/news/1.html#top", "http://www.many.example/news/1.html", "https://many.example/news/1.html",
            "/news/1.html?utm_source=x", "/moved.html", "/slash/", "/slash", "/slash/index.html", "/q?b=2&a=1", "/q?a=1&b=2",
        )
    )  # fmt: skip
    pages = {
        "/": listing("/news/1.html") + links,
        "/news/1.html": article(title="第一篇关于仪器的报道"),
        "/moved.html": redirect("/news/1.html"),
        "/slash/": article(title="第二篇关于仪器的报道"),
        "/slash": article(title="第二篇关于仪器的报道"),
        "/slash/index.html": article(title="第二篇关于仪器的报道"),
        "/q?a=1&b=2": article(title="第三篇关于仪器的报道"),
        "/q?b=2&a=1": article(title="第三篇关于仪器的报道"),
    }
    with serve_faults(pages) as server:
        connect = ",".join(f"{name}:80=127.0.0.1:{server.port}" for name in ("many.example", "www.many.example"))
        run = crawl_news("http://many.example/", tmp_path_factory.mktemp("many"), CONNECT_TO=connect)
        return run, server.paths()


def test_one_article_under_many_addresses_is_stored_once(many_names):
    run, _ = many_names
    assert sorted(line["title"] for line in run.lines()) == [
        "第一篇关于仪器的报道",
        "第三篇关于仪器的报道",
        "第二篇关于仪器的报道",
    ]
    assert len({line["id"] for line in run.lines()}) == 3


def test_one_page_under_many_addresses_is_asked_for_once(many_names):
    _, paths = many_names
    assert len([path for path in paths if path.startswith("/news/1.html")]) <= 2  # itself, and where /moved.html leads
    assert len([path for path in paths if path.startswith("/slash")]) == 1
    assert len([path for path in paths if path.startswith("/q")]) == 1


def test_lists_are_followed_page_after_page(site_server, tmp_path):
    def page(number):
        items = "".join(
            f"<li><a href='n{number}{n}.html'>第{number}{n}条关于仪器的消息报道</a> 2024-05-0{n}</li>"
            for n in range(1, 4)
        )
        more = f"<a href='list_{number + 1}.html'>下一页</a>" if number < 4 else "<span>下一页</span>"
        return f"<html><head><base href='/base/'></head><body><h2>新闻</h2><ul>{items}</ul>{more}</body></html>"

    lists = {f"/base/list_{n}.html": page(n) for n in range(1, 5)}
    pages = {
        f"/base/n{a}{b}.html": article(title=f"第{a}{b}条关于仪器的消息报道") for a in range(1, 5) for b in range(1, 4)
    }
    server = site_server({**lists, **pages})
    run = crawl_news(f"{server.url}/base/list_1.html", tmp_path, "-a", "ways=lists")
    assert run.urls() == sorted(pages)


def test_a_page_of_thousands_of_links_does_not_stop_a_crawl(site_server, tmp_path):
    paths = [f"/news/{n}.html" for n in range(3000)]
    server = site_server({"/": listing(*paths), **{path: article(title=f"{path}关于仪器的报道") for path in paths[:3]}})
    run = crawl_news(server.url, tmp_path, "-a", "limit=3", CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert run.code == 0
    assert run.urls() == sorted(paths[:3])


def test_charsets_are_found_whatever_is_declared(site_server, tmp_path):
    text = article(title="一台质谱仪在北京投入使用")
    server = site_server({
        "/": listing("/news/1.html", "/news/2.html", "/news/3.html"),
        "/news/1.html": Answer(text.encode("gbk"), headers={"Content-Type": "text/html"}),
        "/news/2.html": Answer(text.encode("gb18030"), headers={"Content-Type": "text/html; charset=utf-8"}),
        "/news/3.html": Answer(text.encode(), headers={"Content-Type": "text/html; charset=gb2312"}),
    })  # fmt: skip
    run = crawl_news(server.url, tmp_path)
    assert run.urls() == ["/news/1.html", "/news/2.html", "/news/3.html"]
    assert {line["title"] for line in run.lines()} == {"一台质谱仪在北京投入使用"}
    assert {line["source"] for line in run.lines()} == {"测试社"}


def test_what_is_no_article_is_not_stored_and_what_fails_is_kept_with_its_reason(site_server, tmp_path):
    server = site_server({
        "/": listing("/news/1.html", "/news/2.html", "/news/3.pdf", "/news/4.html", "/news/5.html"),
        "/news/1.html": article(),
        "/news/2.html": UNFIT,
        "/news/4.html": Answer(b"%PDF-1.4 ...", headers={"Content-Type": "application/pdf"}),
        "/news/5.html": "",
    })  # fmt: skip
    run = crawl_news(server.url, tmp_path)
    assert run.code == 0
    assert run.urls() == ["/news/1.html"]
    assert [(line["url"].rpartition("/")[2], line["reason"]) for line in run.lines("quarantine")] == [
        ("2.html", "no_body")
    ]
    assert "/news/3.pdf" not in server.paths()


def test_two_sites_live_in_one_archive(site_server, tmp_path):
    server = site_server({"/": listing("/news/1.html"), "/news/1.html": article()})
    names = ("one.example", "two.example")
    connect = ",".join(f"{name}:80=127.0.0.1:{server.port}" for name in names)
    for name in names:
        run = crawl_news(f"http://www.{name}/", tmp_path, CONNECT_TO=f"{connect},www.{name}:80=127.0.0.1:{server.port}")
        assert run.code == 0
    assert [line["site"] for line in run.lines()] == list(names)


def test_scrapys_own_commands_work(tmp_path):
    assert scrapy("list", archive=tmp_path).out.split() == ["hzgreat100", "news"]
    assert scrapy("settings", "--get", "BOT_NAME", archive=tmp_path).out.strip() == "newsreel"
    check = scrapy("check", archive=tmp_path)
    assert check.code == 0
    assert "OK" in check.err
