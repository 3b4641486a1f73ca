"""A made-up daily of any size: numbered lists and a chain in each section, counts in the text, two designs, and what else is asked for."""

from __future__ import annotations

import random
import re
from datetime import datetime
from typing import ClassVar

from benchmarks.newspaper import NAMES, SECTIONS
from benchmarks.sites import feeds
from benchmarks.sites.made import Made, Post, Way, html
from benchmarks.sites.words import CHINESE, chinese_title, paragraphs
from seeds.site import Page

PER_PAGE, PER_FEED, PER_SITEMAP = 20, 30, 1000
STYLE = "<style>" + "".join(f".u{n}{{padding:{n % 9}px;color:#4{n % 10}{n:04}}}" for n in range(320)) + "</style>"
"""As much as a page has in the mean of others: some 10 KB."""


class Daily(Made):
    name = "daily"
    hosts: ClassVar = ("www.jiangzhou-daily.example",)
    named: ClassVar = dict(zip(SECTIONS, NAMES, strict=True))

    def __init__(self, *, hints: frozenset[str] = frozenset({"feed"}), **words: object) -> None:
        self.hints = hints
        """Of feed, sitemap and lastmod: what it has beside its lists and chains."""
        super().__init__(**words)  # type: ignore[arg-type]

    def write(self, number: int, at: datetime) -> Post:
        chance = random.Random(f"{self.seed} {number} post")
        section = chance.choice(SECTIONS)
        return Post(
            number=number,
            path=f"/{section}/{at:%Y/%m%d}/{20_000 + number}.html",
            title=chinese_title(self.seed, number),
            at=at,
            section=section,
            text=paragraphs(self.seed, number, CHINESE, most=9),
            author=chance.choice(("江州日报", "新华社", "本站", "临海晚报")),
            views=chance.randrange(10, 9000),
        )

    def offers(self, way: Way, post: Post) -> bool:
        return way in ("lists", "chain", "links") or {"feeds": "feed", "sitemaps": "sitemap"}[way] in self.hints

    def fed(self) -> set[int]:
        return {post.number for post in self.newest("feeds")[:PER_FEED]} if "feed" in self.hints else set()

    def kind_of(self, target: str) -> str:
        path = target.partition("?")[0]
        if path in self.by_path:
            return "article"
        for word, kind in (("/rss.xml", "feed"), ("/sitemap", "sitemap"), ("/robots.txt", "robots")):
            if path.startswith(word):
                return kind
        return "list"

    def _hide_some(self, chance: random.Random) -> None:
        """Hide nothing: this site is for visits again, and each of its articles can be found in every way."""

    # Pages. --------------------------------------------------------------------------------------------------------

    def page(self, host: str, target: str) -> Page | None:
        path = target.partition("?")[0]
        if path in ("/", "/index.html"):
            newest = "".join(map(self._item, self.newest("lists")[:30]))
            blocks = "".join(
                f"<div class=lm><h3><a href='/{code}/'>{name}</a></h3><ul>{''.join(map(self._item, self.newest('lists', code)[:6]))}</ul></div>"
                for code, name in self.named.items()
            )
            return self._whole("江州日报网", f"<h2>最新</h2><ul>{newest}</ul>{blocks}")
        if path == "/robots.txt":
            where = f"Sitemap: {self.url}sitemap.xml\n" if "sitemap" in self.hints else ""
            return html(f"User-agent: *\nAllow: /\n{where}", content_type="text/plain")
        if path == "/rss.xml" and "feed" in self.hints:
            return feeds.rss(self.url[:-1], "江州日报", self.newest("feeds")[:PER_FEED], at=self.now)
        if path.startswith("/sitemap") and "sitemap" in self.hints:
            return self._sitemap(path)
        match = re.fullmatch(r"/([a-z]+)/(?:list_(\d+)\.html)?", path)
        return self._list(match[1], int(match[2] or 1)) if match and match[1] in self.named else None

    def _list(self, section: str, number: int) -> Page | None:
        posts = self.newest("lists", section)
        pages = max(1, -(-len(posts) // PER_PAGE))
        if not 1 <= number <= pages:
            return None
        items = "".join(map(self._item, posts[(number - 1) * PER_PAGE : number * PER_PAGE]))
        near = sorted({1, *range(max(1, number - 2), min(pages, number + 2) + 1), pages})
        turn = "".join(
            f"<a href='/{section}/{'' if n == 1 else f'list_{n}.html'}'>{word}</a> "
            for word, n in [*((str(n), n) for n in near), *([("下一页", number + 1)] if number < pages else [])]
        )
        return self._whole(
            f"{self.named[section]}",
            f"<h2>{self.named[section]}</h2><ul class=newslist>{items}</ul><div class=pager>{turn}</div>",
        )

    def _sitemap(self, path: str) -> Page | None:
        posts = list(reversed(self.newest("sitemaps")))
        if path == "/sitemap.xml":
            names = range(-(-len(posts) // PER_SITEMAP))
            return feeds.sitemap_index([f"{self.url}sitemap_{n}.xml" for n in names], at=self.now)
        match = re.fullmatch(r"/sitemap_(\d+)\.xml", path)
        mine = posts[int(match[1]) * PER_SITEMAP : (int(match[1]) + 1) * PER_SITEMAP] if match else []
        says = "lastmod" in self.hints
        entries = [(self.url[:-1] + post.path, (post.changed_at or post.at) if says else None) for post in mine]
        return feeds.sitemap(entries, at=self.now) if mine else None

    def _item(self, post: Post) -> str:
        return f"<li><a href='{post.path}'>{post.title}</a><span>{post.at:%Y-%m-%d}</span></li>"

    def missing(self, status: int) -> Page:
        text = "<div class=tip><p>抱歉，您访问的页面不存在或已被删除。</p><p><a href='/'>返回首页</a></p></div>"
        page = self._whole("页面不存在", text)
        return Page(body=page.body, content_type=page.content_type, status=status)

    def show(self, post: Post, host: str, target: str) -> Page:
        older, newer = self.neighbours(post)
        chain = "".join(
            f"<p>{word}：<a href='{other.path}'>{other.title}</a></p>" if other else f"<p>{word}：没有了</p>"
            for word, other in (("上一篇", older), ("下一篇", newer))
        )
        more = "".join(f"<li><a href='{other.path}'>{other.title}</a></li>" for other in self.linked_from(post))
        lines = "".join(f"<p>　　{line}</p>" for line in post.paragraphs)
        when, name = f"{post.at:%Y-%m-%d %H:%M}", self.named[post.section]
        if self.design == 0:
            text = (
                f"<div class=path>您的位置：<a href='/'>首页</a> &gt; <a href='/{post.section}/'>{name}</a></div><h1>{post.title}</h1>"
                f"<div class=info>发布时间：{when} 来源：{post.author} 浏览次数：{post.views}</div><div class=content>{lines}</div>"
                f"<div class=pn>{chain}</div><div class=side><h3>相关阅读</h3><ul>{more}</ul></div>"
            )
        else:
            text = (
                f"<nav class=crumb><a href='/'>首页</a> / <a href='/{post.section}/'>{name}</a></nav><article class=detail><header><h1 class=detail__title>{post.title}</h1>"
                f"<p class=detail__meta><time>{when}</time><span>来源：{post.author}</span><span>阅读：{post.views}</span></p></header>"
                f"<div class=detail__text>{lines}</div></article><aside><h4>相关阅读</h4><ul>{more}</ul></aside><div class=detail__nav>{chain}</div>"
            )  # fmt: skip
        return self._whole(post.title, text, at=post.changed_at or post.at)

    def _whole(self, title: str, text: str, *, at: datetime | None = None) -> Page:
        menu = "".join(f"<a href='/{code}/'>{name}</a>" for code, name in self.named.items())
        feed = (
            "<link rel=alternate type='application/rss+xml' title=RSS href='/rss.xml'>" if "feed" in self.hints else ""
        )
        top = ("<div class=menu>{}</div>", "<header class=site><nav>{}</nav></header>")[self.design].format(menu)
        style = STYLE if self.design == 0 else STYLE.replace(".u", ".v")
        whole = f"<!doctype html><html lang=zh-CN><head><meta charset=utf-8><title>{title}_江州日报</title>{feed}{style}</head><body>{top}{text}<div class=foot>江州日报社 版权所有</div></body></html>"
        return html(whole, at=at or self.now)
