import pytest

from crawler.discovery.links import LONGEST_URL, MOST_LINKS, follow
from crawler.discovery.scope import Scope
from crawler.extraction import parse
from crawler.items import ArticleItem, Neighbour

URL = "https://www.a.cn/news/5.html"
PAGE = """<a href="6.html">一篇关于仪器的很长的报道标题</a><a href="list_2.html">下一页</a><a href="/about/">关于</a>
<a href="http://other.cn/x.html">别处</a><a href="a.pdf">文件</a><a href="javascript:;">无</a><a href="6.html#c">评论</a>
<a href="/hits.php?id=5">计数</a><area href="/map/"><a name=top>没有地址</a><a href="http://[">坏的</a>"""


def links(*, is_article, ways, is_start=False, page=PAGE):
    document = parse(page.encode(), URL)
    item = ArticleItem(url=URL, prev=Neighbour(url="https://a.cn/news/4.html"), next=Neighbour())
    found = follow(document, item, is_article=is_article, scope=Scope.of(URL), ways=frozenset(ways), is_start=is_start)
    return {link.url.removeprefix("https://www.a.cn"): (link.way, link.priority) for link in found}


IN_SCOPE = {"/news/6.html": 15, "/news/list_2.html": 10, "/about/": 0, "/map/": 0}


def test_an_articles_neighbours_are_the_chain_and_come_first():
    assert links(is_article=True, ways={"chain"}) == {"/news/4.html": ("chain", 30)}


def test_a_list_gives_its_entries_and_its_pages():
    assert links(is_article=False, ways={"lists"}) == {url: ("lists", priority) for url, priority in IN_SCOPE.items()}


def test_an_articles_other_links_are_followed_as_links_only():
    assert links(is_article=True, ways={"lists"}) == {}
    assert links(is_article=True, ways={"links"}) == {url: ("links", priority) for url, priority in IN_SCOPE.items()}


def test_with_the_chain_alone_a_start_page_that_is_a_list_leads_into_it():
    assert links(is_article=False, ways={"chain"}) == {}
    assert set(links(is_article=False, ways={"chain"}, is_start=True)) == set(IN_SCOPE)


def test_a_link_is_followed_once_by_its_first_way():
    page = '<a href="4.html">上一篇的标题有一点长</a>'
    assert links(is_article=True, ways={"chain", "links"}, page=page) == {"/news/4.html": ("chain", 30)}


@pytest.mark.parametrize(
    "href", ["/" + "x" * 3000, "http://user:pw@other.cn/", "mailto:a@a.cn", "//other.cn/", "tel:110", ""]
)
def test_what_cannot_be_asked_for_is_passed_over(href):
    assert links(is_article=False, ways={"lists"}, page=f'<a href="{href}">一个不能去的地方</a>') in (
        {},
        {"/news/5.html": ("lists", 0)},
    )


@pytest.mark.parametrize(
    ("page", "times"),
    [
        ("<a href=/1.html>1</a>" * MOST_LINKS, 0),
        ("<a href=/1.html>1</a>" * (MOST_LINKS + 1), 1),
        (f"<a href=/{'x' * LONGEST_URL}>1</a>" * 2, 1),
        (f"<a href=http://other.cn/{'x' * LONGEST_URL}>1</a>", 0),
        ("<a href=/1.html>1</a>" + "<b>" * 250_001, 1),
    ],
)
def test_a_page_of_which_links_are_left_out_counts_once(page, times):
    told, document = [], parse(page.encode(), URL)
    found = follow(
        document,
        ArticleItem(url=URL),
        is_article=False,
        scope=Scope.of(URL),
        ways=frozenset({"lists"}),
        count=told.append,
    )
    assert len(list(found)) <= 1
    assert told == ["guard/links"] * times
