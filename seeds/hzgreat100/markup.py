"""The site's pages as HTML: a reconstruction, in the manner of the small CMS that such companies use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from .articles import CATEGORIES, SCRIPTED_COUNT, SEED, Article, Neighbour

NAME = "仪器无忧网"
DEAD = "/News/desc/id/1716.html"
COUNTER = f"/hits.php?id={SCRIPTED_COUNT}&addclick=1"

_GIVEN = (
    "The text of this page is given (seed.txt). Its markup, its navigation and its side lists are a reconstruction."
)
_MADE_UP = "This page is made up: its text was assembled by a generator (see seeds/hzgreat100/README.md)."

_HEADER = f"""\
<div class="header"><a class="logo" href="/"><img src="/static/logo.gif" alt="{NAME}"></a>
<ul class="nav"><li><a href="/">网站首页</a></li><li><a href="/About/index.html">关于我们</a></li>\
<li><a href="/News/index/cid/1.html">行业新闻</a></li><li><a href="/News/index/cid/2.html">公司动态</a></li>\
<li><a href="/Contact/index.html">联系我们</a></li></ul></div>
"""
_FOOTER = f"""\
<div class="footer"><p>友情链接: <a href="http://www.example.com/">仪器论坛</a> \
<a href="http://www.example.org/news/1.html">检测资讯</a></p>
<p>版权所有 {NAME} 累计访问量:1286540 \
<a href="/About/index.html">关于我们</a> <a href="/admin/login.html">后台管理</a></p>
<p>电话:000-00000000 更新时间:2021-08-10</p></div>
"""


def page(title: str, content: str, *, comment: str = _MADE_UP, charset: str | None = "utf-8") -> str:
    """Return a whole page; without `charset` it declares none."""
    meta = f'<meta charset="{charset}">\n' if charset else ""
    return (
        f"<!DOCTYPE html>\n<html>\n<head>\n{meta}<!-- {comment} -->\n"
        f"<title>{escape(title)}-{NAME}</title>\n"
        '<link rel="stylesheet" href="/static/style.css">\n</head>\n<body>\n'
        f"{_HEADER}{content}{_FOOTER}</body>\n</html>\n"
    )


def article_page(article: Article, everything: Mapping[int, Article], *, charset: str | None) -> str:
    """Return the page of one article."""
    content = (
        '<div class="main">\n<div class="left">\n'
        f'<ul class="crumb"><li><a href="/">{NAME}首页</a></li></ul>\n'
        f"<h1>{escape(article.headline)}</h1>\n"
        f'<div class="info"><span>浏览次数:{_count(article)}</span> '
        f"<span>时间:{article.published_at:%Y-%m-%d %H:%M}</span></div>\n"
        f'<div class="content">\n{_body(article)}{_source(article)}</div>\n'
        f"{_neighbours(article, everything)}"
        f"</div>\n{_sidebar(article, everything)}</div>\n"
    )
    return page(article.headline, content, comment=_GIVEN if article.number == SEED else _MADE_UP, charset=charset)


def list_page(category: int, number: int, last: int, items: Sequence[Article], dead: bool) -> str:
    """Return page `number` of a category's list, newest articles first."""
    lines = [
        f"<li>{_link(a)}<span>{a.published_at:%Y-%m-%d}</span><p>{escape(a.body[0][:40])}…</p></li>" for a in items
    ]
    if dead:
        lines.insert(3, f'<li><a href="{DEAD}">【行业新闻】仪器采购须知</a><span>2021-06-20</span></li>')
    content = (
        f'<div class="main"><ul class="crumb"><li><a href="/">{NAME}首页</a></li><li>{CATEGORIES[category]}</li></ul>\n'
        '<ul class="list">\n' + "\n".join(lines) + f"\n</ul>\n{_pager(category, number, last)}</div>\n"
    )
    return page(CATEGORIES[category], content)


def list_path(category: int, number: int) -> str:
    """Return where page `number` of a category's list stands."""
    return f"/News/index/cid/{category}{f'/p/{number}' if number > 1 else ''}.html"


