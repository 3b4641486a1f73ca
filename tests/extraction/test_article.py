"""A page read as an article."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction import parse, read
from crawler.extraction.document import Unreadable
from crawler.items import ArticleItem, Neighbour
from crawler.layout import Layout

URL = "https://news.example.com/News/2.html"
TEXT = "据了解，科学仪器是对事物的组成、结构、相互作用机理进行表征检测，并获得相关数据的东西，是科学研究的基础。"
BODY = "".join(f"<p>{number}、{TEXT}</p>" for number in "一二三四五")
HEAD = "<div>浏览次数：<b>35348</b> 时间：2021-07-26 11:43</div>"
FEET = """<p>来源：<a href="/source">网络</a></p><p>责任编辑：张三</p>
<p>上一篇：<a href="1.html">【行业新闻】五种营销模式</a></p><p>下一篇：没有了</p>
<div class=footer>累计访问量：999 更新时间：2026-01-01</div>"""


def article(
    head: str = HEAD, feet: str = FEET, title: str = "【行业新闻】青岛产业园助力", meta: str = ""
) -> ArticleItem:
    markup = f"""<html lang=zh><head><title>青岛产业园助力 - 仪器网</title>{meta}</head><body>
    <ul><li><a href=/>首页</a></li><li><a href=/a>新闻</a></li></ul>
    <div>当前位置：<a href=/>首页</a> &gt; <a href=/News>新闻中心</a> &gt; <a href=/News/x>行业新闻</a> &gt; 正文</div>
    <h1>{title}</h1>{head}<div class=x>{BODY}</div>{feet}</body></html>"""
    return read(parse(markup.encode(), URL))


def test_every_field_is_read_by_its_label():
    item = article()
    assert item.title == "【行业新闻】青岛产业园助力"
    assert item.views == "35348"
    assert item.published == "2021-07-26 11:43"
    assert (item.source, item.source_url) == ("网络", "https://news.example.com/source")
    assert item.editor == "张三"
    assert item.prev == Neighbour(url="https://news.example.com/News/1.html", title="【行业新闻】五种营销模式")
    assert item.next == Neighbour()
    assert item.breadcrumbs == ["新闻中心", "行业新闻"]
    assert item.category == "行业新闻"
    assert item.language == "zh"
    assert item.body == [f"{number}、{TEXT}" for number in "一二三四五"]


def test_every_field_says_how_it_was_found():
    evidence = {entry.name: entry.how for entry in article().evidence}
    assert evidence["published_at"] == "label"
    assert evidence["title"] == "heading"
    assert evidence["view_count"] == "label"
    assert evidence["prev"] == "label"


def test_a_page_that_says_nothing_has_nothing():
    item = article(head="", feet="")
    assert (item.views, item.published, item.source, item.prev, item.next) == (None, None, None, None, None)


def test_json_ld_speaks_where_the_page_displays_nothing():
    meta = """<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "青岛产业园助力",
    "datePublished": "2021-07-26T11:43:00+08:00", "author": {"name": "Jane Doe"}}]}</script>"""
    item = article(head="", feet="", meta=meta)
    assert (item.published, item.author) == ("2021-07-26T11:43:00+08:00", "Jane Doe")


def test_broken_json_ld_is_passed_over():
    assert article(meta='<script type="application/ld+json">{"@type": ]</script>').published == "2021-07-26 11:43"


def test_an_update_is_no_publication_but_where_it_is_the_only_time():
    both = article(head="<p>发布时间：2021-07-26 11:43 更新时间：2021-08-01 09:00</p>", feet="")
    assert (both.published, both.modified) == ("2021-07-26 11:43", "2021-08-01 09:00")
    only = article(head="<p>更新时间：2021-08-01 09:00</p>", feet="")
    assert (only.published, only.modified) == ("2021-08-01 09:00", None)


def test_the_dates_of_other_articles_are_not_taken():
    feet = (
        "<ul>" + "".join(f"<li><a href={n}.html>相关新闻标题之{n}</a> 2020-01-0{n}</li>" for n in range(1, 8)) + "</ul>"
    )
    assert article(head="", feet="<p>&nbsp;</p>" * 3 + "<h3>相关阅读</h3>" + feet).published is None


def test_a_title_that_the_document_does_not_name_is_the_line_above_the_labels():
    menu = "<p>企业信息网</p><ul><li>新闻<li>通知<li>政策</ul>"
    head = "<html><head><title>企业信息网</title></head>"
    markup = f"{head}<body>{menu}<p>严厉打击论文买卖</p>{HEAD}{BODY}</body></html>"
    assert read(parse(markup.encode(), URL)).title == "严厉打击论文买卖"


def test_a_layout_is_asked_first_and_the_page_where_it_is_silent():
    layout = Layout(title="h1::attr(title)", views=".none", body=".x", zone="Asia/Shanghai")
    item = read(parse(f"<h1 title='By layout'>Other</h1>{HEAD}<div class=x>{BODY}</div>".encode(), URL), [layout])
    assert (item.title, item.views, item.zone) == ("By layout", "35348", "Asia/Shanghai")
    assert {entry.name: entry.how for entry in item.evidence}["body"] == "layout"


def test_the_layout_of_the_articles_day_is_used():
    old = Layout(title=".old", until=date(2021, 12, 31))
    new = Layout(title=".new")
    page = f"<p class=old>Old</p><p class=new>New</p><h1>x</h1>{{}}<div>{BODY}</div>"
    assert read(parse(page.format(HEAD).encode(), URL), [new, old]).title == "Old"
    assert read(parse(page.format(HEAD.replace("2021", "2022")).encode(), URL), [new, old]).title == "New"


def test_western_pages_are_read():
    text = (
        "The committee said on Monday that it would publish its findings, as it had promised to do, before the summer. "
    )
    markup = f"""<html><head><title>Committee to publish | The Daily</title></head><body><h1>Committee to publish</h1>
    <p class=byline>By Jane Doe</p><p>Published: July 26, 2021 11:43</p><article>{f"<p>{text * 2}</p>" * 5}</article>
    <p>Previous post: <a href=/p/1>Something else</a></p></body></html>"""
    item = read(parse(markup.encode(), URL))
    assert (item.title, item.author, item.published) == ("Committee to publish", "Jane Doe", "July 26, 2021 11:43")
    assert item.prev == Neighbour(url="https://news.example.com/p/1", title="Something else")
    assert item.language == "en"


tags = st.sampled_from("div p h1 h2 a td table tr span ul li article time title script".split())
texts = st.sampled_from(
    ["来源：", "2021-07-26 11:43", "上一篇", TEXT, "浏览次数：35", "首页 > 新闻", "By ", "x" * 50, "{", "Home"]
)
markups = st.recursive(
    texts | st.text(max_size=8),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag} href=1.html class=byline>{''.join(parts)}</{tag}>",
        tags,
        st.lists(inner, max_size=5),
    ),
    max_leaves=25,
)


@settings(deadline=None)
@given(markups)
def test_any_page_is_read(markup):
    try:
        document = parse(markup.encode("utf-8", "replace"), URL)
    except Unreadable:
        return
    first, second = read(document), read(document)
    assert first == second


@pytest.mark.parametrize("markup", ["<p>", "x", "<frameset>", "<body></body>x", "<div>" * 3000])
def test_what_parses_is_read(markup):
    assert read(parse(markup.encode(), "")).kind == "article"


def test_the_day_is_the_one_that_the_page_displays():
    meta = '<meta property="article:published_time" content="2021-07-25T19:01:30.000Z">'
    assert article(head="<p><a href=/2021>2021-07-26</a></p>", feet="", meta=meta).published == "2021-07-26"


def test_a_time_of_day_is_taken_from_metadata_where_the_page_shows_the_day_alone():
    meta = '<meta property="article:published_time" content="2021-07-26T11:43:00+08:00">'
    assert article(head="<p>2021-07-26</p>", feet="", meta=meta).published == "2021-07-26T11:43:00+08:00"


HOT = "<h3>热门文章</h3><ul>" + "<li><a href=7.html>另一篇文章的标题很长</a> 浏览次数:40558</li>" * 3 + "</ul>"


def test_a_counter_that_a_script_fills_is_not_replaced_by_one_of_another_article():
    assert article(head="<div>浏览次数：<script src=/hits.php></script> 时间：2021-07-26</div>", feet=HOT).views is None


def test_a_counter_behind_the_title_of_another_article_counts_that_one():
    assert article(head="<div>时间：2021-07-26</div>", feet=HOT).views is None
    assert article(head="<div>时间：2021-07-26</div>", feet="<p>浏览次数：35</p>" + HOT).views == "35"


def test_a_sentence_that_speaks_of_counters_belongs_to_the_text():
    sentence = "浏览次数说明有多少人点开过页面，却说明不了有多少人买、多少人满意，浏览次数:900也一样。"
    assert sentence in article(head=HEAD + f"<p>{sentence}</p>").body


def test_the_foot_of_the_page_tells_the_day_of_the_site_and_the_foot_of_the_article_its_own():
    assert article().modified is None
    own = "<div class=article-footer>更新时间：2021-08-01</div>"
    assert article(feet=own).modified == "2021-08-01"
    assert article(feet=f"<footer>{own.replace('article-', '')}</footer>").modified is None
    assert article(head="<div>时间：2021-07-26</div>", feet="<div class=footer>访问量：999</div>").views is None


UNSEEN = "<span style='display:none'>阅读：<script src=/hits.php></script>1644</span>"


def test_a_counter_that_is_put_away_is_read_where_the_page_shows_none():
    item = article(head=f"<div>时间：2021-07-26 {UNSEEN}</div>")
    assert item.views == "1644"
    assert not any("1644" in paragraph for paragraph in item.body)
    assert article(head=f"<div>时间：2021-07-26 阅读：35 {UNSEEN}</div>").views == "35"
    assert article(head=f"<div>时间：2021-07-26 阅读：<i id=hits></i> {UNSEEN}</div>").views is None


def test_a_counter_that_is_put_away_in_a_list_counts_another_article():
    hot = f"<li><a href=7.html>另一篇文章的标题很长</a>{UNSEEN}</li>" * 3
    assert article(head="<div>时间：2021-07-26</div>", feet=f"<ul>{hot}</ul>").views is None


def test_a_time_and_a_source_that_are_put_away_are_the_least_sure():
    unseen = "<span hidden>发布时间：2021-07-01 来源：旧闻网</span>"
    item = article(head=f"<div>访问 {unseen}</div>", feet="")
    assert (item.published, item.source) == ("2021-07-01", "旧闻网")
    shown = article(head=f"<div>时间：2021-07-26 来源：网络 {unseen}</div>", feet="")
    assert (shown.published, shown.source) == ("2021-07-26", "网络")
