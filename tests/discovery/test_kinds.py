"""Page kinds, on small pages of many shapes."""

import re
from datetime import date

import pytest

from crawler.discovery.kinds import is_article
from crawler.extraction import parse, read
from crawler.layout import Layout
from tests.crawls import article

PROSE = "<p>研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意，相关数据已经公开发布。</p>" * 4
SIDEBAR = "<div class=side><h3>热门</h3><ul>" + "".join(
    f"<li><a href='/news/{n}.html'>另一篇关于仪器的报道第{n}号</a><span>2024-01-0{n}</span></li>" for n in range(1, 8)
) + "</ul></div>"  # fmt: skip


def kind(markup, path="/news/2024/31415.html"):
    document = parse(
        f"<html><head><title>报道 - 网站</title></head><body>{markup}</body></html>".encode(), f"http://a.cn{path}"
    )
    return is_article(document, read(document))


@pytest.mark.parametrize(
    "markup",
    [
        article(),
        article() + SIDEBAR,
        f"<h1>一台新的光谱仪投入使用了</h1><div>{PROSE}</div><p>上一篇：<a href='/news/1.html'>上一篇的标题很长</a></p><p>下一篇：没有了</p>",
        f"<article><h1>A spectrometer goes into service</h1><time datetime='2024-05-06'>May 6, 2024</time>{PROSE}</article>",
        f"<table><tr><td><b>一台新的光谱仪投入使用了</b></td></tr><tr><td>2024-05-06</td></tr><tr><td>{PROSE}</td></tr></table>{SIDEBAR}",
    ],
    ids=["small", "with a hot list", "no date but neighbours", "english", "tables"],
)
def test_an_article_is_one(markup):
    assert kind(markup)


ENTRY = "<article><h2><a href='/p/{n}.html'>关于仪器的报道第{n}号</a></h2><time>2024-05-0{n}</time><p>研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意。</p></article>"


@pytest.mark.parametrize(
    ("path", "markup"),
    [
        ("/", "".join(ENTRY.format(n=n) for n in range(1, 7))),
        ("/page/2/", "".join(ENTRY.format(n=n) for n in range(1, 7))),
        ("/blog", "".join(ENTRY.format(n=n) for n in range(1, 7)) + "<a rel=next href='/blog?page=2'>Older posts</a>"),
        ("/tags/spectra/", "<h1>光谱</h1>" + "".join(ENTRY.format(n=n) for n in range(1, 3))),
        ("/news/list_2.html", "<h2>新闻</h2><ul>" + "".join(f"<li><a href='/n/{n}.html'>关于仪器的报道第{n}号</a> 2024-05-0{n}</li>" for n in range(1, 9)) + "</ul>"),
        ("/2024/05/", "<h1>2024年5月</h1>" + "".join(ENTRY.format(n=n) for n in range(1, 4))),
        ("/about/", f"<h1>关于我们</h1>{PROSE}"),
        ("/contact.html", "<h1>联系我们</h1><p>电话：000-0000</p><p>地址：某市某路 1 号，邮编 100000。</p>"),
        ("/gone.html", "<h1>404 Not Found</h1><p>您访问的页面不存在。</p>"),
        ("/login", "<h1>登录</h1><form><input name=user><input name=password></form>"),
    ],
    ids=["home", "page 2", "blog", "tag", "list", "month", "about", "contact", "gone", "login"],
)  # fmt: skip
def test_a_list_or_service_page_is_none(path, markup):
    assert not kind(markup, path)


def test_a_later_page_of_an_article_is_none_and_the_first_is_one():
    pages = "<p><a href='9_2.html'>2</a><a href='9.html'>1</a></p>"
    assert kind(article(links=pages), "/news/9.html")
    assert not kind(article(links=pages), "/news/9_2.html")


def test_an_address_with_an_underscore_is_no_later_page():
    assert kind(article(), "/news/t20240506_22.html")


@pytest.mark.parametrize(
    ("path", "article_at"),
    [("/news/2024/31415.html", True), ("/list/2024/31415.html", False), ("/show?id=7", True), ("/show?page=7", False)],
)
def test_what_a_layout_states_of_addresses_settles_it(path, article_at):
    layouts = (Layout(articles=r"^/news/\d{4}/\d+\.html$"), Layout(articles=r"^/show\?id=\d+$", until=date(2020, 1, 1)))
    for markup in (article(), ENTRY.format(n=1) * 5):
        document = parse(f"<html><title>报道</title>{markup}</html>".encode(), f"http://a.cn{path}")
        assert is_article(document, read(document), layouts) is article_at


def test_a_pattern_that_is_none_is_refused_with_the_layout():
    with pytest.raises(re.error):
        Layout(articles="(")