def home_page(newest: Mapping[int, Sequence[Article]], alias: Article, host: str) -> str:
    """Return the home page; `alias` is linked under the www. name of `host`."""
    parts = [
        f'<div class="box"><h2>{CATEGORIES[category]}<a href="{list_path(category, 1)}">更多</a></h2><ul>'
        + "".join(f"<li>{_link(a)}</li>" for a in items)
        + "</ul></div>\n"
        for category, items in newest.items()
    ]
    hot = f'<div class="box"><h2>推荐</h2><a href="http://www.{host}{alias.path}">{escape(alias.headline)}</a></div>\n'
    return page("首页", '<div class="main">\n' + "".join(parts) + hot + "</div>\n")


def plain_page(title: str, paragraphs: Iterable[str]) -> str:
    """Return a page that is no article."""
    text = "".join(f"<p>{escape(p)}</p>\n" for p in paragraphs)
    return page(title, f'<div class="main"><h1>{title}</h1>\n{text}</div>\n')


def _link(article: Article) -> str:
    return f'<a href="{article.path}" title="{escape(article.headline)}">{escape(article.headline)}</a>'


def _count(article: Article) -> str:
    if article.number == SCRIPTED_COUNT:
        return f'<em id="hits"><script src="{escape(COUNTER)}"></script></em>'
    return str(article.views)


def _body(article: Article) -> str:
    """Return the paragraphs, typed in one of the ways of those who fill such a CMS."""
    texts = [escape(p, quote=False) for p in article.body]
    if article.number == SEED:
        # Short lines of the given text are its subheadings.
        lines = [f"<p><strong>{p}</strong></p>" if len(p) < 20 else f"<p>{p}</p>" for p in texts]
        return "\n<p><br></p>\n".join(lines) + "\n<p><br></p>\n"
    match article.number % 4:
        case 0:
            return "".join(f"<p>\u3000\u3000{p}</p>\n" for p in texts)
        case 1:
            return "<div>" + "<br>\n<br>\n".join(f"\u3000\u3000{p}" for p in texts) + "</div>\n"
        case 2:
            return "".join(f'<p style="text-indent:2em"><span style="font-size:16px">{p}</span></p>\n' for p in texts)
        case _:
            return "\n<p>&nbsp;</p>\n".join(f"<p>{p}</p>" for p in texts) + "\n"


def _source(article: Article) -> str:
    return f"<p>来源:{escape(article.source)}</p>\n" if article.source else ""


def _neighbours(article: Article, everything: Mapping[int, Article]) -> str:
    if article.prev is None or article.next is None:
        return ""
    lines = [
        f"<p>{label}:{_neighbour(neighbour, everything)}</p>\n"
        for label, neighbour in (("上一篇", article.prev), ("下一篇", article.next))
    ]
    return f'<div class="page">\n{"".join(lines)}</div>\n'


def _neighbour(neighbour: Neighbour, everything: Mapping[int, Article]) -> str:
    if neighbour.article is not None:
        other = everything[neighbour.article]
        return f'<a href="{other.path}">{escape(other.headline)}</a>'
    return f'<a href="{neighbour.href}">{neighbour.words}</a>' if neighbour.href else neighbour.words


def _sidebar(article: Article, everything: Mapping[int, Article]) -> str:
    hot = sorted(everything.values(), key=lambda a: (-a.views, a.number))[:6]
    newest = sorted(everything.values(), key=lambda a: -a.number)[:5]
    rows = "".join(f"<li>{_link(a)}<i>浏览次数:{a.views}</i></li>" for a in hot if a is not article)
    dated = "".join(f"<li>{_link(a)}<i>{a.published_at:%Y-%m-%d}</i></li>" for a in newest if a is not article)
    return f'<div class="right"><h3>热门文章</h3><ul class="hot">{rows}</ul>\n<h3>最新文章</h3><ul>{dated}</ul></div>\n'


def _pager(category: int, number: int, last: int) -> str:
    links = [f'<a href="{list_path(category, 1)}">首页</a>']
    if number > 1:
        links.append(f'<a href="{list_path(category, number - 1)}">上一页</a>')
    links += [
        f'<a href="{list_path(category, n)}">{n}</a>' if n != number else f"<b>{n}</b>" for n in range(1, last + 1)
    ]
    if number < last:
        links.append(f'<a href="{list_path(category, number + 1)}">下一页</a>')
    links.append(f'<a href="{list_path(category, last)}">尾页</a>')
    return f'<div class="pages">{" ".join(links)}</div>\n'
