"""A made-up portal of a Chinese local government: columns of columns, GB18030, PDFs, a calendar and a search without end, 200 for what is gone."""

from __future__ import annotations

import random
import re
from datetime import datetime
from itertools import count
from typing import ClassVar

from benchmarks.sites import feeds
from benchmarks.sites.made import Made, Post, Way, html
from benchmarks.sites.words import CHINESE, chinese_title, paragraphs
from seeds.site import Page

COLUMNS = {
    "/xwzx/bdyw": "本地要闻",
    "/xwzx/bmdt": "部门动态",
    "/xwzx/mtjj": "媒体聚焦",
    "/zwgk/tzgg": "通知公告",
    "/zwgk/zcwj": "政策文件",
    "/zwgk/rsxx": "人事信息",
    "/hdjl/hygq": "回应关切",
}
PARENTS = {"/xwzx": "新闻中心", "/zwgk": "政务公开", "/hdjl": "互动交流"}
FED = ("/xwzx/bdyw", "/zwgk/tzgg")
CHAINED = ("/xwzx/bdyw", "/xwzx/bmdt", "/xwzx/mtjj", "/hdjl/hygq")
SISTERS = {"临海市": "www.linhai.gov.example", "平湖县": "www.pinghu.gov.example"}
PER_PAGE, PER_FEED, MOST_PAGES = 15, 20, 6
"""Lists show so many pages; what is older is named by its neighbours and by the calendar."""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Portal(Made):
    name = "portal"
    hosts: ClassVar = ("www.qinghe.gov.example",)

    def __init__(self, **words: object) -> None:
        self._sessions = count(1)
        super().__init__(**words)  # type: ignore[arg-type]

    def write(self, number: int, at: datetime) -> Post:
        chance = random.Random(f"{self.seed} {number} post")
        column = chance.choice([*COLUMNS, "/xwzx/bdyw", "/zwgk/tzgg"])
        title = chinese_title(self.seed, number)
        if column == "/zwgk/zcwj":
            title = f"青河县人民政府关于{title}有关事项的通知"
        return Post(
            number=number,
            path=f"{column}/{at:%Y%m}/t{at:%Y%m%d}_{100_000 + number * 37}.html",
            title=title,
            at=at,
            section=column,
            text=paragraphs(self.seed, number, CHINESE),
            author=chance.choice(("县融媒体中心", "县政府办公室", "青河日报", "县自然资源局")),
        )

    def fed(self) -> set[int]:
        return {post.number for column in FED for post in self.newest("feeds", column)[:PER_FEED]}

    def offers(self, way: Way, post: Post) -> bool:
        if way == "sitemaps":
            return False
        return way in ("lists", "links") or post.section in (CHAINED if way == "chain" else FED)

    def kind_of(self, target: str) -> str:
        path = target.partition("?")[0]
        if path in self.by_path:
            return "article"
        if path.endswith(".pdf"):
            return "pdf"
        for word, kind in (
            ("/search", "search"),
            ("/calendar", "calendar"),
            ("/robots", "robots"),
            ("rss.xml", "feed"),
            ("/wzdt", "service page"),
            ("/gywm", "service page"),
        ):
            if word in path:
                return kind
        return "list" if re.fullmatch(r"/(\w+/){0,2}(index(_\d+)?\.html)?", path) else "soft 404"

    # Pages. --------------------------------------------------------------------------------------------------------

    def page(self, host: str, target: str) -> Page | None:
        path, _, query = target.partition("?")
        if path in ("/", "/index.html"):
            return self._home()
        if path.endswith("/rss.xml") and (column := path.removesuffix("/rss.xml")) in FED:
            return feeds.rss(self.url[:-1], COLUMNS[column], self.newest("feeds", column)[:PER_FEED], at=self.now)
        if path.endswith(".pdf"):
            return Page(body=PDF, content_type="application/pdf") if path.startswith("/zwgk/zcwj/") else None
        if path.startswith("/calendar"):
            return self._calendar(query)
        if path.startswith("/search/index.jsp"):
            return self._search(query)
        if path == "/wzdt/":
            links = "".join(f"<li><a href='{column}/'>{name}</a></li>" for column, name in COLUMNS.items())
            return self._whole("网站地图", f"<h2>网站地图</h2><ul>{links}</ul>")
        if path == "/gywm/":
            return self._whole(
                "关于我们",
                "<div class=content><h1>关于我们</h1><p>本网站由青河县人民政府办公室主办，县大数据中心承办。地址：青河县中心路1号。邮编：000000。</p></div>",
            )
        match = re.fullmatch(r"(/\w+(?:/\w+)?)/(?:index(?:_(\d+))?\.html)?", path)
        if match and (match[1] in COLUMNS or match[1] in PARENTS):
            return self._list(match[1], int(match[2] or 0))
        return None

    def missing(self, status: int) -> Page:
        """Say so in a page: this server knows no other status than 200 but where it was told to."""
        page = self._whole(
            "青河县人民政府",
            "<div class=err><p>您访问的页面不存在或已被删除！</p><p>5秒后自动<a href='/'>返回首页</a></p></div>",
        )
        return Page(body=page.body, content_type=page.content_type, status=410 if status == 410 else 200)

    def _home(self) -> Page:
        blocks = "".join(
            f"<div class=block><h3><a href='{column}/'>{name}</a></h3><ul>{''.join(map(self._item, self.newest('lists', column)[:6]))}</ul></div>"
            for column, name in COLUMNS.items()
        )
        return self._whole("青河县人民政府", blocks, feed=FED[0])

    def _list(self, column: str, number: int) -> Page | None:
        children = [one for one in COLUMNS if one.startswith(column + "/")]
        if children:
            if number:
                return None
            blocks = "".join(
                f"<h3><a href='{one}/'>{COLUMNS[one]}</a></h3><ul>{''.join(map(self._item, self.newest('lists', one)[:8]))}</ul>"
                for one in children
            )
            return self._whole(PARENTS[column], blocks)
        posts = self.newest("lists", column)
        pages = max(1, min(MOST_PAGES, -(-len(posts) // PER_PAGE)))
        if number >= pages:
            return None
        items = "".join(map(self._item, posts[number * PER_PAGE : (number + 1) * PER_PAGE]))
        fallback = "".join(
            f"<a href='{'index.html' if to == 0 else f'index_{to}.html'}'>{word}</a> "
            for word, to in (("首页", 0), ("上一页", number - 1), ("下一页", number + 1), ("尾页", pages - 1))
            if 0 <= to < pages
        )
        pager = f"<div class=page><script>createPageHTML({pages}, {number}, 'index', 'html');</script><noscript>{fallback}</noscript></div>"
        return self._whole(
            COLUMNS[column],
            f"<h2>{COLUMNS[column]}</h2><ul class=list>{items}</ul>{pager}",
            feed=column if column in FED else None,
        )

    def _item(self, post: Post) -> str:
        pdf = f" <a href='{self._pdf(post)}'>PDF版</a>" if post.section == "/zwgk/zcwj" else ""
        return f"<li><a href='{post.path}' title='{post.title}' target=_blank>{post.title}</a>{pdf}<span>{post.at:%Y-%m-%d}</span></li>"

    def _pdf(self, post: Post) -> str:
        return f"{post.section}/{post.at:%Y%m}/P0{post.at:%Y%m%d}{post.number:06}.pdf"

    def _calendar(self, query: str) -> Page:
        year = int(found[1]) if (found := re.search(r"y=(\d{4})", query)) else self.now.year
        month = (
            int(found[1])
            if (found := re.search(r"m=(\d{1,2})\b", query)) and 1 <= int(found[1]) <= 12
            else self.now.month
        )
        before, after = (year - (month == 1), (month - 2) % 12 + 1), (year + (month == 12), month % 12 + 1)
        posts = [post for post in self.newest("lists") if (post.at.year, post.at.month) == (year, month)]
        days = "".join(
            f"<td>{f'<a href=/calendar?y={year}&amp;m={month}&amp;d={day}>{day}</a>' if day % 2 else day}</td>"
            for day in range(1, 29)
        )
        # It goes on before the first and behind the last month, as calendars do.
        turn = f"<a href='/calendar?y={before[0]:04}&amp;m={before[1]}'>上个月</a> <a href='/calendar?y={after[0]:04}&amp;m={after[1]}'>下个月</a>"
        return self._whole(
            "信息日历",
            f"<h2>{year}年{month}月</h2>{turn}<table><tr>{days}</tr></table><ul>{''.join(map(self._item, posts))}</ul>",
        )

    def _search(self, query: str) -> Page:
        session = f";jsessionid={next(self._sessions) * 7_919_777 % 16**8:08X}"
        word = found[1] if (found := re.search(r"q=([^&]*)", query)) else ""
        number = int(found[1]) if (found := re.search(r"p=(\d{1,4})\b", query)) else 1
        posts = self.newest("lists")[(number - 1) * 10 : number * 10]
        sorts = "".join(
            f"<a href='/search/index.jsp{session}?q={word}&amp;sort={by}&amp;order={order}&amp;p={number}'>按{name}{arrow}</a> "
            for by, name in (("date", "时间"), ("rel", "相关度"), ("hits", "点击"))
            for order, arrow in (("asc", "↑"), ("desc", "↓"))
        )
        more = f"<a href='/search/index.jsp{session}?q={word}&amp;p={number + 1}'>下一页</a>"
        return self._whole("全文检索", f"<h2>检索结果</h2>{sorts}<ul>{''.join(map(self._item, posts))}</ul>{more}")

    def show(self, post: Post, host: str, target: str) -> Page:
        chain = ""
        if post.section in CHAINED:
            older, newer = self.neighbours(post)
            chain = "".join(
                f"<p>{word}：<a href='{other.path}'>{other.title}</a></p>" if other else f"<p>{word}：没有了</p>"
                for word, other in (("上一篇", newer), ("下一篇", older))
            )
        more = "".join(f"<li><a href='{other.path}'>{other.title}</a></li>" for other in self.linked_from(post))
        pdf = f"<p>附件：<a href='{self._pdf(post)}'>{post.title}.pdf</a></p>" if post.section == "/zwgk/zcwj" else ""
        parent = post.section.rpartition("/")[0]
        text = (
            f"<div class=position>当前位置：<a href='/'>首页</a> &gt; <a href='{parent}/'>{PARENTS[parent]}</a> &gt; <a href='{post.section}/'>{COLUMNS[post.section]}</a></div>"
            f"<div class=article><h1>{post.title}</h1><div class=pages-date>发布时间：{post.at:%Y-%m-%d %H:%M} <span>来源：{post.author}</span> "
            f"<span>浏览次数：<i id=hits></i></span> 【字体：<a href='javascript:fontZoom(18)'>大</a> <a href='javascript:fontZoom(14)'>小</a>】</div>"
            f"<div class=TRS_Editor>{''.join(f'<p>　　{line}</p>' for line in post.paragraphs)}{pdf}</div>"
            f"<div class=tools><a href='javascript:window.print()'>打印</a> <a href='javascript:window.close()'>关闭</a></div>{chain}"
            f"<div class=xg><h4>相关信息</h4><ul>{more}</ul></div></div>"
        )  # fmt: skip
        head = f"<meta name=ArticleTitle content='{post.title}'><meta name=PubDate content='{post.at:%Y-%m-%d %H:%M}'><meta name=ContentSource content='{post.author}'>"
        return self._whole(post.title, text, head, at=post.changed_at or post.at)

    def _whole(
        self, title: str, text: str, head: str = "", *, feed: str | None = None, at: datetime | None = None
    ) -> Page:
        menu = "".join(f"<li><a href='{column}/'>{name}</a></li>" for column, name in PARENTS.items())
        sisters = "".join(f"<option value='http://{host}/'>{name}</option>" for name, host in SISTERS.items())
        linked = " ".join(f"<a href='http://{host}/' target=_blank>{name}</a>" for name, host in SISTERS.items())
        if feed:
            head += f"<link rel=alternate type='application/rss+xml' title='{COLUMNS[feed]}' href='{feed}/rss.xml'>"
        whole = (
            f"<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Transitional//EN'><html><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'><title>{title}</title>"
            f"<meta name=SiteName content='青河县人民政府'>{head}</head><body><div class=top><form action='/search/index.jsp'><input name=q></form></div><ul class=nav><li><a href='/'>首页</a></li>{menu}"
            f"<li><a href='/search/index.jsp?q='>全文检索</a></li><li><a href='/calendar'>信息日历</a></li></ul>{text}"
            f"<div class=foot><select>{sisters}</select> {linked} <a href='/wzdt/'>网站地图</a> <a href='/gywm/'>关于我们</a> <a href='/old/index.html'>旧版网站</a> 主办：青河县人民政府办公室 网站标识码：0000000001</div></body></html>"
        )  # fmt: skip
        return html(whole, charset="gb18030", content_type="text/html", at=at or self.now)
